package io.mlaas.translate;

import io.mlaas.onnx.parity.Oversight;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** Tells those who wait how far a long comparison is: each second on a terminal, elsewhere now and then. */
final class ProgressLine implements Oversight.Progress {
    private static final long SECOND = 1_000_000_000L;
    private static final long PATIENCE = 3 * SECOND;
    private static final long SELDOM = 15 * SECOND;

    private final PrintWriter err;
    private final boolean terminal;
    private long last;

    ProgressLine(PrintWriter err) {
        this(err, isTerminal());
    }

    ProgressLine(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
        this.last = System.nanoTime() + PATIENCE - interval();
    }

    /** Java has a console only where both its input and its output are a terminal. */
    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    private long interval() {
        return terminal ? SECOND : SELDOM;
    }

    @Override
    public void compared(int inputs, int all) {
        long now = System.nanoTime();
        if (now - last < interval()) {
            return;
        }
        last = now;
        String told = String.format(Locale.ROOT, "compared %,d of %,d inputs", inputs, all);
        if (terminal) {
            err.print("\r" + told + (inputs == all ? System.lineSeparator() : ""));
            err.flush();
        } else {
            err.println(told);
        }
    }
}
