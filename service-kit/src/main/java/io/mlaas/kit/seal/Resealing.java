package io.mlaas.kit.seal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Follows the master key: every row that an earlier one sealed is sealed anew, a few at a time. */
class Resealing implements SmartInitializingSingleton, SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Resealing.class);
    private static final int BATCH = 100;

    private final MasterKeys keys;
    private final List<SealedColumn> columns;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Duration interval;
    private final Counter resealed;
    private volatile CountDownLatch stopped = new CountDownLatch(0);
    private volatile long left;

    Resealing(
            MasterKeys keys,
            List<SealedColumn> columns,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Duration interval,
            MeterRegistry meters) {
        this.keys = keys;
        this.columns = List.copyOf(columns);
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.interval = interval;
        this.resealed = Counter.builder("mlaas.seal.resealed")
                .description("Secrets sealed anew with the current master key")
                .register(meters);
        Gauge.builder("mlaas.seal.left", () -> left)
                .description("Secrets that an earlier master key seals")
                .register(meters);
    }

    /** Before the first request: no secret may be there that no key opens. */
    @Override
    public void afterSingletonsInstantiated() {
        for (SealedColumn column : columns) {
            column.rowsByKey(jdbc).forEach((id, rows) -> {
                if (!id.equals(SealedColumn.NO_KEY_ID) && keys.find(id).isEmpty()) {
                    throw new MissingMasterKeyException("%s: %d sealed with master key %s (expected: one of %s)"
                            .formatted(column.name(), rows, id, String.join(", ", keys.ids())));
                }
            });
            long unopenable = column.unopenable(jdbc);
            if (unopenable > 0) {
                throw new MissingMasterKeyException(
                        "%s: %d sealed before keys had names, and not with any of the master keys %s"
                                .formatted(column.name(), unopenable, String.join(", ", keys.ids())));
            }
        }
    }

    /** Which key seals how much. */
    MasterKeyStatus status() {
        Map<String, Map<String, Long>> rows = new LinkedHashMap<>();
        keys.ids().forEach(id -> rows.put(id, new LinkedHashMap<>()));
        long others = 0;
        for (SealedColumn column : columns) {
            for (Map.Entry<String, Long> entry : column.rowsByKey(jdbc).entrySet()) {
                String id = entry.getKey().equals(SealedColumn.NO_KEY_ID) ? "unnamed" : entry.getKey();
                rows.computeIfAbsent(id, unknown -> new LinkedHashMap<>()).put(column.name(), entry.getValue());
                others += id.equals(keys.currentId()) ? 0 : entry.getValue();
            }
        }
        List<MasterKeyStatus.Key> list = new ArrayList<>();
        rows.forEach((id, counts) -> list.add(
                new MasterKeyStatus.Key(id, id.equals(keys.currentId()), keys.isConfigured(id), Map.copyOf(counts))));
        return new MasterKeyStatus(keys.currentId(), others, list);
    }

    /** One pass over every column. */
    void resealAll() {
        keys.reload();
        long before = (long) resealed.count();
        for (SealedColumn column : columns) {
            String after = "";
            do {
                String from = after;
                String ended = transactions.execute(status -> column.reseal(jdbc, from, BATCH, resealed::increment));
                after = ended == null ? "" : ended;
            } while (!after.isEmpty() && stopped.getCount() > 0);
        }
        long done = (long) resealed.count() - before;
        left = status().left();
        if (done > 0) {
            log.info("sealed {} secrets anew with master key {}, {} are left", done, keys.currentId(), left);
        }
        warnOfMissingKeys();
    }

    private void warnOfMissingKeys() {
        var needed = new TreeSet<String>();
        columns.forEach(column -> needed.addAll(column.rowsByKey(jdbc).keySet()));
        needed.remove(SealedColumn.NO_KEY_ID);
        needed.removeIf(keys::isConfigured);
        if (!needed.isEmpty()) {
            log.error("master keys {} are not configured any more, but rows are sealed with them", needed);
        }
    }

    private void run(CountDownLatch end) {
        while (end.getCount() > 0) {
            try {
                resealAll();
            } catch (DataAccessException | TransactionException | IllegalStateException e) {
                if (end.getCount() > 0) {
                    log.warn("sealed secrets cannot be looked through now: {}", e.getMessage());
                }
            }
            try {
                if (end.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void start() {
        CountDownLatch end = new CountDownLatch(1);
        stopped = end;
        Thread.ofVirtual().name("resealing").start(() -> run(end));
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
