package io.mlaas.ppfl.federation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads rows of {@code federation}. */
record FederationRows(JsonMapper json) implements RowMapper<Federation> {

    @Override
    public Federation mapRow(ResultSet row, int number) throws SQLException {
        return new Federation(
                row.getObject("id", UUID.class),
                row.getObject("organization_id", UUID.class),
                row.getString("requested_by"),
                row.getString("created_by"),
                FederationKind.valueOf(row.getString("kind")),
                row.getString("name"),
                row.getString("engine"),
                FederationMode.valueOf(row.getString("mode")),
                json.readTree(row.getString("plan")),
                json.readTree(row.getString("request")),
                tree(row, "privacy"),
                FederationState.valueOf(row.getString("state")),
                row.getString("reason"),
                row.getObject("model_id", UUID.class),
                tree(row, "metrics"),
                number(row, "epsilon_spent"),
                row.getTimestamp("created_at").toInstant(),
                instant(row, "started_at"),
                instant(row, "ended_at"));
    }

    private @Nullable JsonNode tree(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? null : json.readTree(text);
    }

    static @Nullable Double number(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }
}
