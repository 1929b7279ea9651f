package io.mlaas.monitoring.action;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.RetrainAction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is trained again, in PostgreSQL. */
@Repository
class RetrainingRepository {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    RetrainingRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** One that is worked on. */
    record Due(UUID monitor, UUID organization, String requestedBy, Retraining retraining) {}

    /** Lets nobody else decide for this monitor until the transaction ends; what comes in meanwhile does not wait. */
    @Transactional(propagation = Propagation.MANDATORY)
    void lock(UUID monitor) {
        jdbc.sql("select id from monitor where id = :monitor for no key update")
                .param("monitor", monitor)
                .query(UUID.class)
                .optional();
    }

    Optional<Instant> lastRequested(UUID monitor, String action) {
        return jdbc.sql(
                        "select max(requested_at) as last from retraining where monitor_id = :monitor and action = :action")
                .param("monitor", monitor)
                .param("action", action)
                .query((row, number) ->
                        Optional.ofNullable(row.getTimestamp("last")).map(java.sql.Timestamp::toInstant))
                .single();
    }

    int requestedWithin(UUID monitor, String action, Duration time) {
        return jdbc.sql("""
                select count(*) from retraining where monitor_id = :monitor and action = :action
                    and requested_at > clock_timestamp() - make_interval(secs => :seconds)
                """)
                .param("monitor", monitor)
                .param("action", action)
                .param("seconds", seconds(time))
                .query(Integer.class)
                .single();
    }

    Instant now() {
        return jdbc.sql("select clock_timestamp() as now")
                .query((row, number) -> row.getTimestamp("now").toInstant())
                .single();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    void add(UUID id, Monitor monitor, long window, RetrainAction action, @Nullable UUID model) {
        jdbc.sql("""
                insert into retraining
                    (id, monitor_id, window_number, action, organization_id, requested_by, request, target, model_id)
                select :id, id, :window, :action, organization_id, coalesce(actions_by, made_by),
                    cast(:request as json), :target, :model
                from monitor where id = :monitor
                """)
                .param("id", id)
                .param("window", window)
                .param("action", action.name())
                .param("request", action.request().toString())
                .param("target", action.retrain().target())
                .param("model", model)
                .param("monitor", monitor.id())
                .update();
    }

    /** The latest first. */
    List<Retraining> list(UUID monitor, @Nullable Long before, int limit) {
        return jdbc.sql("""
                select * from retraining where monitor_id = :monitor
                    and (cast(:before as bigint) is null or number < :before)
                order by number desc limit :limit
                """)
                .param("monitor", monitor)
                .param("before", before)
                .param("limit", limit)
                .query(this::retraining)
                .list();
    }

    /** One that is due, which for the time of the lease is nobody else's. */
    Optional<Due> take(Duration lease) {
        return jdbc.sql("""
                update retraining set next_at = clock_timestamp() + make_interval(secs => :lease)
                where id = (
                    select id from retraining where state in ('WAITING', 'TRAINING') and next_at <= clock_timestamp()
                    order by next_at limit 1 for update skip locked)
                returning *
                """)
                .param("lease", seconds(lease))
                .query((row, number) -> new Due(
                        row.getObject("monitor_id", UUID.class),
                        row.getObject("organization_id", UUID.class),
                        row.getString("requested_by"),
                        retraining(row, number)))
                .optional();
    }

    /** How its rows are divided: the first who knows says it for all. */
    int divide(UUID id, int parts) {
        return jdbc.sql("update retraining set parts = coalesce(parts, :parts) where id = :id returning parts")
                .param("id", id)
                .param("parts", parts)
                .query(Integer.class)
                .single();
    }

    /** The receiver has a part: it is not sent again, and the lease begins anew. */
    void sent(UUID id, int part, int rows, int leftOut, Duration lease) {
        jdbc.sql("""
                update retraining set sent_parts = :part + 1, row_count = row_count + :rows,
                    left_out_count = left_out_count + :leftOut, attempts = 0,
                    next_at = clock_timestamp() + make_interval(secs => :lease)
                where id = :id and state = 'WAITING' and sent_parts = :part
                """)
                .param("part", part)
                .param("rows", rows)
                .param("leftOut", leftOut)
                .param("lease", seconds(lease))
                .param("id", id)
                .update();
    }

    void again(UUID id, @Nullable String reason, Duration pause) {
        jdbc.sql("""
                update retraining set attempts = attempts + 1, reason = :reason,
                    next_at = clock_timestamp() + make_interval(secs => :pause)
                where id = :id and state in ('WAITING', 'TRAINING')
                """)
                .param("reason", reason, java.sql.Types.VARCHAR)
                .param("pause", seconds(pause))
                .param("id", id)
                .update();
    }

    /** A model is registered: its training is followed from here on. */
    void trains(UUID id, JsonNode answer, Duration pause) {
        jdbc.sql("""
                update retraining set state = 'TRAINING', attempts = 0, reason = null, answer = cast(:answer as json),
                    sent_at = coalesce(sent_at, clock_timestamp()),
                    next_at = clock_timestamp() + make_interval(secs => :pause)
                where id = :id and state in ('WAITING', 'TRAINING')
                """)
                .param("answer", answer.toString())
                .param("pause", seconds(pause))
                .param("id", id)
                .update();
    }

    /** @return false if it has ended before */
    boolean end(UUID id, Retraining.State state, @Nullable String reason, @Nullable JsonNode answer) {
        return jdbc.sql("""
                        update retraining set state = :state, reason = :reason, ended_at = clock_timestamp(),
                            answer = coalesce(cast(:answer as json), answer),
                            sent_at = case when :state = 'SUCCEEDED' then coalesce(sent_at, clock_timestamp())
                                else sent_at end
                        where id = :id and state in ('WAITING', 'TRAINING')
                        """)
                        .param("state", state.name())
                        .param("reason", reason, java.sql.Types.VARCHAR)
                        .param("answer", answer == null ? null : answer.toString(), java.sql.Types.VARCHAR)
                        .param("id", id)
                        .update()
                == 1;
    }

    private Retraining retraining(ResultSet row, int number) throws SQLException {
        String answer = row.getString("answer");
        return new Retraining(
                row.getObject("id", UUID.class),
                row.getLong("number"),
                row.getLong("window_number"),
                row.getString("action"),
                row.getString("target"),
                json.readTree(row.getString("request")),
                Retraining.State.valueOf(row.getString("state")),
                row.getString("reason"),
                row.getObject("parts", Integer.class),
                row.getInt("sent_parts"),
                row.getLong("row_count"),
                row.getLong("left_out_count"),
                row.getObject("model_id", UUID.class),
                answer == null ? null : json.readTree(answer),
                row.getInt("attempts"),
                row.getString("requested_by"),
                row.getTimestamp("requested_at").toInstant(),
                instant(row, "sent_at"),
                instant(row, "ended_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
