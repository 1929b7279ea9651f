package io.mlaas.training.reproduction;

import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.reproduction.Reproduction.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Reproductions in PostgreSQL. */
@Repository
class ReproductionRepository {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    ReproductionRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** @return false if this company has a live one of the model */
    boolean insert(Reproduction reproduction) {
        return jdbc.sql("""
                        insert into reproduction (id, model_id, organization_id, owner_id, requested_by, request, state,
                            expected, training_order, registered_metrics)
                        values (:id, :model, :organization, :owner, :by, cast(:request as json), 'QUEUED',
                            :expected, cast(:order as json), cast(:metrics as json))
                        on conflict (model_id, organization_id) where state in ('QUEUED', 'RUNNING', 'PUBLISHING')
                        do nothing
                        """)
                        .param("id", reproduction.id())
                        .param("model", reproduction.modelId())
                        .param("organization", reproduction.organizationId())
                        .param("owner", reproduction.ownerId())
                        .param("by", reproduction.requestedBy())
                        .param("request", json.writeValueAsString(reproduction.request()))
                        .param("expected", reproduction.expected())
                        .param("order", json.writeValueAsString(reproduction.order()))
                        .param("metrics", reproduction.registeredMetrics())
                        .update()
                == 1;
    }

    /** Those about which something can be done now. */
    List<UUID> due() {
        return jdbc.sql("""
                select id from reproduction where state in ('QUEUED', 'RUNNING', 'PUBLISHING') and not_before <= now()
                order by requested_at
                """).query(UUID.class).list();
    }

    Optional<Reproduction> find(UUID id) {
        return jdbc.sql("select * from reproduction where id = :id")
                .param("id", id)
                .query(this::reproduction)
                .optional();
    }

    /** Of the model, those that this company asked for, and those of its own models, latest first. */
    List<Reproduction> list(UUID modelId, UUID organizationId, int limit) {
        return jdbc.sql("""
                select * from reproduction
                where model_id = :model and (organization_id = :organization or owner_id = :organization)
                order by requested_at desc, id limit :limit
                """)
                .param("model", modelId)
                .param("organization", organizationId)
                .param("limit", limit)
                .query(this::reproduction)
                .list();
    }

    Optional<Reproduction> find(UUID modelId, UUID id, UUID organizationId) {
        return find(id).filter(found -> found.modelId().equals(modelId)
                && (found.organizationId().equals(organizationId)
                        || found.ownerId().equals(organizationId)));
    }

    void started(UUID id) {
        jdbc.sql("update reproduction set state = 'RUNNING', started_at = now() where id = :id and state = 'QUEUED'")
                .param("id", id)
                .update();
    }

    /** Decided once: a verdict that is there stays. */
    void decided(UUID id, ReproductionVerdict verdict) {
        jdbc.sql("""
                update reproduction set state = 'PUBLISHING', verdict = cast(:verdict as json), failures = 0
                where id = :id and state in ('QUEUED', 'RUNNING') and verdict is null and cancelled_by is null
                """)
                .param("id", id)
                .param("verdict", json.writeValueAsString(verdict))
                .update();
    }

    void published(UUID id) {
        jdbc.sql("""
                update reproduction set state = 'DONE', ended_at = now(), reason = null
                where id = :id and state = 'PUBLISHING'
                """).param("id", id).update();
    }

    void ended(UUID id, State state, String reason) {
        jdbc.sql("""
                update reproduction set state = :state, ended_at = now(), reason = :reason
                where id = :id and state in ('QUEUED', 'RUNNING', 'PUBLISHING')
                """)
                .param("id", id)
                .param("state", state.name())
                .param("reason", reason)
                .update();
    }

    void later(UUID id, Duration delay, String reason) {
        jdbc.sql("""
                update reproduction set failures = failures + 1, reason = :reason,
                    not_before = now() + :millis * interval '1 millisecond'
                where id = :id and state = 'PUBLISHING'
                """)
                .param("id", id)
                .param("reason", reason)
                .param("millis", delay.toMillis())
                .update();
    }

    /** @return false if its verdict is there */
    boolean cancel(UUID id, String by) {
        return jdbc.sql("""
                        update reproduction set cancelled_by = coalesce(cancelled_by, :by)
                        where id = :id and state in ('QUEUED', 'RUNNING')
                        """).param("id", id).param("by", by).update() == 1;
    }

    private Reproduction reproduction(ResultSet row, int number) throws SQLException {
        String verdict = row.getString("verdict");
        return new Reproduction(
                row.getObject("id", UUID.class),
                row.getObject("model_id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getObject("owner_id", UUID.class),
                row.getString("requested_by"),
                json.readValue(row.getString("request"), Request.class),
                State.valueOf(row.getString("state")),
                row.getString("expected"),
                json.readValue(row.getString("training_order"), TrainingRequested.class),
                row.getString("registered_metrics"),
                row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                row.getInt("failures"),
                row.getString("cancelled_by"),
                time(row, "started_at"),
                time(row, "ended_at"),
                verdict == null ? null : json.readValue(verdict, ReproductionVerdict.class),
                row.getString("reason"));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
