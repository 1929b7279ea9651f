package io.mlaas.translation.onnx;

import io.mlaas.translate.GivenOptions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Translations that were asked for, in PostgreSQL. */
@Repository
class JobRepository {
    private static final String SELECT = """
            select j.*, case when j.state = 'QUEUED' then
                (select cast(count(*) as integer) from translation_job q
                 where q.state = 'QUEUED' and q.queue_number <= j.queue_number)
            end as queue_place
            from translation_job j
            """;
    private static final String SAME = """
            where j.source_model_id = :source and j.source_sha256 = :sha256 and j.opset = :opset
              and j.quantize = :quantize and j.options = :options and j.reference_sha256 = :reference
            """;

    private final JdbcClient jdbc;

    JobRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @return false if the same is under way */
    boolean insert(UUID id, Order order, @Nullable String correlationId) {
        return jdbc.sql("""
                        insert into translation_job (id, source_model_id, source_sha256, opset, quantize, options,
                            reference_sha256, organization_id, requested_by, correlation_id)
                        values (:id, :source, :sha256, :opset, :quantize, :options, :reference, :organization, :by, :correlation)
                        on conflict (source_model_id, source_sha256, opset, quantize, options, reference_sha256)
                            where state in ('QUEUED', 'RUNNING') do nothing
                        """)
                        .param("id", id)
                        .param("source", order.sourceModelId())
                        .param("sha256", order.sourceSha256())
                        .param("opset", order.wish().opset())
                        .param("quantize", order.wish().quantize())
                        .param("options", order.wish().given().text())
                        .param("reference", order.wish().referenceSha256())
                        .param("organization", order.organizationId())
                        .param("by", order.requestedBy())
                        .param("correlation", correlationId)
                        .update()
                == 1;
    }

    Optional<TranslationJob> find(UUID id) {
        return jdbc.sql(SELECT + "where j.id = :id")
                .param("id", id)
                .query(JobRepository::job)
                .optional();
    }

    /** The one of the same source and wish that is under way. */
    Optional<TranslationJob> live(Order order) {
        return same(order, "and j.state in ('QUEUED', 'RUNNING')");
    }

    /** The latest of the same source and wish that made a model. */
    Optional<TranslationJob> done(Order order) {
        return same(order, "and j.state = 'DONE' order by j.queue_number desc limit 1");
    }

    private Optional<TranslationJob> same(Order order, String more) {
        return jdbc.sql(SELECT + SAME + more)
                .param("source", order.sourceModelId())
                .param("sha256", order.sourceSha256())
                .param("opset", order.wish().opset())
                .param("quantize", order.wish().quantize())
                .param("options", order.wish().given().text())
                .param("reference", order.wish().referenceSha256())
                .query(JobRepository::job)
                .optional();
    }

    int waiting() {
        return jdbc.sql("select count(*) from translation_job where state = 'QUEUED'")
                .query(Integer.class)
                .single();
    }

    /** The next one of the queue. */
    Optional<UUID> take(Worker worker) {
        return jdbc.sql("""
                update translation_job set state = 'RUNNING', step = null, attempts = attempts + 1, node = :node,
                    worker = :worker, started_at = coalesce(started_at, now())
                where id = (select id from translation_job where state = 'QUEUED' and not_before <= now()
                        and (node is null or node = :node)
                    order by queue_number limit 1 for update skip locked)
                returning id
                """)
                .param("node", worker.node())
                .param("worker", worker.id())
                .query(UUID.class)
                .optional();
    }

    /** What an earlier life of this node left unfinished. */
    List<TranslationJob> left(Worker worker) {
        return jdbc.sql(SELECT + "where j.node = :node and j.state = 'RUNNING' and j.worker <> :worker")
                .param("node", worker.node())
                .param("worker", worker.id())
                .query(JobRepository::job)
                .list();
    }

    /** Only the node that has its files takes it again. */
    boolean backToQueue(UUID id, UUID worker, Duration delay, String detail) {
        return jdbc.sql("""
                        update translation_job set state = 'QUEUED', step = null, worker = null, detail = :detail,
                            not_before = now() + :millis * interval '1 millisecond'
                        where id = :id and worker = :worker and state = 'RUNNING'
                        """)
                        .param("id", id)
                        .param("worker", worker)
                        .param("detail", detail)
                        .param("millis", delay.toMillis())
                        .update()
                == 1;
    }

    void release(Worker worker) {
        jdbc.sql("""
                update translation_job set state = 'QUEUED', step = null, worker = null, attempts = greatest(0, attempts - 1)
                where node = :node and worker = :worker and state = 'RUNNING'
                """).param("node", worker.node()).param("worker", worker.id()).update();
    }

    UUID workerOf(UUID id) {
        return jdbc.sql("select worker from translation_job where id = :id")
                .param("id", id)
                .query(UUID.class)
                .single();
    }

    void step(UUID id, Worker worker, Step step) {
        jdbc.sql("update translation_job set step = :step where id = :id and worker = :worker and state = 'RUNNING'")
                .param("id", id)
                .param("worker", worker.id())
                .param("step", step.name())
                .update();
    }

    boolean done(UUID id, UUID worker, UUID modelId, boolean created) {
        return jdbc.sql("""
                        update translation_job set state = 'DONE', ended_at = now(), model_id = :model, created = :created,
                            detail = null
                        where id = :id and worker = :worker and state = 'RUNNING'
                        """)
                        .param("id", id)
                        .param("worker", worker)
                        .param("model", modelId)
                        .param("created", created)
                        .update()
                == 1;
    }

    boolean failed(UUID id, UUID worker, String problem, String detail) {
        return jdbc.sql("""
                        update translation_job set state = 'FAILED', ended_at = now(), problem = :problem, detail = :detail
                        where id = :id and worker = :worker and state = 'RUNNING'
                        """)
                        .param("id", id)
                        .param("worker", worker)
                        .param("problem", problem)
                        // PostgreSQL's text takes every character but NUL
                        .param("detail", detail.replace("\0", ""))
                        .update()
                == 1;
    }

    /** Whether this node's files of the job may still be needed. */
    boolean isLive(UUID id) {
        return find(id).map(job -> !job.state().isOver()).orElse(false);
    }

    private static TranslationJob job(ResultSet row, int number) throws SQLException {
        String step = row.getString("step");
        return new TranslationJob(
                row.getObject("id", UUID.class),
                row.getObject("source_model_id", UUID.class),
                row.getString("source_sha256"),
                new Wish(
                        row.getInt("opset"),
                        row.getBoolean("quantize"),
                        GivenOptions.parse(row.getString("options")),
                        row.getString("reference_sha256")),
                row.getObject("organization_id", UUID.class),
                row.getString("requested_by"),
                row.getString("correlation_id"),
                JobState.valueOf(row.getString("state")),
                step == null ? null : Step.valueOf(step),
                row.getObject("queue_place", Integer.class),
                row.getInt("attempts"),
                row.getTimestamp("requested_at").toInstant(),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                row.getObject("model_id", UUID.class),
                row.getBoolean("created"),
                row.getString("problem"),
                row.getString("detail"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }
}
