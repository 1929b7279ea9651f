package io.mlaas.learning.learner;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Learners that are behind the rest of their partition, in PostgreSQL. */
@Repository
class BehindRepository {
    private final JdbcClient jdbc;

    BehindRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Within the transaction that moves the positions of partitions, before that.
     *
     * @param next of each partition the position
     */
    void write(LearnersBehind.Unwritten unwritten, Map<Integer, Long> next) {
        unwritten.behind().forEach(this::write);
        unwritten.caughtUp().forEach((learner, partition) -> caughtUp(learner, partition, next));
    }

    /** Not for an instance that no longer owns the partition, and does not know it yet: another is further. */
    private void caughtUp(UUID learner, int partition, Map<Integer, Long> next) {
        jdbc.sql("""
                delete from learner_behind where learner_id = :learner and not exists
                    (select from log_position where log_partition = :partition and next_offset > :next)
                """)
                .param("learner", learner)
                .param("partition", partition)
                .param("next", next.getOrDefault(partition, -1L))
                .update();
    }

    private void write(Behind behind) {
        jdbc.sql("""
                insert into learner_behind (learner_id, log_partition, next_offset, reason, since, attempts,
                    next_attempt_at, catching_up)
                values (:learner, :partition, :next, :reason, cast(:since as timestamptz), :attempts,
                    cast(:nextAttempt as timestamptz), :catchingUp)
                on conflict (learner_id) do update
                set next_offset = excluded.next_offset, reason = excluded.reason, since = excluded.since,
                    attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at,
                    catching_up = excluded.catching_up
                """)
                .param("learner", behind.learner())
                .param("partition", behind.partition())
                .param("next", behind.next())
                .param("reason", behind.reason())
                .param("since", behind.since().toString())
                .param("attempts", behind.attempts())
                .param("nextAttempt", behind.nextAttemptAt().toString())
                .param("catchingUp", behind.catchingUp())
                .update();
    }

    void delete(UUID learner) {
        jdbc.sql("delete from learner_behind where learner_id = :learner")
                .param("learner", learner)
                .update();
    }

    List<Behind> of(int partition) {
        return jdbc.sql("select * from learner_behind where log_partition = :partition")
                .param("partition", partition)
                .query(BehindRepository::behind)
                .list();
    }

    Optional<Behind> find(UUID learner) {
        return jdbc.sql("select * from learner_behind where learner_id = :learner")
                .param("learner", learner)
                .query(BehindRepository::behind)
                .optional();
    }

    private static Behind behind(ResultSet row, int number) throws SQLException {
        return new Behind(
                row.getObject("learner_id", UUID.class),
                row.getInt("log_partition"),
                row.getLong("next_offset"),
                row.getString("reason"),
                row.getTimestamp("since").toInstant(),
                row.getInt("attempts"),
                row.getTimestamp("next_attempt_at").toInstant(),
                row.getBoolean("catching_up"));
    }
}
