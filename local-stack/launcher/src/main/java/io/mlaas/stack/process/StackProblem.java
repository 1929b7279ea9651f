package io.mlaas.stack.process;

import org.jspecify.annotations.Nullable;

/** Something that stops the stack, in one line for the person at the terminal. */
public final class StackProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Who has to act, and the command's exit status. */
    public enum Kind {
        FAILED(1),
        PREREQUISITE_MISSING(3),
        PORT_TAKEN(4),
        NOT_RUNNING(5);

        private final int exitStatus;

        Kind(int exitStatus) {
            this.exitStatus = exitStatus;
        }

        public int exitStatus() {
            return exitStatus;
        }
    }

    private final Kind kind;

    public StackProblem(Kind kind, String message) {
        this(kind, message, null);
    }

    public StackProblem(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
