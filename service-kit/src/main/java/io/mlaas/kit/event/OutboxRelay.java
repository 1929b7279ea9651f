package io.mlaas.kit.event;

import io.mlaas.kit.work.Rounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends what is in the outbox to Kafka, in order, at least once. One replica sends at a time (an advisory lock): the
 * order of events about one asset is the order in which they were committed.
 */
class OutboxRelay implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
    private static final int BATCH = 200;
    private static final int MOST_COUNTED = 100_000;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration TROUBLE = Duration.ofSeconds(5);
    private static final int SWEPT_AT_ONCE = 5000;
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final long ADVISORY_LOCK = 0x6d6c616173L;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final KafkaTemplate<String, String> kafka;
    private final Duration keep;
    private final Rounds rounds = new Rounds(
            "outbox-relay",
            POLL,
            TROUBLE,
            log,
            "events wait in the outbox: they cannot be published now",
            this::sendAndSweep);
    private long sweepAt = System.nanoTime();

    /** @param keep how long an event stays after it was published */
    OutboxRelay(JdbcClient jdbc, TransactionTemplate transactions, KafkaTemplate<String, String> kafka, Duration keep) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.kafka = kafka;
        this.keep = keep;
    }

    void wake() {
        rounds.wake();
    }

    @Override
    public void start() {
        rounds.start();
    }

    @Override
    public void stop() {
        rounds.stop(Duration.ZERO);
    }

    @Override
    public boolean isRunning() {
        return rounds.isRunning();
    }

    private boolean sendAndSweep() {
        if (sendBatch() == BATCH) {
            return true;
        }
        if (System.nanoTime() - sweepAt >= 0) {
            sweep();
            sweepAt = System.nanoTime() + pause().toNanos();
        }
        return false;
    }

    private record Waiting(long sequence, String topic, String key, String payload) {}

    /** Not a number while the database does not tell. */
    double waiting() {
        try {
            return jdbc.sql("""
                    select count(*) from (select from outbox_event where published_at is null limit :most) waiting
                    """).param("most", MOST_COUNTED).query(Long.class).single();
        } catch (DataAccessException e) {
            log.debug("the outbox cannot be counted now", e);
            return Double.NaN;
        }
    }

    private Duration pause() {
        return keep.compareTo(LONGEST_PAUSE) < 0 ? keep : LONGEST_PAUSE;
    }

    /** Forgets what was published long ago, some at a time, so that nobody waits for it. */
    private void sweep() {
        int forgotten = SWEPT_AT_ONCE;
        while (isRunning() && forgotten == SWEPT_AT_ONCE) {
            forgotten = jdbc.sql("""
                    delete from outbox_event where sequence in (
                        select sequence from outbox_event
                        where published_at < now() - make_interval(secs => :keep) limit :limit)
                    """)
                    .param("keep", keep.toMillis() / 1000.0)
                    .param("limit", SWEPT_AT_ONCE)
                    .update();
        }
    }

    private int sendBatch() {
        Integer sent = transactions.execute(status -> {
            boolean mine = jdbc.sql("select pg_try_advisory_xact_lock(:lock)")
                    .param("lock", ADVISORY_LOCK)
                    .query(Boolean.class)
                    .single();
            if (!mine) {
                return 0;
            }
            List<Waiting> batch =
                    jdbc.sql("""
                    select sequence, topic, key, payload from outbox_event
                    where published_at is null order by sequence limit :limit
                    """).param("limit", BATCH).query(Waiting.class).list();
            if (batch.isEmpty()) {
                return 0;
            }
            List<CompletableFuture<?>> acknowledged = new ArrayList<>(batch.size());
            for (Waiting event : batch) {
                acknowledged.add(kafka.send(event.topic(), event.key(), event.payload()));
            }
            CompletableFuture.allOf(acknowledged.toArray(CompletableFuture[]::new))
                    .join();
            jdbc.sql("update outbox_event set published_at = now() where sequence in (:sequences)")
                    .param("sequences", batch.stream().map(Waiting::sequence).toList())
                    .update();
            return batch.size();
        });
        return sent == null ? 0 : sent;
    }
}
