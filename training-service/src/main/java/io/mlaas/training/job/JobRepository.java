package io.mlaas.training.job;

import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.runner.FailureReason;
import io.mlaas.training.runner.RunFacts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Jobs in PostgreSQL. */
@Repository
class JobRepository {
    private static final String SELECT = """
            select j.*, case when j.state = 'QUEUED' then
                (select cast(count(*) as integer) from training_job q where q.state = 'QUEUED' and q.queue_number <= j.queue_number)
            else j.waiting_place end as queue_place
            from training_job j
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final TrialRepository trials;

    JobRepository(JdbcClient jdbc, JsonMapper json, TrialRepository trials) {
        this.jdbc = jdbc;
        this.json = json;
        this.trials = trials;
    }

    /** @return false if the model has a live job, or is trained */
    boolean insert(UUID id, TrainingRequested order) {
        return jdbc.sql("""
                        insert into training_job (id, model_id, organization_id, training_order, state)
                        select :id, :model, :organization, cast(:order as json), 'QUEUED'
                        where not exists (select from training_job
                            where model_id = :model and state = 'SUCCEEDED' and reproduction_id is null)
                        on conflict (model_id) where state in ('QUEUED', 'PREPARING', 'TRAINING', 'REGISTERING')
                            and reproduction_id is null
                        do nothing
                        """)
                        .param("id", id)
                        .param("model", order.modelId())
                        .param("organization", order.organizationId())
                        .param("order", json.writeValueAsString(order))
                        .update()
                == 1;
    }

    Optional<Job> find(UUID id) {
        return jdbc.sql(SELECT + "where j.id = :id")
                .param("id", id)
                .query(this::job)
                .optional();
    }

    /** The latest job of a model, if this organization owns it. */
    Optional<Job> latest(UUID modelId, UUID organizationId) {
        return jdbc.sql(SELECT + """
                where j.model_id = :model and j.organization_id = :organization and j.reproduction_id is null
                order by j.queue_number desc limit 1
                """)
                .param("model", modelId)
                .param("organization", organizationId)
                .query(this::job)
                .optional();
    }

    List<Job> list(UUID organizationId, int limit) {
        return jdbc.sql(SELECT + """
                where j.organization_id = :organization and j.reproduction_id is null
                order by j.queue_number desc limit :limit
                """)
                .param("organization", organizationId)
                .param("limit", limit)
                .query(this::job)
                .list();
    }

    /** The next job of the queue, unless this node has enough to do. */
    Optional<UUID> take(Worker worker, int capacity) {
        return jdbc.sql("""
                update training_job set state = 'PREPARING', attempts = attempts + 1, node = :node, worker = :worker,
                    started_at = coalesce(started_at, now()), reason = null, failure = null, elsewhere = false
                where (select count(*) from training_job
                    where node = :node and state in ('PREPARING', 'TRAINING') and not elsewhere) < :capacity
                and id = (select id from training_job where state = 'QUEUED' and not_before <= now()
                    order by queue_number limit 1 for update skip locked)
                returning id
                """)
                .param("node", worker.node())
                .param("worker", worker.id())
                .param("capacity", capacity)
                .query(UUID.class)
                .optional();
    }

    /** Makes what an earlier life of this node left the worker's own. */
    void takeOver(Worker worker) {
        jdbc.sql("""
                update training_job set worker = :worker
                where node = :node and state in ('PREPARING', 'TRAINING', 'REGISTERING')
                """).param("node", worker.node()).param("worker", worker.id()).update();
    }

    List<UUID> liveJobs(Worker worker) {
        return jdbc.sql("""
                select id from training_job where worker = :worker and state in ('PREPARING', 'TRAINING', 'REGISTERING')
                order by queue_number
                """).param("worker", worker.id()).query(UUID.class).list();
    }

    /** The job, as long as it is this worker's to work on. */
    Optional<Job> mine(UUID id, Worker worker) {
        return jdbc.sql(SELECT + """
                where j.id = :id and j.worker = :worker and j.state in ('PREPARING', 'TRAINING', 'REGISTERING')
                """)
                .param("id", id)
                .param("worker", worker.id())
                .query(this::job)
                .optional();
    }

    /** @param elsewhere whether the program runs on another machine, and takes none of this node's capacity */
    boolean startTraining(UUID id, Worker worker, String runner, boolean elsewhere, RunFacts facts) {
        return jdbc.sql("""
                        update training_job set state = 'TRAINING', runner = :runner, runs = runs + 1, failures = 0,
                            progress = null, elsewhere = :elsewhere,
                            facts = cast(:facts as json), run_started_at = now(), run_ended_at = null
                        where id = :id and worker = :worker and state = 'PREPARING' and cancelled_by is null
                        """)
                        .param("id", id)
                        .param("worker", worker.id())
                        .param("runner", runner)
                        .param("elsewhere", elsewhere)
                        .param("facts", json.writeValueAsString(facts))
                        .update()
                == 1;
    }

    /** What was beyond recall when its cancellation arrived is registered all the same. */
    boolean startRegistering(UUID id, Worker worker, int exitCode, @Nullable String metrics, boolean beyondRecall) {
        return jdbc.sql("""
                        update training_job set state = 'REGISTERING', failures = 0, exit_code = :exit, run_ended_at = now(),
                            metrics = cast(:metrics as json), waiting = null, waiting_place = null,
                            reason = case when :beyondRecall then null else reason end,
                            cancelled_by = case when :beyondRecall then null else cancelled_by end
                        where id = :id and worker = :worker and state = 'TRAINING'
                            and (:beyondRecall or cancelled_by is null)
                        """)
                        .param("id", id)
                        .param("worker", worker.id())
                        .param("exit", exitCode)
                        .param("metrics", metrics)
                        .param("beyondRecall", beyondRecall)
                        .update()
                == 1;
    }

    /** @return the record that is to be sent: the first that was composed; nothing if the job is another's now */
    Optional<TrainingRecord> record(UUID id, Worker worker, TrainingRecord composed) {
        return jdbc.sql("""
                update training_job set record = coalesce(record, cast(:record as json))
                where id = :id and worker = :worker and state = 'REGISTERING'
                returning record
                """)
                .param("id", id)
                .param("worker", worker.id())
                .param("record", json.writeValueAsString(composed))
                .query(String.class)
                .optional()
                .map(text -> json.readValue(text, TrainingRecord.class));
    }

    boolean end(UUID id, Worker worker, JobState from, JobState to, Ending ending) {
        Job.Outcome result = ending.result();
        return jdbc.sql("""
                        update training_job set state = :to, ended_at = now(), reason = :reason,
                            exit_code = coalesce(:exit, exit_code), log_tail = :tail, failure = :failure,
                            metrics = coalesce(cast(:metrics as json), metrics), waiting = null, waiting_place = null,
                            result_name = :name, result_size = :size, result_sha256 = :sha256
                        where id = :id and worker = :worker and state = :from
                        """)
                        .param("id", id)
                        .param("worker", worker.id())
                        .param("from", from.name())
                        .param("to", to.name())
                        .param("reason", ending.reason())
                        .param("exit", ending.exitCode())
                        .param("tail", ending.logTail())
                        .param("failure", name(ending.failure()))
                        .param("metrics", ending.metrics())
                        .param("name", result == null ? null : result.fileName())
                        .param("size", result == null ? null : result.sizeBytes())
                        .param("sha256", result == null ? null : result.sha256())
                        .update()
                == 1;
    }

    boolean backToQueue(
            UUID id, Worker worker, JobState from, Duration delay, String reason, @Nullable FailureReason failure) {
        return jdbc.sql("""
                        update training_job set state = 'QUEUED', failures = failures + 1, node = null, worker = null,
                            not_before = now() + :millis * interval '1 millisecond', reason = :reason,
                            failure = :failure, waiting = null, waiting_place = null
                        where id = :id and worker = :worker and state = :from
                        """)
                        .param("id", id)
                        .param("worker", worker.id())
                        .param("from", from.name())
                        .param("millis", delay.toMillis())
                        .param("failure", name(failure))
                        .param("reason", reason)
                        .update()
                == 1;
    }

    boolean countFailure(UUID id, Worker worker, String reason) {
        return jdbc.sql("""
                        update training_job set failures = failures + 1, reason = :reason
                        where id = :id and worker = :worker and state = 'REGISTERING'
                        """)
                        .param("id", id)
                        .param("worker", worker.id())
                        .param("reason", reason)
                        .update()
                == 1;
    }

    void progress(UUID id, Worker worker, @Nullable String progress) {
        jdbc.sql("update training_job set progress = cast(:progress as json) where id = :id and worker = :worker")
                .param("id", id)
                .param("worker", worker.id())
                .param("progress", progress)
                .update();
    }

    /** What a run that has not begun waits for; nothing once it has. */
    void waiting(UUID id, Worker worker, @Nullable String why, @Nullable Integer place) {
        jdbc.sql("""
                update training_job set waiting = :why, waiting_place = :place where id = :id and worker = :worker
                """)
                .param("id", id)
                .param("worker", worker.id())
                .param("why", why)
                .param("place", place)
                .update();
    }

    boolean cancelQueued(UUID id, String by) {
        return jdbc.sql("""
                        update training_job set state = 'CANCELLED', cancelled_by = :by, ended_at = now(),
                            reason = 'cancelled by ' || :by
                        where id = :id and state = 'QUEUED'
                        """).param("id", id).param("by", by).update() == 1;
    }

    /** Asks the worker to end the job. */
    boolean cancelRunning(UUID id, String by) {
        return jdbc.sql("""
                        update training_job set cancelled_by = coalesce(cancelled_by, :by), reason = 'cancelled by ' || :by
                        where id = :id and state in ('PREPARING', 'TRAINING')
                        """).param("id", id).param("by", by).update() == 1;
    }

    boolean cancelled(UUID id) {
        return jdbc.sql("select cancelled_by is not null from training_job where id = :id")
                .param("id", id)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** Of these jobs, those that ended before a time. */
    List<UUID> endedBefore(List<UUID> ids, Instant time) {
        return ids.isEmpty()
                ? List.of()
                : jdbc.sql("select id from training_job where id in (:ids) and ended_at < :time")
                        .param("ids", ids)
                        .param("time", time.atOffset(ZoneOffset.UTC))
                        .query(UUID.class)
                        .list();
    }

    /** How a job ended. */
    record Ending(
            @Nullable String reason,
            @Nullable Integer exitCode,
            @Nullable String logTail,
            Job.@Nullable Outcome result,
            @Nullable FailureReason failure,
            @Nullable String metrics) {

        static Ending because(String reason) {
            return new Ending(reason, null, null, null, null, null);
        }
    }

    private Job job(ResultSet row, int number) throws SQLException {
        String result = row.getString("result_sha256");
        String failure = row.getString("failure");
        String record = row.getString("record");
        return new Job(
                row.getObject("id", UUID.class),
                row.getObject("model_id", UUID.class),
                row.getObject("organization_id", UUID.class),
                json.readValue(row.getString("training_order"), TrainingRequested.class),
                JobState.valueOf(row.getString("state")),
                row.getInt("attempts"),
                row.getInt("runs"),
                row.getInt("failures"),
                row.getString("runner"),
                row.getString("cancelled_by") != null,
                row.getObject("queue_place", Integer.class),
                row.getString("waiting"),
                time(row, "queued_at"),
                time(row, "not_before"),
                row.getObject("started_at") == null ? null : time(row, "started_at"),
                row.getObject("ended_at") == null ? null : time(row, "ended_at"),
                row.getString("progress"),
                row.getString("metrics"),
                row.getObject("exit_code", Integer.class),
                row.getString("reason"),
                failure == null ? null : FailureReason.valueOf(failure),
                row.getString("log_tail"),
                result == null
                        ? null
                        : new Job.Outcome(row.getString("result_name"), row.getLong("result_size"), result),
                run(row),
                record == null ? null : json.readValue(record, TrainingRecord.class),
                trials.trial(row));
    }

    private Job.@Nullable LastRun run(ResultSet row) throws SQLException {
        String facts = row.getString("facts");
        return facts == null
                ? null
                : new Job.LastRun(
                        json.readValue(facts, RunFacts.class),
                        time(row, "run_started_at"),
                        row.getObject("run_ended_at") == null ? null : time(row, "run_ended_at"));
    }

    private static @Nullable String name(@Nullable FailureReason failure) {
        return failure == null ? null : failure.name();
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
