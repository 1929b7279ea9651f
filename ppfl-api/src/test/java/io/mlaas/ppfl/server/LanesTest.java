package io.mlaas.ppfl.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final UUID SLOW = new UUID(0, 1);
    private static final UUID QUICK = new UUID(0, 2);

    private final Semaphore begun = new Semaphore(0);
    private final Semaphore may = new Semaphore(0);
    private final AtomicInteger slowAtOnce = new AtomicInteger();
    private final AtomicInteger slowRuns = new AtomicInteger();
    private final CountDownLatch quick = new CountDownLatch(3);
    private final Map<UUID, Integer> overlaps = new ConcurrentHashMap<>();
    private final Lanes lanes = new Lanes(2, this::work);

    @AfterEach
    void end() {
        may.release(100);
        lanes.stop(Duration.ofSeconds(10));
    }

    private boolean work(UUID federation) {
        if (federation.equals(QUICK)) {
            quick.countDown();
            return quick.getCount() > 0;
        }
        overlaps.merge(SLOW, slowAtOnce.incrementAndGet(), Math::max);
        slowRuns.incrementAndGet();
        begun.release();
        may.acquireUninterruptibly();
        slowAtOnce.decrementAndGet();
        return false;
    }

    @Test
    void oneFederationDoesNotWaitForAnotherAndIsNeverWorkedOnTwiceAtOnce() throws Exception {
        lanes.start();
        lanes.wake(SLOW);
        assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        lanes.wake(SLOW);
        lanes.wake(SLOW); // once more is enough for both
        lanes.wake(QUICK);
        assertThat(quick.await(30, TimeUnit.SECONDS))
                .as("three pieces of work while the other one stands still")
                .isTrue();
        assertThat(slowRuns).hasValue(1);
        may.release();
        assertThat(begun.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        may.release();
        lanes.stop(Duration.ofSeconds(30));
        assertThat(slowRuns).hasValue(2);
        assertThat(overlaps).containsEntry(SLOW, 1);
    }
}
