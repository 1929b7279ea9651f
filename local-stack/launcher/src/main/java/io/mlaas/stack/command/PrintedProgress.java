package io.mlaas.stack.command;

import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.supervise.Progress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The stack's progress, one line each. */
final class PrintedProgress implements Progress {

    private final Terminal terminal;

    PrintedProgress(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void starting(String name) {
        terminal.timed("%-14s starting".formatted(name));
    }

    @Override
    public void ready(String name, String url, long pid, Duration took, boolean adopted) {
        terminal.timed("%-14s %s  %s  pid %d  %s"
                .formatted(
                        name,
                        terminal.in(Colour.GREEN, adopted ? "still running" : "ready"),
                        url,
                        pid,
                        adopted ? "" : "(" + Terminal.seconds(took) + ")")
                .stripTrailing());
    }

    @Override
    public void added(String name, String what) {
        terminal.timed("%-14s added %s".formatted(name, what));
    }

    @Override
    public void problem(String name, String what) {
        terminal.timed("%-14s %s".formatted(name, terminal.in(Colour.RED, what)));
    }

    @Override
    public void stopped(String name) {
        terminal.timed("%-14s stopped".formatted(name));
    }

    @Override
    public void finished(@Nullable String problem) {
        terminal.timed(problem == null ? terminal.in(Colour.BOLD, "everything answers") : "giving up, stopping");
    }
}
