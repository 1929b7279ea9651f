package io.mlaas.kit.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RoundsTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final BlockingQueue<Integer> done = new LinkedBlockingQueue<>();
    private final AtomicInteger number = new AtomicInteger();
    private Rounds rounds = rounds(LONG, LONG, () -> false);

    @AfterEach
    void stop() {
        rounds.stop(Duration.ZERO);
    }

    @Test
    void goOnWhileThereIsMoreAndWaitUntilTheyAreWoken() throws Exception {
        rounds = rounds(LONG, LONG, () -> next() < 3);
        rounds.start();
        assertThat(rounds.isRunning()).isTrue();
        assertThat(taken(3)).isEqualTo(3);
        rounds.wake();
        assertThat(taken(1)).isEqualTo(4);
        assertThat(done).isEmpty();
    }

    @Test
    void tryAgainAfterAFailure() throws Exception {
        rounds = rounds(LONG, SHORT, () -> {
            if (next() < 3) {
                throw new IllegalStateException("not yet");
            }
            return false;
        });
        rounds.start();
        assertThat(taken(3)).isEqualTo(3);
    }

    @Test
    void waitForTheRoundUnderWayAndMayBeStartedAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        rounds = rounds(LONG, LONG, () -> {
            begun.countDown();
            end.await();
            next();
            return false;
        });
        rounds.start();
        begun.await();
        Thread.ofVirtual().start(end::countDown);
        rounds.stop(Duration.ofMinutes(1));
        assertThat(rounds.isRunning()).isFalse();
        assertThat(done).hasSize(1);
        rounds.start();
        assertThat(taken(2)).isPositive();
    }

    @Test
    void interruptARoundThatDoesNotEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        rounds = rounds(LONG, LONG, () -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return true;
        });
        rounds.start();
        begun.await();
        rounds.stop(Duration.ZERO);
        assertThat(interrupted.await(1, TimeUnit.MINUTES)).isTrue();
    }

    private int next() {
        int next = number.incrementAndGet();
        done.add(next);
        return next;
    }

    private int taken(int count) throws InterruptedException {
        int last = 0;
        for (int i = 0; i < count; i++) {
            Integer taken = done.poll(1, TimeUnit.MINUTES);
            assertThat(taken).isNotNull();
            last = taken == null ? 0 : taken;
        }
        return last;
    }

    private static Rounds rounds(Duration pause, Duration afterFailure, Rounds.Round round) {
        return new Rounds(
                "tried", pause, afterFailure, LoggerFactory.getLogger(RoundsTest.class), "tried again", round);
    }
}
