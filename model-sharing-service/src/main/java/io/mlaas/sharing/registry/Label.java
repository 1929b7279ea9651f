package io.mlaas.sharing.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What people call an asset and say of it.
 *
 * @param version of the name, given out at registration and never again; null without a name
 */
record Label(
        @Nullable String name,
        @Nullable Integer version,
        @Nullable String description,
        Map<String, String> tags) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    static final Label NONE = new Label(null, null, null, Map.of());

    /** Of an asset that is about to be registered. */
    static Label named(@Nullable String name) {
        return name == null ? NONE : new Label(name, null, null, Map.of());
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    static Label read(ResultSet row, JsonColumn json) throws SQLException {
        return new Label(
                row.getString("name"),
                row.getObject("version", Integer.class),
                row.getString("description"),
                json.texts(row.getString("tags")));
    }
}
