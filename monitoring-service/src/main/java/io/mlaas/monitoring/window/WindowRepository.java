package io.mlaas.monitoring.window;

import io.mlaas.monitoring.monitor.Monitor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Windows in PostgreSQL. */
@Repository
class WindowRepository {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    WindowRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** @param version of all that belongs to it; what was reported is of {@code evaluatedVersion} */
    record Window(
            UUID monitor,
            long number,
            long startsMicros,
            long endsMicros,
            String state,
            long version,
            long evaluatedVersion,
            @Nullable Instant evaluatedAt,
            @Nullable JsonNode report) {

        static Instant instant(long micros) {
            return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        }
    }

    /** How far a monitor is. */
    record Progress(
            @Nullable Instant latestEvent,
            long rowCount,
            long labelCount,
            long refusedCount,
            long lateCount,
            @Nullable String lastRefusal,
            @Nullable Instant lastArrival) {}

    Progress progress(UUID monitor) {
        return jdbc.sql("select * from progress where monitor_id = :monitor")
                .param("monitor", monitor)
                .query((row, number) -> {
                    Long latest = row.getObject("latest_event_micros", Long.class);
                    var arrival = row.getTimestamp("last_arrival");
                    return new Progress(
                            latest == null ? null : Window.instant(latest),
                            row.getLong("row_count"),
                            row.getLong("label_count"),
                            row.getLong("refused_count"),
                            row.getLong("late_count"),
                            row.getString("last_refusal"),
                            arrival == null ? null : arrival.toInstant());
                })
                .single();
    }

    /** Monitors that have windows to close. */
    List<UUID> withOpenWindows() {
        return jdbc.sql("select distinct monitor_id from monitor_window where state = 'OPEN'")
                .query(UUID.class)
                .list();
    }

