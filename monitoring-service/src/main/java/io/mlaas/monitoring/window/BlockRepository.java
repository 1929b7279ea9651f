package io.mlaas.monitoring.window;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.rows.IdSet;
import io.mlaas.monitoring.rows.Label;
import io.mlaas.monitoring.rows.LabelBlock;
import io.mlaas.monitoring.rows.RowBlock;
import io.mlaas.monitoring.rows.RowId;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/** The rows and labels of windows. Not more than a few blocks are in memory at a time. */
@Repository
class BlockRepository {
    private static final int AT_ONCE = 20;
    private static final int LABEL_BLOCKS = 200;

    /** Labels are not older than their predictions, but for clocks that differ by less than this. */
    private static final Duration CLOCKS = Duration.ofDays(1);

    private final JdbcClient jdbc;
    private final JdbcTemplate streaming;

    BlockRepository(JdbcClient jdbc, DataSource database) {
        this.jdbc = jdbc;
        streaming = new JdbcTemplate(database);
        streaming.setFetchSize(AT_ONCE);
    }

    /**
     * All that belongs to a window.
     *
     * @param rows distinct, in the order of their ids
     * @param labelled the same with their labels
     * @param complete whether these are all, or a sample
     * @param highest of the sample, as {@link Sample#highest()} says
     * @param sequences of the blocks
     */
    record Content(Rows rows, Rows labelled, boolean complete, long highest, List<Long> sequences) {}

    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    public Content content(Monitor monitor, WindowRepository.Window window, int most) {
        Sample sample = new Sample(monitor.document().layout(), most);
        List<Long> sequences = new ArrayList<>();
        streaming.query(
                "select sequence, sampled, content from prediction_block where monitor_id = ? and window_number = ?",
                row -> {
                    sequences.add(row.getLong("sequence"));
                    sample.add(
                            RowBlock.read(monitor.document().layout(), row.getBytes("content")),
                            !row.getBoolean("sampled"));
                },
                window.monitor(),
                window.number());
        Rows rows = sample.rows();
        return new Content(rows, rows.labelled(labels(window, rows)), sample.complete(), sample.highest(), sequences);
    }

    private @Nullable Label[] labels(WindowRepository.Window window, Rows rows) {
        Map<RowId, Integer> places = HashMap.newHashMap(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            places.put(rows.id(row), row);
        }
        @Nullable Label[] found = new Label[rows.size()];
        streaming.query(
                "select content from label_block where monitor_id = ? and arrived_at >= cast(? as timestamptz)",
                row -> {
                    for (Label label : LabelBlock.read(row.getBytes("content"))) {
                        Integer place = places.get(label.id());
                        if (place != null) {
                            Label known = found[place];
                            found[place] = known == null || label.beats(known) ? label : known;
                        }
                    }
                },
                window.monitor(),
                WindowRepository.Window.instant(window.startsMicros())
                        .minus(CLOCKS)
                        .toString());
        return found;
    }

    /**
     * Puts one block in the place of several, without what came twice; inside a transaction.
     *
     * @throws IllegalStateException if somebody else has done so meanwhile
     */
    void compact(Monitor monitor, long window, Content content) {
        replace(monitor, window, content.sequences(), content.rows(), content.complete(), content.highest());
    }

    private void replace(
            Monitor monitor, long window, List<Long> sequences, Rows rows, boolean complete, long highest) {
        int deleted = jdbc.sql("delete from prediction_block where sequence in (:sequences)")
                .param("sequences", sequences)
                .update();
        if (deleted != sequences.size()) {
            throw new IllegalStateException("the blocks of window %d of monitor %s were compacted by another instance"
                    .formatted(window, monitor.id()));
        }
        insert(monitor.id(), window, rows, !complete);
        if (highest != Sample.NO_BOUND) {
            jdbc.sql("update monitor_window set sample_most = :most where monitor_id = :monitor and number = :number")
                    .param("most", highest)
                    .param("monitor", monitor.id())
                    .param("number", window)
                    .update();
        }
    }

    /** How much an open window has. */
    record Crowd(UUID monitor, long window, long blocks, long rows) {}

