package io.mlaas.learning.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Snapshots that wait for the registry, and what became of them. */
@Repository
public class Registrations {
    private final JdbcClient jdbc;

    Registrations(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A snapshot whose turn it is: the earlier ones of its learner are settled. */
    @SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are not copied
    record Waiting(
            UUID learner,
            long number,
            UUID organizationId,
            @Nullable String requestedBy,
            String format,
            byte[] content,
            String record,
            String document,
            int attempts) {

        String fileName(String name) {
            return name + "-" + number + (format.equals("torchscript") ? ".pt" : ".state");
        }
    }

    /** Commits with the checkpoint that the snapshot belongs to; one that is there already stays as it is. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void add(SnapshotFile snapshot) {
        jdbc.sql("""
                insert into registration
                    (learner_id, number, organization_id, requested_by, format, content, record, document)
                select id, :number, organization_id, made_by, :format, :content, :record, :document
                from learner where id = :learner and state <> 'DELETED'
                on conflict (learner_id, number) do nothing
                """)
                .param("learner", snapshot.learner())
                .param("number", snapshot.number())
                .param("format", snapshot.format())
                .param("content", snapshot.content())
                .param("record", snapshot.record().toString())
                .param("document", snapshot.document())
                .update();
    }

    /** What waits is not registered any more; what is registered is the registry's. */
    public void forget(UUID learner) {
        jdbc.sql("delete from registration where learner_id = :learner")
                .param("learner", learner)
                .update();
    }

    /**
     * Takes one that is due; nobody else takes it for as long as the lease lasts.
     *
     * @param lease after which whoever took it is given up
     */
    @Transactional
    public Optional<Waiting> take(Duration lease) {
        return jdbc.sql("""
                update registration r set attempts = attempts + 1, next_attempt_at = now() + cast(:lease as interval)
                where (r.learner_id, r.number) = (
                    select w.learner_id, w.number from registration w
                    where w.state = 'WAITING' and w.next_attempt_at <= now() and not exists (
                        select from registration e
                        where e.learner_id = w.learner_id and e.number < w.number and e.state = 'WAITING')
                    order by w.next_attempt_at limit 1 for update skip locked)
                returning *
                """)
                .param("lease", lease.toString())
                .query(Registrations::waiting)
                .optional();
    }

    private static Waiting waiting(ResultSet row, int number) throws SQLException {
        return new Waiting(
                row.getObject("learner_id", UUID.class),
                row.getLong("number"),
                row.getObject("organization_id", UUID.class),
                row.getString("requested_by"),
                row.getString("format"),
                row.getBytes("content"),
                row.getString("record"),
                row.getString("document"),
                row.getInt("attempts"));
    }

    /** The registry has it; its bytes are there. */
    void registered(Waiting snapshot, UUID model) {
        end(snapshot, "REGISTERED", model, null);
    }

    /** The registry will never take it. */
    void failed(Waiting snapshot, String reason) {
        end(snapshot, "FAILED", null, reason);
    }

    private void end(Waiting snapshot, String state, @Nullable UUID model, @Nullable String reason) {
        jdbc.sql("""
                update registration set state = :state, model_id = coalesce(:model, model_id), reason = :reason, content = null
                where learner_id = :learner and number = :number and state = 'WAITING'
                """)
                .param("state", state)
                .param("model", model)
                .param("reason", reason)
                .param("learner", snapshot.learner())
                .param("number", snapshot.number())
                .update();
    }

    /** @param model under which it is stored already, while the chain has not said so */
    void again(Waiting snapshot, @Nullable UUID model, String reason, Duration pause) {
        jdbc.sql("""
                update registration set reason = :reason, model_id = coalesce(:model, model_id),
                    next_attempt_at = now() + cast(:pause as interval)
                where learner_id = :learner and number = :number and state = 'WAITING'
                """)
                .param("reason", reason)
                .param("model", model)
                .param("pause", pause.toString())
                .param("learner", snapshot.learner())
                .param("number", snapshot.number())
                .update();
    }
}
