package io.mlaas.ppfl.job;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What is to be done for simulations, in PostgreSQL. */
@Repository
class JobRepository {
    private final JdbcClient jdbc;

    JobRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(UUID federation, UUID dataset) {
        jdbc.sql("insert into federation_job (federation_id, dataset_id) values (:id, :dataset)")
                .param("id", federation)
                .param("dataset", dataset)
                .update();
    }

    void cancel(UUID federation, String by) {
        jdbc.sql("""
                update federation_job set cancelled_by = coalesce(cancelled_by, :by), next_at = now()
                where federation_id = :id
                """).param("by", by).param("id", federation).update();
    }

    /** One that is due, which for the time of the lease is nobody else's. */
    Optional<FederationJob> take(Duration lease) {
        return jdbc.sql("""
                update federation_job set next_at = clock_timestamp() + make_interval(secs => :lease)
                where federation_id = (
                    select federation_id from federation_job where next_at <= clock_timestamp()
                    order by next_at limit 1 for update skip locked)
                returning *
                """)
                .param("lease", seconds(lease))
                .query((row, number) -> new FederationJob(
                        row.getObject("federation_id", UUID.class),
                        row.getObject("dataset_id", UUID.class),
                        FederationJob.Step.valueOf(row.getString("step")),
                        row.getString("cancelled_by"),
                        row.getObject("job_id", UUID.class),
                        row.getLong("log_position"),
                        row.getInt("attempts")))
                .optional();
    }

    /** The registry has it: from here on its training is followed. */
    void registered(UUID federation) {
        jdbc.sql("""
                update federation_job set step = 'FOLLOW', attempts = 0, note = null, next_at = now()
                where federation_id = :id
                """).param("id", federation).update();
    }

    /** What was told up to there is kept. One that was cancelled meanwhile is due at once. */
    void followed(UUID federation, UUID job, long position, Duration pause) {
        jdbc.sql("""
                update federation_job set job_id = :job, log_position = :position, attempts = 0, note = null,
                    next_at = case when cancelled_by is null then now() + make_interval(secs => :pause) else now() end
                where federation_id = :id
                """)
                .param("job", job)
                .param("position", position)
                .param("pause", seconds(pause))
                .param("id", federation)
                .update();
    }

    void again(UUID federation, String note, Duration pause) {
        jdbc.sql("""
                update federation_job set attempts = attempts + 1, note = :note,
                    next_at = now() + make_interval(secs => :pause)
                where federation_id = :id
                """)
                .param("note", note.replace("\0", ""))
                .param("pause", seconds(pause))
                .param("id", federation)
                .update();
    }

    void done(UUID federation) {
        jdbc.sql("delete from federation_job where federation_id = :id")
                .param("id", federation)
                .update();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
