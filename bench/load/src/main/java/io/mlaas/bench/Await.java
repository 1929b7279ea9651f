package io.mlaas.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits until something is so, and asks again and again. */
public final class Await {
    private Await() {}

    /** What is waited for. */
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** @throws IllegalStateException if it is not so in time */
    public static void until(String what, Duration most, Duration between, Condition condition) throws Exception {
        long deadline = System.nanoTime() + most.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(what + " did not come within " + most);
            }
            LockSupport.parkNanos(between.toNanos());
        }
    }
}
