package io.mlaas.kit.seal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A column of sealed secrets. A service makes a bean of this for each it has: then its rows are checked at the start,
 * counted per master key, and sealed anew after the master key was changed.
 *
 * @param idColumn the primary key, of one column
 * @param ownerColumn the UUID that the secret is sealed for
 * @param sealedColumn {@code bytea}, as {@link Seal#seal} made it, or null
 */
public record SealedColumn(String table, String idColumn, String ownerColumn, String sealedColumn, Seal seal) {
    private static final Logger log = LoggerFactory.getLogger(SealedColumn.class);
    private static final Pattern IDENTIFIER = Pattern.compile("[a-z_]+");
    /** Where a row would name its key, had it been sealed after keys had ids. */
    static final String NO_KEY_ID = "";

    public SealedColumn {
        for (String identifier : List.of(table, idColumn, ownerColumn, sealedColumn)) {
            if (!IDENTIFIER.matcher(identifier).matches()) {
                throw new IllegalArgumentException("column: " + identifier + " (expected: " + IDENTIFIER + ")");
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(Object id, UUID owner, byte[] sealed) {}

    String name() {
        return table + "." + sealedColumn;
    }

    /** How many rows are sealed under each key. */
    Map<String, Long> rowsByKey(JdbcClient jdbc) {
        return jdbc.sql(sql("""
                        select case get_byte(SEALED, 0) when 2
                                 then encode(substring(SEALED from 2 for 8), 'hex') else '' end, count(*)
                        from TABLE where SEALED is not null group by 1
                        """)).query((row, number) -> Map.entry(row.getString(1), row.getLong(2))).list().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Rows without a key id that none of the keys opens. */
    long unopenable(JdbcClient jdbc) {
        return jdbc
                .sql(sql("select ID, OWNER, SEALED from TABLE where get_byte(SEALED, 0) <> 2"))
                .query(SealedColumn::row)
                .list()
                .stream()
                .filter(row -> !opens(row))
                .count();
    }

    /**
     * Seals up to so many rows with the current key; inside a transaction.
     *
     * @param after where the last call ended; empty for a first one
     * @return where this one ended, empty when there is nothing more
     */
    String reseal(JdbcClient jdbc, String after, int atMost, Runnable done) {
        List<Row> rows = jdbc.sql(sql("""
                select ID, OWNER, SEALED from TABLE
                where SEALED is not null and ID::text > :after
                  and not (get_byte(SEALED, 0) = 2 and encode(substring(SEALED from 2 for 8), 'hex') = :current)
                order by ID::text limit :atMost for update skip locked
                """))
                .param("after", after)
                .param("current", seal.id())
                .param("atMost", atMost)
                .query(SealedColumn::row)
                .list();
        for (Row row : rows) {
            try {
                byte[] anew = seal.seal(row.owner(), seal.open(row.owner(), row.sealed()));
                jdbc.sql(sql("update TABLE set SEALED = :anew where ID = :id"))
                        .param("anew", anew)
                        .param("id", row.id())
                        .update();
                done.run();
            } catch (SealBrokenException e) {
                log.error("{} of {} stays as it is: {}", sealedColumn, row.id(), e.getMessage());
            }
        }
        return rows.isEmpty() ? "" : rows.getLast().id().toString();
    }

    private boolean opens(Row row) {
        try {
            seal.open(row.owner(), row.sealed());
            return true;
        } catch (SealBrokenException e) {
            return false;
        }
    }

    private static Row row(ResultSet row, int number) throws SQLException {
        return new Row(row.getObject(1), row.getObject(2, UUID.class), row.getBytes(3));
    }

    private String sql(String template) {
        return template.replace("TABLE", table)
                .replace("SEALED", sealedColumn)
                .replace("OWNER", ownerColumn)
                .replace("ID", idColumn);
    }

    @Override
    public String toString() {
        return "SealedColumn[" + name() + "]";
    }
}
