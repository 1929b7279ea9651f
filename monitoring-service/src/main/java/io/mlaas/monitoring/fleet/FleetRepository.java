package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.fleet.FleetWindow.Node;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What fleets did, in PostgreSQL: a row for each device or level of a window. */
@Repository
class FleetRepository {
    private static final int AT_ONCE = 100;
    /** The worst first. */
    private static final String WORST =
            "array_position(array['check_sensors', 'drifted', 'as_before', 'not_judged'], mark)";

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    FleetRepository(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    void keep(UUID monitor, long window, List<Node> nodes) {
        jdbc.sql("delete from fleet_profile where monitor_id = :monitor and window_number = :window")
                .param("monitor", monitor)
                .param("window", window)
                .update();
        batches.batchUpdate("""
                insert into fleet_profile (monitor_id, window_number, path, parent, depth, device, row_count,
                    missing_share, drifted_features, drift_share, mark, content)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, nodes, AT_ONCE, (statement, node) -> {
            statement.setObject(1, monitor);
            statement.setLong(2, window);
            statement.setString(3, node.path());
            statement.setString(4, node.parent());
            statement.setInt(5, node.depth());
            statement.setBoolean(6, node.device());
            statement.setLong(7, node.rows());
            statement.setDouble(8, node.missing());
            statement.setInt(9, node.drifted());
            statement.setDouble(10, node.share());
            statement.setString(11, node.mark().name().toLowerCase(Locale.ROOT));
            statement.setBytes(12, node.profile());
        });
    }

    /** Windows that something is known of, up to one of them or the latest, the latest first. */
    List<Long> windows(UUID monitor, @Nullable Long upTo, int most) {
        return jdbc.sql("""
                select distinct window_number from fleet_profile
                where monitor_id = :monitor and path = '' and (cast(:upTo as bigint) is null or window_number <= :upTo)
                order by window_number desc limit :most
                """)
                .param("monitor", monitor)
                .param("upTo", upTo, java.sql.Types.BIGINT)
                .param("most", most)
                .query(Long.class)
                .list();
    }

    /** A level in one or several windows: added up, of marks and features the worst. */
    record Summary(
            String path, int depth, boolean device, long rows, double missing, int drifted, double share, Mark mark) {}

    private static final String SUMMARY = """
            select path, min(depth) as depth, bool_and(device) as device, sum(row_count) as row_count,
                sum(missing_share * row_count) / greatest(1, sum(row_count)) as missing_share,
                max(drifted_features) as drifted_features, avg(drift_share) as drift_share,
                (array_agg(mark order by %s))[1] as mark
            from fleet_profile where monitor_id = :monitor and window_number in (:windows)
            """.formatted(WORST);

    Optional<Summary> find(UUID monitor, List<Long> windows, String path) {
        return jdbc.sql(SUMMARY + " and path = :path group by path")
                .param("monitor", monitor)
                .param("windows", windows)
                .param("path", path)
                .query(this::summary)
                .optional();
    }

    /** What is directly below a path, the worst first. */
    List<Summary> children(UUID monitor, List<Long> windows, String parent, long skip, int most) {
        return jdbc.sql("select * from (" + SUMMARY + " and parent = :parent group by path) child order by " + WORST
                        + """
                , drift_share desc, path offset :skip limit :most
                """)
                .param("monitor", monitor)
                .param("windows", windows)
                .param("parent", parent)
                .param("skip", skip)
                .param("most", most)
                .query(this::summary)
                .list();
    }

    private Summary summary(ResultSet row, int number) throws SQLException {
        return new Summary(
                row.getString("path"),
                row.getInt("depth"),
                row.getBoolean("device"),
                row.getLong("row_count"),
                row.getDouble("missing_share"),
                row.getInt("drifted_features"),
                row.getDouble("drift_share"),
                Mark.valueOf(row.getString("mark").toUpperCase(Locale.ROOT)));
    }

    /** Profiles of a path, one for each window in which it was there. */
    List<byte[]> profiles(UUID monitor, List<Long> windows, String path) {
        return jdbc.sql("""
                select content from fleet_profile
                where monitor_id = :monitor and window_number in (:windows) and path = :path order by window_number
                """)
                .param("monitor", monitor)
                .param("windows", windows)
                .param("path", path)
                .query(byte[].class)
                .list();
    }

    List<DeviceFigures> figures(UUID monitor, long window, int most) {
        return jdbc.sql("""
                select case when place <= :most then path else 'other' end as device, sum(row_count) as rows,
                    sum(drifted_features) as drifted,
                    sum(missing_share * row_count) / greatest(1, sum(row_count)) as missing
                from (
                    select *, row_number() over (order by %s, drift_share desc, missing_share desc, path) as place
                    from fleet_profile where monitor_id = :monitor and window_number = :window and device) ranked
                group by 1 order by 1
                """.formatted(WORST))
                .param("monitor", monitor)
                .param("window", window)
                .param("most", most)
                .query(DeviceFigures.class)
                .list();
    }
}
