package io.mlaas.kit.audit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Removes entries that are older than the retention, at the start and every hour. */
class AuditRetention implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(AuditRetention.class);

    private final AuditLog entries;
    private final Duration retention;
    private volatile CountDownLatch stopped = new CountDownLatch(0);

    AuditRetention(AuditLog entries, Duration retention) {
        this.entries = entries;
        this.retention = retention;
    }

    @Override
    public void start() {
        CountDownLatch stop = new CountDownLatch(1);
        stopped = stop;
        Thread.ofVirtual().name("audit-retention").start(() -> run(stop));
    }

    private void run(CountDownLatch stop) {
        try {
            do {
                try {
                    int removed = entries.removeOlderThan(retention);
                    if (removed > 0) {
                        log.info("removed {} audit entries older than {} days", removed, retention.toDays());
                    }
                } catch (DataAccessException | TransactionException e) {
                    log.warn("old audit entries cannot be removed now", e);
                }
            } while (!stop.await(1, TimeUnit.HOURS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public boolean isRunning() {
        return stopped.getCount() > 0;
    }
}
