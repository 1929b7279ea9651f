package io.mlaas.monitoring.intake;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.rows.LabelBlock;
import io.mlaas.monitoring.rows.RowBlock;
import io.mlaas.monitoring.rows.Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAspectSupport;

/** What came, in PostgreSQL, together with how far it was read. */
@Repository
class IntakeRepository {
    private final JdbcClient jdbc;

    IntakeRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A partition of a topic. */
    record Source(String topic, int partition) {
        static Source of(TopicPartition partition) {
            return new Source(partition.topic(), partition.partition());
        }
    }

    /** From where a partition was read, and where it is read on. */
    record Read(long from, long next) {}

    /**
     * All of it or nothing.
     *
     * @param completing adds to the batch what became complete, in the transaction
     * @return false if another instance has read one of the partitions meanwhile: then nothing was written
     */
    @Transactional
    boolean write(Batch batch, Map<Source, Read> reads, Runnable completing) {
        for (var read : reads.entrySet()) {
            if (!advance(read.getKey(), read.getValue())) {
                TransactionAspectSupport.currentTransactionStatus().setRollbackOnly();
                return false;
            }
        }
        completing.run();
        batch.parts().forEach(this::write);
        return true;
    }

    private boolean advance(Source source, Read read) {
        return jdbc.sql("""
                        update log_position set next_offset = :next
                        where topic = :topic and log_partition = :partition and next_offset = :from
                        """)
                        .param("next", read.next())
                        .param("topic", source.topic())
                        .param("partition", source.partition())
                        .param("from", read.from())
                        .update()
                == 1;
    }

    /** @return where to read on: 0 for a partition that nobody has read */
    long resumeAt(Source source) {
        jdbc.sql("""
                insert into log_position (topic, log_partition, next_offset) values (:topic, :partition, 0)
                on conflict do nothing
                """)
                .param("topic", source.topic())
                .param("partition", source.partition())
                .update();
        return jdbc.sql("select next_offset from log_position where topic = :topic and log_partition = :partition")
                .param("topic", source.topic())
                .param("partition", source.partition())
                .query(Long.class)
                .single();
    }

    private void write(Batch.Part part) {
        // The first statement locks the monitor's progress: one that was deleted meanwhile takes nothing.
        if (!progress(part)) {
            return;
        }
        Monitor monitor = part.monitor;
        Map<Long, Long> bounds = bounds(part);
        for (var rows : part.rows.entrySet()) {
            Long number = rows.getKey().number();
            Long bound = number == null ? null : bounds.get(number);
            Rows all = rows.getValue().build();
            Rows kept = bound == null ? all : all.upTo(bound);
            if (kept.size() > 0) {
                block(monitor, number, kept, kept.size() < all.size());
                if (number != null) {
                    touch(monitor, number);
                }
            }
        }
        if (!part.labels.isEmpty()) {
            labels(monitor, part);
        }
    }

    /** Of windows with more rows than are looked at: the id above which rows need not be kept. */
    private Map<Long, Long> bounds(Batch.Part part) {
        List<Long> numbers = part.rows.keySet().stream()
                .map(Batch.WindowOf::number)
                .filter(Objects::nonNull)
                .toList();
        Map<Long, Long> bounds = new HashMap<>();
        if (!numbers.isEmpty()) {
            jdbc.sql("""
                    select number, sample_most from monitor_window
                    where monitor_id = :monitor and number in (:numbers) and sample_most is not null
                    """)
                    .param("monitor", part.monitor.id())
                    .param("numbers", numbers)
                    .query((RowCallbackHandler) row -> bounds.put(row.getLong("number"), row.getLong("sample_most")));
        }
        return bounds;
    }

    private boolean progress(Batch.Part part) {
        return jdbc.sql("""
                        update progress set row_count = row_count + :rows, label_count = label_count + :labels,
                            refused_count = refused_count + :refused,
                            last_refusal = coalesce(:lastRefusal, last_refusal),
                            latest_event_micros = greatest(latest_event_micros, cast(:latest as bigint)),
                            last_arrival = clock_timestamp()
                        where monitor_id = :monitor
                        """)
                        .param("rows", part.rowCount)
                        .param("labels", part.labels.size())
                        .param("refused", part.refused)
                        .param("lastRefusal", part.lastRefusal, java.sql.Types.VARCHAR)
                        .param("latest", part.latestMicros, java.sql.Types.BIGINT)
                        .param("monitor", part.monitor.id())
                        .update()
                == 1;
    }

    private void block(Monitor monitor, @Nullable Long number, Rows rows, boolean sampled) {
        jdbc.sql("""
                insert into prediction_block (monitor_id, window_number, row_count, sampled, latest_micros, content)
                values (:monitor, :number, :rows, :sampled, :latest, :content)
                """)
                .param("monitor", monitor.id())
                .param("number", number, java.sql.Types.BIGINT)
                .param("rows", rows.size())
                .param("sampled", sampled)
                .param("latest", rows.latestMicros())
                .param("content", RowBlock.write(rows))
                .update();
    }

    private void touch(Monitor monitor, long number) {
        long length = monitor.document().windows().lengthMicros();
        jdbc.sql("""
                insert into monitor_window (monitor_id, number, starts_micros, ends_micros)
                values (:monitor, :number, :starts, :ends)
                on conflict (monitor_id, number) do update
                set version = monitor_window.version + 1, changed_at = clock_timestamp()
                """)
                .param("monitor", monitor.id())
                .param("number", number)
                .param("starts", number * length)
                .param("ends", (number + 1) * length)
                .update();
    }

    private void labels(Monitor monitor, Batch.Part part) {
        jdbc.sql("insert into label_block (monitor_id, label_count, content) values (:monitor, :labels, :content)")
                .param("monitor", monitor.id())
                .param("labels", part.labels.size())
                .param("content", LabelBlock.write(part.labels))
                .update();
    }
}
