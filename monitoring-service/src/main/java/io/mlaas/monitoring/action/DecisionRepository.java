package io.mlaas.monitoring.action;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was decided, in PostgreSQL. */
@Repository
class DecisionRepository {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    DecisionRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** @return false if the rule has spoken about the window before */
    boolean add(UUID id, UUID monitor, long window, String kind, String rule, String outcome, JsonNode evidence) {
        return jdbc.sql("""
                        insert into decision (id, monitor_id, window_number, kind, rule, outcome, evidence)
                        values (:id, :monitor, :window, :kind, :rule, :outcome, cast(:evidence as json))
                        on conflict (monitor_id, window_number, kind, rule) do nothing
                        """)
                        .param("id", id)
                        .param("monitor", monitor)
                        .param("window", window)
                        .param("kind", kind)
                        .param("rule", rule)
                        .param("outcome", outcome)
                        .param("evidence", evidence.toString())
                        .update()
                == 1;
    }

    /** The latest first. */
    List<Decision> list(UUID monitor, @Nullable Long before, int limit) {
        return jdbc.sql("""
                select d.*, r.id as retraining_id, r.state, r.reason, r.model_id
                from decision d left join retraining r on r.id = d.id
                where d.monitor_id = :monitor and (cast(:before as bigint) is null or d.number < :before)
                order by d.number desc limit :limit
                """)
                .param("monitor", monitor)
                .param("before", before)
                .param("limit", limit)
                .query(this::decision)
                .list();
    }

    private Decision decision(ResultSet row, int number) throws SQLException {
        UUID retraining = row.getObject("retraining_id", UUID.class);
        return new Decision(
                row.getLong("number"),
                row.getLong("window_number"),
                row.getString("kind"),
                row.getString("rule"),
                row.getString("outcome"),
                json.readTree(row.getString("evidence")),
                row.getTimestamp("decided_at").toInstant(),
                retraining == null
                        ? null
                        : new Decision.Requested(
                                retraining,
                                row.getString("state"),
                                row.getString("reason"),
                                row.getObject("model_id", UUID.class)));
    }
}
