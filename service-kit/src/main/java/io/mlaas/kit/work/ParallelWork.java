package io.mlaas.kit.work;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.springframework.context.SmartLifecycle;

/** Work that several {@link Rounds} at once take piece by piece, as long as the application runs. */
public abstract class ParallelWork implements SmartLifecycle {
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final List<Rounds> rounds;

    /**
     * @param name of the threads, before their numbers
     * @param parallel how many pieces are worked on at once
     * @param poll how often is looked for one when there was none, or when looking failed
     * @param failure what is logged of a round that fails
     */
    protected ParallelWork(String name, int parallel, Duration poll, Logger log, String failure) {
        this.rounds = IntStream.range(0, parallel)
                .mapToObj(number -> new Rounds(name + "-" + number, poll, poll, log, failure, this::workOnOne))
                .toList();
    }

    /**
     * Takes a piece of work that nobody else works on.
     *
     * @return whether there was one
     */
    protected abstract boolean workOnOne();

    @Override
    public final void start() {
        rounds.forEach(Rounds::start);
    }

    @Override
    public final void stop() {
        rounds.forEach(each -> each.stop(FAREWELL));
    }

    @Override
    public final boolean isRunning() {
        return rounds.getFirst().isRunning();
    }
}