    /** Closes the windows that nothing is waited for any more. */
    int close(Monitor monitor) {
        return jdbc.sql("""
                update monitor_window w set state = 'CLOSED'
                from progress p
                where w.monitor_id = :monitor and p.monitor_id = w.monitor_id and w.state = 'OPEN'
                    and (w.ends_micros + :lateness <= p.latest_event_micros
                        or (w.ends_micros + :lateness <= extract(epoch from clock_timestamp()) * 1000000
                            and p.last_arrival < clock_timestamp() - make_interval(secs => :idle)))
                """)
                .param("monitor", monitor.id())
                .param("lateness", monitor.document().windows().latenessMicros())
                .param("idle", seconds(monitor.document().windows().idle()))
                .update();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** A closed window whose report is not of all that belongs to it, for a while for nobody else. */
    Optional<Window> claim(Duration lease, Duration atMostEvery) {
        return jdbc.sql("""
                update monitor_window set leased_until = clock_timestamp() + make_interval(secs => :lease)
                where (monitor_id, number) = (
                    select monitor_id, number from monitor_window
                    where state = 'CLOSED' and version > evaluated_version
                        and (leased_until is null or leased_until < clock_timestamp())
                        and (evaluated_at is null or evaluated_at < clock_timestamp() - make_interval(secs => :every))
                    order by ends_micros limit 1 for update skip locked)
                returning *
                """)
                .param("lease", seconds(lease))
                .param("every", seconds(atMostEvery))
                .query(this::window)
                .optional();
    }

    /** Keeps others away from a window that was claimed for longer. */
    void keep(Window window, Duration lease) {
        jdbc.sql("""
                update monitor_window set leased_until = clock_timestamp() + make_interval(secs => :lease)
                where monitor_id = :monitor and number = :number and evaluated_version < :version
                """)
                .param("lease", seconds(lease))
                .param("monitor", window.monitor())
                .param("number", window.number())
                .param("version", window.version())
                .update();
    }

    /** @return false if a report of the same or a later version is there */
    boolean report(Window window, String report) {
        return jdbc.sql("""
                        update monitor_window set report = cast(:report as json), evaluated_version = :version,
                            evaluated_at = clock_timestamp(), leased_until = null
                        where monitor_id = :monitor and number = :number and evaluated_version < :version
                        """)
                        .param("report", report)
                        .param("version", window.version())
                        .param("monitor", window.monitor())
                        .param("number", window.number())
                        .update()
                == 1;
    }

    /** The latest first. */
    List<Window> list(UUID monitor, @Nullable Long before, int limit) {
        return jdbc.sql("""
                select * from monitor_window where monitor_id = :monitor
                    and (cast(:before as bigint) is null or number < :before)
                order by number desc limit :limit
                """)
                .param("monitor", monitor)
                .param("before", before)
                .param("limit", limit)
                .query(this::window)
                .list();
    }

    /** The latest report that a monitor has. */
    record Newest(UUID monitor, UUID organization, String name, String subject, long window, long evaluatedVersion) {}

    /** Of the monitors with the latest ones. */
    List<Newest> newest(int limit) {
        return jdbc.sql("""
                select id as monitor, organization_id as organization, name, subject, number as window,
                    evaluated_version
                from monitor cross join lateral (
                    select number, ends_micros, evaluated_version from monitor_window
                    where monitor_id = id and report is not null order by number desc limit 1) latest
                order by ends_micros desc, id limit :limit
                """).param("limit", limit).query(Newest.class).list();
    }

    /**
     * How a window went, in short.
     *
     * @param share of drifted features, null if none could be tested
     * @param metrics by name, null if no labels came
     */
    record Course(
            long window,
            Instant endsAt,
            @Nullable Double share,
            @Nullable JsonNode metrics) {}

    /** Of the windows with a report up to one of them, the earliest first. */
    List<Course> course(UUID monitor, long upTo, int limit) {
        return jdbc.sql("""
                select number, ends_micros, cast(report -> 'drift' ->> 'share' as float8) as share,
                    report -> 'performance' -> 'current' as metrics
                from monitor_window where monitor_id = :monitor and number <= :to and report is not null
                order by number desc limit :limit
                """)
                .param("monitor", monitor)
                .param("to", upTo)
                .param("limit", limit)
                .query((row, number) -> {
                    String metrics = row.getString("metrics");
                    return new Course(
                            row.getLong("number"),
                            Window.instant(row.getLong("ends_micros")),
                            row.getObject("share", Double.class),
                            metrics == null ? null : json.readTree(metrics));
                })
                .list()
                .reversed();
    }

    Optional<Window> find(UUID monitor, long number) {
        return jdbc.sql("select * from monitor_window where monitor_id = :monitor and number = :number")
                .param("monitor", monitor)
                .param("number", number)
                .query(this::window)
                .optional();
    }

    /** The latest window that has a report. */
    Optional<Window> latestReported(UUID monitor) {
        return jdbc.sql("""
                select * from monitor_window where monitor_id = :monitor and report is not null
                order by number desc limit 1
                """).param("monitor", monitor).query(this::window).optional();
    }

    /** Forgets what ended before, with its rows. */
    @Transactional
    public int forget(UUID monitor, long beforeMicros) {
        jdbc.sql("""
                delete from prediction_block b using monitor_window w
                where b.monitor_id = :monitor and w.monitor_id = b.monitor_id and w.number = b.window_number
                    and w.ends_micros < :before
                """).param("monitor", monitor).param("before", beforeMicros).update();
        jdbc.sql("""
                delete from prediction_block where monitor_id = :monitor and window_number is null
                    and latest_micros < :before
                """).param("monitor", monitor).param("before", beforeMicros).update();
        jdbc.sql("delete from label_block where monitor_id = :monitor and arrived_at < cast(:before as timestamptz)")
                .param("monitor", monitor)
                .param("before", Window.instant(beforeMicros).toString())
                .update();
        return jdbc.sql("delete from monitor_window where monitor_id = :monitor and ends_micros < :before")
                .param("monitor", monitor)
                .param("before", beforeMicros)
                .update();
    }

    private Window window(ResultSet row, int number) throws SQLException {
        String report = row.getString("report");
        var evaluated = row.getTimestamp("evaluated_at");
        return new Window(
                row.getObject("monitor_id", UUID.class),
                row.getLong("number"),
                row.getLong("starts_micros"),
                row.getLong("ends_micros"),
                row.getString("state"),
                row.getLong("version"),
                row.getLong("evaluated_version"),
                evaluated == null ? null : evaluated.toInstant(),
                report == null ? null : json.readTree(report));
    }
}