    /** Windows that are still open and have several blocks. */
    List<Crowd> crowds() {
        return jdbc.sql("""
                select b.monitor_id as monitor, b.window_number as window, count(*) as blocks, sum(b.row_count) as rows
                from prediction_block b join monitor_window w
                    on w.monitor_id = b.monitor_id and w.number = b.window_number
                where w.state = 'OPEN' group by b.monitor_id, b.window_number having count(*) > 1
                """).query(Crowd.class).list();
    }

    /**
     * Makes one block of an open window's, so that it does not need more and more of memory, disk and time while it is
     * open: of all of them, or of its small ones. What belongs to it stays the same.
     *
     * @param most how many rows of it are looked at
     * @param small how many rows a small block has at most
     */
    @Transactional
    public void merge(Monitor monitor, long window, int most, long small) {
        List<Long> sequences = jdbc.sql("""
                        select sequence from prediction_block
                        where monitor_id = :monitor and window_number = :window and row_count <= :small
                        order by sequence for update skip locked
                        """)
                .param("monitor", monitor.id())
                .param("window", window)
                .param("small", small)
                .query(Long.class)
                .list();
        Sample sample = new Sample(monitor.document().layout(), most);
        for (Long sequence : sequences) {
            jdbc.sql("select sampled, content from prediction_block where sequence = :sequence")
                    .param("sequence", sequence)
                    .query((RowCallbackHandler) row -> sample.add(
                            RowBlock.read(monitor.document().layout(), row.getBytes("content")),
                            !row.getBoolean("sampled")));
        }
        if (sequences.size() > 1) {
            Rows rows = sample.rows();
            replace(monitor, window, sequences, rows, sample.complete(), sample.highest());
        }
    }

    void insert(UUID monitor, @Nullable Long window, Rows rows, boolean sampled) {
        jdbc.sql("""
                insert into prediction_block (monitor_id, window_number, row_count, sampled, latest_micros, content)
                values (:monitor, :number, :rows, :sampled, :latest, :content)
                """)
                .param("latest", rows.latestMicros())
                .param("monitor", monitor)
                .param("number", window, java.sql.Types.BIGINT)
                .param("rows", rows.size())
                .param("sampled", sampled)
                .param("content", RowBlock.write(rows))
                .update();
    }

    /** Monitors with labels that nobody has looked at. */
    List<UUID> withNewLabels() {
        return jdbc.sql("select distinct monitor_id from label_block where not looked_at")
                .query(UUID.class)
                .list();
    }

    private record NewLabels(List<Long> sequences, IdSet ids) {}

    /** Finds the windows that new labels belong to: their reports are no longer of all there is. */
    @Transactional
    public void lookAtLabels(UUID monitor) {
        NewLabels labels = new NewLabels(new ArrayList<>(), new IdSet());
        streaming.query(
                """
                select sequence, content from label_block where monitor_id = ? and not looked_at
                order by sequence limit ? for update skip locked
                """,
                row -> {
                    labels.sequences().add(row.getLong("sequence"));
                    LabelBlock.read(row.getBytes("content"))
                            .forEach(label -> labels.ids().add(label.id()));
                },
                monitor,
                LABEL_BLOCKS);
        if (labels.sequences().isEmpty()) {
            return;
        }
        // in the order in which what comes in locks them
        for (Long window : windowsOf(monitor, labels.ids())) {
            jdbc.sql("update monitor_window set version = version + 1 where monitor_id = :monitor and number = :number")
                    .param("monitor", monitor)
                    .param("number", window)
                    .update();
        }
        jdbc.sql("update label_block set looked_at = true where sequence in (:sequences)")
                .param("sequences", labels.sequences())
                .update();
    }

    private SortedSet<Long> windowsOf(UUID monitor, IdSet ids) {
        SortedSet<Long> windows = new TreeSet<>();
        streaming.query(
                """
                select window_number, substring(content from 1 for ? + 8 * row_count) as ids
                from prediction_block where monitor_id = ? and window_number is not null
                """,
                row -> {
                    long window = row.getLong("window_number");
                    if (!windows.contains(window) && ids.anyOf(row.getBytes("ids"))) {
                        windows.add(window);
                    }
                },
                IdSet.BYTES_BEFORE,
                monitor);
        return windows;
    }
}
