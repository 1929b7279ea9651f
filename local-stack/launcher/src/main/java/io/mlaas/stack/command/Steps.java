package io.mlaas.stack.command;

import io.mlaas.stack.command.Terminal.Colour;
import io.mlaas.stack.demo.Story;
import java.time.Duration;
import java.util.concurrent.Callable;

/** A story told in numbered steps: what is done, what that proves, how long it took. */
final class Steps implements Story {

    private final Terminal terminal;
    private final int count;
    private int number;

    /** @param count how many there will be */
    Steps(Terminal terminal, int count) {
        this.terminal = terminal;
        this.count = count;
    }

    /** Does one step and returns what it found; a failure ends the story where it happened. */
    @Override
    public <T> T step(String title, String proves, Callable<T> work) throws Exception {
        number++;
        terminal.line("");
        terminal.timed(terminal.in(Colour.BOLD, "[%d/%d] %s".formatted(number, count, title)));
        long from = System.nanoTime();
        try {
            T found = work.call();
            terminal.timed("%s %s (%s)"
                    .formatted(
                            terminal.in(Colour.GREEN, "proved:"),
                            proves,
                            Terminal.seconds(Duration.ofNanos(System.nanoTime() - from))));
            return found;
        } catch (Exception e) {
            terminal.timed(terminal.in(Colour.RED, "failed: ") + e.getMessage());
            throw e;
        }
    }

    /** Something worth seeing within a step. */
    @Override
    public void show(String line) {
        terminal.line("          " + line);
    }
}
