package io.mlaas.stack.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** How things are written for a person: colours only where they show, times since the start. */
final class Terminal {

    enum Colour {
        GREEN("32"),
        RED("31"),
        YELLOW("33"),
        BOLD("1"),
        FAINT("2");

        private final String code;

        Colour(String code) {
            this.code = code;
        }
    }

    private final PrintWriter out;
    private final boolean coloured;
    private final long from = System.nanoTime();

    Terminal(PrintWriter out) {
        this(out, coloured());
    }

    Terminal(PrintWriter out, boolean coloured) {
        this.out = out;
        this.coloured = coloured;
    }

    /** A terminal, and nobody asked for plain text. */
    @SuppressWarnings("SystemConsoleNull") // null where the console module is missing
    static boolean coloured() {
        String noColour = System.getenv("NO_COLOR");
        return (noColour == null || noColour.isEmpty())
                && System.console() != null
                && System.console().isTerminal()
                && !"dumb".equals(System.getenv("TERM"));
    }

    String in(Colour colour, String text) {
        return coloured ? "\u001b[%sm%s\u001b[0m".formatted(colour.code, text) : text;
    }

    /** A line that begins with the seconds since this terminal was made. */
    synchronized void timed(String line) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - from);
        out.println(in(Colour.FAINT, "%6.1f s".formatted(elapsed.toMillis() / 1000.0)) + "  " + line);
        out.flush();
    }

    synchronized void line(String line) {
        out.println(line);
        out.flush();
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
