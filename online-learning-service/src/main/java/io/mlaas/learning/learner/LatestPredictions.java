package io.mlaas.learning.learner;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What learners were asked last, and answered, for those who ask for the last prediction. It is written down once in a
 * while: whoever asks for it right after a kill may get the one before.
 */
@Component
class LatestPredictions implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(LatestPredictions.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final JdbcClient jdbc;
    private final Map<UUID, Latest> unwritten = new ConcurrentHashMap<>();
    private volatile boolean running;
    private Thread writer = Thread.currentThread();

    LatestPredictions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param answer numbers of a regression, or probabilities of the classes */
    @SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
    record Latest(double[] input, double[] answer, Instant at) {}

    void put(UUID learner, double[] input, double[] answer) {
        unwritten.put(learner, new Latest(input, answer, Instant.now()));
    }

    Optional<Latest> find(UUID learner) {
        Latest own = unwritten.get(learner);
        return own != null ? Optional.of(own) : read(learner);
    }

    private Optional<Latest> read(UUID learner) {
        return jdbc.sql("select input, answer, predicted_at from latest_prediction where learner_id = :learner")
                .param("learner", learner)
                .query((row, number) -> new Latest(
                        numbers(row, "input"),
                        numbers(row, "answer"),
                        row.getTimestamp("predicted_at").toInstant()))
                .optional();
    }

    private static double[] numbers(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        Double[] numbers = (Double[]) array.getArray();
        array.free();
        double[] plain = new double[numbers.length];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = numbers[i];
        }
        return plain;
    }

    /** Writes down what is not yet; of what was predicted elsewhere later it leaves the row. */
    void write() {
        for (Map.Entry<UUID, Latest> each : List.copyOf(unwritten.entrySet())) {
            Latest latest = each.getValue();
            jdbc.sql("""
                    insert into latest_prediction (learner_id, input, answer, predicted_at)
                    select id, :input, :answer, :at from learner where id = :learner and state <> 'DELETED'
                    on conflict (learner_id) do update
                    set input = excluded.input, answer = excluded.answer, predicted_at = excluded.predicted_at
                    where latest_prediction.predicted_at < excluded.predicted_at
                    """)
                    .param("learner", each.getKey())
                    .param("input", latest.input())
                    .param("answer", latest.answer())
                    .param("at", OffsetDateTime.ofInstant(latest.at(), ZoneOffset.UTC))
                    .update();
            unwritten.remove(each.getKey(), latest);
        }
    }

    private void run() {
        while (running) {
            try {
                Thread.sleep(PAUSE);
                write();
            } catch (InterruptedException e) {
                return;
            } catch (DataAccessException e) {
                log.warn("the latest predictions are written later: the database cannot be asked", e);
            }
        }
    }

    void forget(UUID learner) {
        unwritten.remove(learner);
        jdbc.sql("delete from latest_prediction where learner_id = :learner")
                .param("learner", learner)
                .update();
    }

    @Override
    public void start() {
        running = true;
        writer = Thread.ofVirtual().name("latest-predictions").start(this::run);
    }

    @Override
    public void stop() {
        running = false;
        writer.interrupt();
        try {
            writer.join(PAUSE);
            write();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DataAccessException e) {
            log.warn("the latest predictions are lost: the database cannot be asked", e);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
