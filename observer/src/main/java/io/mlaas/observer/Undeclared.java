package io.mlaas.observer;

/**
 * An input that nobody declared.
 *
 * @param kind {@link Cause.Kind#FILE} or {@link Cause.Kind#NETWORK}
 * @param what a path, an address, a name
 * @param program which of the job's programs it was
 */
public record Undeclared(Cause.Kind kind, String what, String program) {

    /** As the cause that it is, whatever the experiments say. */
    public Cause asCause() {
        return new Cause(kind, what + ", used by " + program);
    }
}
