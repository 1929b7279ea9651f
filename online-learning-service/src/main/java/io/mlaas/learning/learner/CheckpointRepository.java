package io.mlaas.learning.learner;

import io.mlaas.learning.registry.Registrations;
import io.mlaas.learning.registry.StoredArchives;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Where learners stand, in PostgreSQL. */
@Repository
class CheckpointRepository {
    private static final int STATES_KEPT = 10;

    private final JdbcClient jdbc;
    private final DeadLetterRepository deadLetters;
    private final BehindRepository behindRepository;
    private final Registrations registrations;
    private final StoredArchives archives;
    private final JsonMapper json;

    CheckpointRepository(
            JdbcClient jdbc,
            DeadLetterRepository deadLetters,
            BehindRepository behindRepository,
            Registrations registrations,
            StoredArchives archives,
            JsonMapper json) {
        this.jdbc = jdbc;
        this.deadLetters = deadLetters;
        this.behindRepository = behindRepository;
        this.registrations = registrations;
        this.archives = archives;
        this.json = json;
    }

    /** @param offset of the last entry that the state contains */
    @SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
    record Checkpoint(UUID learner, int partition, long offset, byte[] state, Progress progress) {}

    /** What a learner did since its last checkpoint. */
    record Work(
            Checkpoint checkpoint,
            LearnerDocument document,
            List<Comparison> comparisons,
            List<Consequences.Kept> deadLetters) {}

    /**
     * Writes all of it or none.
     *
     * @param behind learners for which {@code next} is too far
     * @param next of each partition, the first offset that is in no checkpoint and was not passed over
     */
    @Transactional
    void write(Collection<Work> work, LearnersBehind.Unwritten behind, Map<Integer, Long> next) {
        for (Work done : work) {
            write(done.checkpoint());
            for (Comparison comparison : done.comparisons()) {
                write(done.checkpoint().learner(), comparison);
                if (comparison.file() != null) {
                    registrations.add(SnapshotRecord.of(done, comparison, comparison.file()));
                }
            }
            deadLetters.write(done.checkpoint().learner(), done.deadLetters());
        }
        behindRepository.write(behind, next);
        next.forEach(this::advance);
    }

    private void write(Checkpoint checkpoint) {
        // An instance that no longer owns the partition, and does not know it yet, may be behind the one that does.
        jdbc.sql("""
                insert into checkpoint (learner_id, log_partition, log_offset, state, progress)
                values (:learner, :partition, :offset, :state, cast(:progress as json))
                on conflict (learner_id) do update
                set log_offset = excluded.log_offset, state = excluded.state, progress = excluded.progress,
                    written_at = now()
                where checkpoint.log_offset < excluded.log_offset
                """)
                .param("learner", checkpoint.learner())
                .param("partition", checkpoint.partition())
                .param("offset", checkpoint.offset())
                .param("state", checkpoint.state())
                .param("progress", json.writeValueAsString(checkpoint.progress()))
                .update();
    }

    private void write(UUID learner, Comparison comparison) {
        jdbc.sql("""
                insert into snapshot
                    (learner_id, number, log_offset, outcome, loss, stored_loss, learned, reason, sha256, state)
                values (:learner, :number, :offset, :outcome, :loss, :storedLoss, :learned, :reason, :sha256, :state)
                on conflict (learner_id, number) do nothing
                """)
                .param("learner", learner)
                .param("number", comparison.number())
                .param("offset", comparison.logOffset())
                .param("outcome", comparison.outcome().name())
                .param("loss", comparison.loss())
                .param("storedLoss", comparison.storedLoss())
                .param("learned", comparison.learned())
                .param("reason", comparison.reason())
                .param("sha256", comparison.sha256())
                .param("state", comparison.state())
                .update();
        if (comparison.state() != null) {
            forgetStates(learner);
        }
    }

    private void forgetStates(UUID learner) {
        jdbc.sql("""
                update snapshot set state = null where learner_id = :learner and state is not null and number not in
                    (select number from snapshot where learner_id = :learner and state is not null
                     order by number desc limit :kept)
                """).param("learner", learner).param("kept", STATES_KEPT).update();
    }

    private void advance(int partition, long next) {
        jdbc.sql("""
                insert into log_position (log_partition, next_offset) values (:partition, :next)
                on conflict (log_partition) do update set next_offset = excluded.next_offset
                where log_position.next_offset < excluded.next_offset
                """).param("partition", partition).param("next", next).update();
    }

    @Transactional
    void delete(UUID learner) {
        jdbc.sql("delete from checkpoint where learner_id = :learner")
                .param("learner", learner)
                .update();
        registrations.forget(learner);
        archives.forgetUnused(learner);
        jdbc.sql("delete from snapshot where learner_id = :learner")
                .param("learner", learner)
                .update();
        deadLetters.delete(learner);
        behindRepository.delete(learner);
    }

    long next(int partition) {
        return jdbc.sql("select next_offset from log_position where log_partition = :partition")
                .param("partition", partition)
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    Optional<Checkpoint> find(UUID learner) {
        return jdbc.sql("select * from checkpoint where learner_id = :learner")
                .param("learner", learner)
                .query((row, number) -> new Checkpoint(
                        learner,
                        row.getInt("log_partition"),
                        row.getLong("log_offset"),
                        row.getBytes("state"),
                        progress(row)))
                .optional();
    }

    /** Without its bytes, which may be many. */
    Optional<Standing> standing(UUID learner) {
        return jdbc.sql(
                        "select log_partition, log_offset, progress, written_at from checkpoint where learner_id = :learner")
                .param("learner", learner)
                .query((row, number) -> new Standing(
                        row.getInt("log_partition"),
                        row.getLong("log_offset"),
                        progress(row),
                        row.getTimestamp("written_at").toInstant()))
                .optional();
    }

    /** Where a learner stood when it was written down last. */
    record Standing(int partition, long offset, Progress progress, Instant writtenAt) {}

    /** The latest first. */
    List<Snapshot> snapshots(UUID learner, @Nullable Long before, int limit) {
        return jdbc.sql("""
                select s.*, r.model_id, r.state as registration, r.reason as registration_reason
                from snapshot s left join registration r using (learner_id, number)
                where learner_id = :learner and (cast(:before as bigint) is null or number < :before)
                order by number desc limit :limit
                """)
                .param("learner", learner)
                .param("before", before)
                .param("limit", limit)
                .query((row, number) -> new Snapshot(
                        row.getLong("number"),
                        row.getLong("log_offset"),
                        Comparison.Outcome.valueOf(row.getString("outcome")),
                        row.getDouble("loss"),
                        row.getObject("stored_loss", Double.class),
                        row.getLong("learned"),
                        row.getString("reason"),
                        row.getString("sha256"),
                        row.getTimestamp("decided_at").toInstant(),
                        row.getObject("model_id", UUID.class),
                        row.getString("registration"),
                        row.getString("registration_reason")))
                .list();
    }

    boolean hasStored(UUID learner) {
        return jdbc.sql("select exists (select from snapshot where learner_id = :learner and outcome = 'TAKEN')")
                .param("learner", learner)
                .query(Boolean.class)
                .single();
    }

    private Progress progress(ResultSet row) throws SQLException {
        return json.readValue(row.getString("progress"), Progress.class);
    }
}
