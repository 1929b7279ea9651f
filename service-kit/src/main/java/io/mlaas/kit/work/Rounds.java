package io.mlaas.kit.work;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Rounds of work on a thread of their own, until they are stopped: one after another as long as there is something to do,
 * else when they are woken or a pause is over. A round that fails is tried again after a pause; the first failure of
 * several in a row is logged. May be started again.
 */
public final class Rounds {

    /** One round. */
    @FunctionalInterface
    public interface Round {
        /**
         * @return whether there may be more to do at once
         * @throws InterruptedException if the rounds are stopped meanwhile
         * @throws Exception if it is to be tried again later
         */
        boolean work() throws Exception;
    }

    private final String name;
    private final Duration pause;
    private final Duration pauseAfterFailure;
    private final Logger log;
    private final String failure;
    private final Round round;
    private volatile @Nullable Life life;

    /**
     * @param name of the thread
     * @param pause between two rounds unless they are woken
     * @param pauseAfterFailure the same after a round that failed
     * @param failure what is logged of one that fails
     */
    public Rounds(String name, Duration pause, Duration pauseAfterFailure, Logger log, String failure, Round round) {
        this.name = name;
        this.pause = pause;
        this.pauseAfterFailure = pauseAfterFailure;
        this.log = log;
        this.failure = failure;
        this.round = round;
    }

    private final class Life {
        private final Semaphore woken = new Semaphore(0);
        private final Thread thread = Thread.ofVirtual().name(name).unstarted(this::run);
        private volatile boolean stopped;
        private boolean failing;

        private void run() {
            try {
                while (!stopped) {
                    Duration wait = step();
                    if (!wait.isZero()) {
                        boolean unused = woken.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
                        woken.drainPermits();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private Duration step() throws InterruptedException {
            try {
                boolean more = round.work();
                failing = false;
                return more ? Duration.ZERO : pause;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                if (!stopped && !failing) {
                    log.warn(failure, e);
                }
                failing = true;
                return pauseAfterFailure;
            }
        }
    }

    /** Begins unless they are under way. */
    public synchronized void start() {
        if (life == null) {
            Life next = new Life();
            life = next;
            next.thread.start();
        }
    }

    /** Has the next round begin now. */
    public void wake() {
        Life now = life;
        if (now != null) {
            now.woken.release();
        }
    }

    /** Waits for the end of the round under way as long as given, and interrupts it then. */
    public synchronized void stop(Duration patience) {
        Life ending = life;
        if (ending == null) {
            return;
        }
        life = null;
        ending.stopped = true;
        ending.woken.release();
        try {
            if (!ending.thread.join(patience)) {
                ending.thread.interrupt();
            }
        } catch (InterruptedException e) {
            ending.thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    public boolean isRunning() {
        return life != null;
    }
}
