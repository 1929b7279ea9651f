package io.mlaas.ppfl.server;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work on federations: on each one thing after another, on different ones at the same time. Threads are the platform's own:
 * a large model's aggregation would keep a virtual thread's carrier from everybody else.
 */
final class Lanes {
    private static final Logger log = LoggerFactory.getLogger(Lanes.class);

    private final int atOnce;
    private final Predicate<UUID> work;

    /** Federations that wait for a thread or have one; true: something has happened since it began. */
    private final Map<UUID, Boolean> underWay = new ConcurrentHashMap<>();

    private volatile @Nullable ExecutorService threads;

    /**
     * @param atOnce how many federations are worked on at the same time; the others wait in the order in which they came
     * @param work whether there may be more to do at once
     */
    Lanes(int atOnce, Predicate<UUID> work) {
        this.atOnce = atOnce;
        this.work = work;
    }

    /** Something may be done for this federation; if it is being worked on, then afterwards. */
    void wake(UUID federation) {
        ExecutorService running = threads;
        if (running != null && underWay.put(federation, true) == null) {
            submit(running, federation);
        }
    }

    private void submit(ExecutorService running, UUID federation) {
        try {
            running.execute(() -> run(running, federation));
        } catch (RejectedExecutionException stopped) {
            underWay.remove(federation);
            log.debug("federation {} is gone on with after the next start", federation, stopped);
        }
    }

    private void run(ExecutorService running, UUID federation) {
        underWay.put(federation, false);
        boolean more = false;
        try {
            more = work.test(federation);
        } finally {
            if (more || !underWay.remove(federation, false)) {
                submit(running, federation);
            }
        }
    }

    synchronized void start() {
        if (threads == null) {
            threads = Executors.newFixedThreadPool(
                    atOnce, Thread.ofPlatform().daemon().name("federation-", 1).factory());
        }
    }

    /** Waits for what is under way as long as given, and interrupts it then. */
    synchronized void stop(Duration patience) {
        ExecutorService ending = threads;
        if (ending == null) {
            return;
        }
        threads = null;
        ending.shutdown();
        try {
            if (!ending.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                ending.shutdownNow();
            }
        } catch (InterruptedException e) {
            ending.shutdownNow();
            Thread.currentThread().interrupt();
        }
        underWay.clear();
    }
}
