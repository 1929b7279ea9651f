package io.mlaas.monitoring.window;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lease that is renewed for as long as the work takes: nobody knows how long a report of a wide window does. */
final class Lease implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lease.class);
    private static final int RENEWALS = 3;

    private final Duration length;
    private final Consumer<Duration> renew;
    private final CountDownLatch done = new CountDownLatch(1);

    /** @param renew from now on for so long */
    Lease(Duration length, Consumer<Duration> renew) {
        this.length = length;
        this.renew = renew;
    }

    void start() {
        Thread.ofVirtual().name("report-lease").start(this::run);
    }

    private void run() {
        try {
            while (!done.await(length.toMillis() / RENEWALS, TimeUnit.MILLISECONDS)) {
                attempt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt() {
        try {
            renew.accept(length);
        } catch (RuntimeException e) {
            // Without a lease another instance makes the report too, and the first one stays.
            log.warn("a lease could not be renewed", e);
        }
    }

    @Override
    public void close() {
        done.countDown();
    }
}
