package io.mlaas.monitoring.window;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.RowBlock;
import io.mlaas.monitoring.rows.RowId;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Cuts rows into windows of a count: by event time, and of one time by id, so that neither the order in which they came
 * nor that of the cuts matters as long as no row is later than the monitor waits. One that is later belongs to no window.
 */
@Component
class CountWindows {
    private static final int MOST_ROWS_AT_ONCE = 500_000;
    private static final int MOST_VALUES_AT_ONCE = 4_000_000;

    private final JdbcClient jdbc;
    private final BlockRepository blocks;

    CountWindows(JdbcClient jdbc, BlockRepository blocks) {
        this.jdbc = jdbc;
        this.blocks = blocks;
    }

    /** Monitors with rows that belong to no window yet. */
    List<UUID> withLooseRows() {
        return jdbc.sql("select distinct monitor_id from prediction_block where window_number is null")
                .query(UUID.class)
                .list();
    }

    private record State(
            @Nullable Long latest,
            @Nullable Instant arrival,
            @Nullable Long cutMicros,
            long cutHigh,
            long cutLow,
            long next) {}

    private record Loose(List<Long> sequences, Rows rows, boolean all) {}

    /** @return how many windows there are more */
    @Transactional
    public int cut(Monitor monitor) {
        State state = lock(monitor.id());
        int count = monitor.document().windows().count();
        Loose loose = loose(monitor, count);
        int[] order = behind(state, loose.rows());
        int late = loose.rows().size() - order.length;
        long until = until(monitor, state, loose);
        int windows = 0;
        while (order.length >= (windows + 1) * count
                && loose.rows().micros(order[(windows + 1) * count - 1]) <= until) {
            window(
                    monitor,
                    state.next() + windows,
                    loose.rows(),
                    Arrays.copyOfRange(order, windows * count, (windows + 1) * count));
            windows++;
        }
        if (windows > 0 || late > 0) {
            int taken = windows * count;
            replace(monitor, loose, Arrays.copyOfRange(order, taken, order.length));
            advance(monitor, late, taken == 0 ? null : loose.rows(), taken == 0 ? 0 : order[taken - 1]);
        }
        return windows;
    }

    private State lock(UUID monitor) {
        return jdbc.sql("""
                select *, (select coalesce(max(number) + 1, 0) from monitor_window where monitor_id = :monitor) as next
                from progress where monitor_id = :monitor for update
                """)
                .param("monitor", monitor)
                .query((row, number) -> {
                    var arrival = row.getTimestamp("last_arrival");
                    return new State(
                            row.getObject("latest_event_micros", Long.class),
                            arrival == null ? null : arrival.toInstant(),
                            row.getObject("cut_micros", Long.class),
                            row.getLong("cut_high"),
                            row.getLong("cut_low"),
                            row.getLong("next"));
                })
                .single();
    }

    private Loose loose(Monitor monitor, int count) {
        List<Long> sequences = new ArrayList<>();
        Layout layout = monitor.document().layout();
        int most = Math.max(Math.min(MOST_ROWS_AT_ONCE, MOST_VALUES_AT_ONCE / layout.size()), 2 * count);
        Sample rows = new Sample(layout, Integer.MAX_VALUE / 2);
        int read = 0;
        List<Long> waiting =
                jdbc.sql("""
                        select sequence from prediction_block where monitor_id = :monitor and window_number is null
                        order by sequence
                        """).param("monitor", monitor.id()).query(Long.class).list();
        for (Long sequence : waiting) {
            if (read >= most) {
                break;
            }
            Rows block = RowBlock.read(
                    monitor.document().layout(),
                    jdbc.sql("select content from prediction_block where sequence = :sequence")
                            .param("sequence", sequence)
                            .query(byte[].class)
                            .single());
            read += block.size();
            sequences.add(sequence);
            rows.add(block, true);
        }
        return new Loose(sequences, rows.rows(), sequences.size() == waiting.size());
    }

    /** Rows behind what is cut, by event time and id. */
    private static int[] behind(State state, Rows rows) {
        Long cut = state.cutMicros();
        RowId cutId = new RowId(state.cutHigh(), state.cutLow());
        return IntStream.range(0, rows.size())
                .filter(row -> cut == null
                        || rows.micros(row) > cut
                        || (rows.micros(row) == cut && rows.id(row).compareTo(cutId) > 0))
                .boxed()
                .sorted((left, right) -> {
                    int byTime = Long.compare(rows.micros(left), rows.micros(right));
                    return byTime != 0 ? byTime : rows.id(left).compareTo(rows.id(right));
                })
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The latest event time that no row is waited for any more. */
    private static long until(Monitor monitor, State state, Loose loose) {
        Instant arrival = state.arrival();
        boolean idle = arrival != null
                && arrival.plus(monitor.document().windows().idle()).isBefore(Instant.now());
        if (idle && loose.all()) {
            return Long.MAX_VALUE;
        }
        Long latest = loose.all()
                ? state.latest()
                : Long.valueOf(IntStream.range(0, loose.rows().size())
                        .mapToLong(loose.rows()::micros)
                        .max()
                        .orElse(Long.MIN_VALUE));
        return latest == null
                ? Long.MIN_VALUE
                : latest - monitor.document().windows().latenessMicros();
    }

    private void window(Monitor monitor, long number, Rows rows, int[] taken) {
        Arrays.sort(taken);
        Rows own = rows.select(taken);
        long first = Arrays.stream(taken).mapToLong(rows::micros).min().orElseThrow();
        long last = Arrays.stream(taken).mapToLong(rows::micros).max().orElseThrow();
        jdbc.sql("""
                insert into monitor_window (monitor_id, number, starts_micros, ends_micros, state)
                values (:monitor, :number, :starts, :ends, 'CLOSED')
                """)
                .param("monitor", monitor.id())
                .param("number", number)
                .param("starts", first)
                .param("ends", last)
                .update();
        blocks.insert(monitor.id(), number, own, false);
    }

    private void replace(Monitor monitor, Loose loose, int[] rest) {
        jdbc.sql("delete from prediction_block where sequence in (:sequences)")
                .param("sequences", loose.sequences())
                .update();
        if (rest.length > 0) {
            blocks.insert(monitor.id(), null, loose.rows().select(rest), false);
        }
    }

    private void advance(Monitor monitor, int late, @Nullable Rows cut, int last) {
        jdbc.sql("""
                update progress set late_count = late_count + :late,
                    cut_micros = coalesce(:micros, cut_micros), cut_high = coalesce(:high, cut_high),
                    cut_low = coalesce(:low, cut_low)
                where monitor_id = :monitor
                """)
                .param("late", late)
                .param("micros", cut == null ? null : cut.micros(last), java.sql.Types.BIGINT)
                .param("high", cut == null ? null : cut.id(last).high(), java.sql.Types.BIGINT)
                .param("low", cut == null ? null : cut.id(last).low(), java.sql.Types.BIGINT)
                .param("monitor", monitor.id())
                .update();
    }
}
