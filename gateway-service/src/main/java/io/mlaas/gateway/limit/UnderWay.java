package io.mlaas.gateway.limit;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests are passed on at once. Each holds memory here and in a service until its answer has gone; those that
 * would be too many wait in turn, and are turned away when that takes too long. One company gets half of the places.
 */
final class UnderWay {
    private final int most;
    private final Duration patience;
    private final Semaphore places;
    private final ConcurrentHashMap<String, Share> companies = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();

    UnderWay(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
        this.places = new Semaphore(most, true);
    }

    /** A company's places, kept while any of its requests is here. */
    private static final class Share {
        private final Semaphore places;
        private int users;

        Share(int places) {
            this.places = new Semaphore(places, true);
        }
    }

    /** Whether there was a place; it then has to be left. */
    boolean enter(String company) throws InterruptedException {
        Share share = companies.compute(company, (name, known) -> {
            Share kept = known == null ? new Share(Math.max(1, most / 2)) : known;
            kept.users++;
            return kept;
        });
        long deadline = System.nanoTime() + patience.toNanos();
        boolean entered = false;
        waiting.incrementAndGet();
        try {
            if (share.places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                try {
                    entered = places.tryAcquire(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } finally {
                    if (!entered) {
                        share.places.release();
                    }
                }
            }
        } finally {
            waiting.decrementAndGet();
            if (!entered) {
                forget(company);
            }
        }
        return entered;
    }

    void leave(String company) {
        places.release();
        companies.computeIfPresent(company, (name, share) -> {
            share.places.release();
            return share;
        });
        forget(company);
    }

    private void forget(String company) {
        companies.computeIfPresent(company, (name, share) -> --share.users == 0 ? null : share);
    }

    /** Requests that are passed on now. */
    int count() {
        return most - places.availablePermits();
    }

    int waiting() {
        return waiting.get();
    }

    int companies() {
        return companies.size();
    }
}
