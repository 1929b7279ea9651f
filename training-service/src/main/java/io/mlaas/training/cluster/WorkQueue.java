package io.mlaas.training.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Names of trainings to look at, each once, at its time. */
class WorkQueue {
    private final Map<String, Long> due = new HashMap<>();

    synchronized void add(String name) {
        add(name, Duration.ZERO);
    }

    /** The earlier time holds. */
    synchronized void add(String name, Duration delay) {
        due.merge(name, System.nanoTime() + delay.toNanos(), Math::min);
        notifyAll();
    }

    /** Waits for the next one whose time has come. */
    synchronized String take() throws InterruptedException {
        while (true) {
            long now = System.nanoTime();
            Map.Entry<String, Long> next =
                    due.entrySet().stream().min(Map.Entry.comparingByValue()).orElse(null);
            if (next == null) {
                wait();
            } else if (next.getValue() <= now) {
                due.remove(next.getKey());
                return next.getKey();
            } else {
                wait((next.getValue() - now) / 1_000_000 + 1);
            }
        }
    }
}
