package io.mlaas.monitoring.window;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.rows.Label;
import io.mlaas.monitoring.rows.LabelBlock;
import io.mlaas.monitoring.rows.RowBlock;
import io.mlaas.monitoring.rows.RowId;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
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
     * @param sequences of the blocks
     */
    record Content(Rows rows, Rows labelled, boolean complete, List<Long> sequences) {}

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
        return new Content(rows, rows.labelled(labels(window, rows)), sample.complete(), sequences);
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
        int deleted = jdbc.sql("delete from prediction_block where sequence in (:sequences)")
                .param("sequences", content.sequences())
                .update();
        if (deleted != content.sequences().size()) {
            throw new IllegalStateException("the blocks of window %d of monitor %s were compacted by another instance"
                    .formatted(window, monitor.id()));
        }
        insert(monitor.id(), window, content.rows(), !content.complete());
    }

    void insert(UUID monitor, @Nullable Long window, Rows rows, boolean sampled) {
        jdbc.sql("""
                insert into prediction_block (monitor_id, window_number, row_count, sampled, content)
                values (:monitor, :number, :rows, :sampled, :content)
                """)
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

    private record NewLabels(List<Long> sequences, Set<RowId> ids) {}

    /** Finds the windows that new labels belong to: their reports are no longer of all there is. */
    @Transactional
    public void lookAtLabels(UUID monitor) {
        NewLabels labels = new NewLabels(new ArrayList<>(), new HashSet<>());
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

    private SortedSet<Long> windowsOf(UUID monitor, Set<RowId> ids) {
        SortedSet<Long> windows = new TreeSet<>();
        // a block begins with a byte and two numbers of four, then the ids
        streaming.query(
                """
                select window_number, substring(content from 1 for 9 + 16 * row_count) as ids
                from prediction_block where monitor_id = ? and window_number is not null
                """,
                row -> {
                    long window = row.getLong("window_number");
                    if (!windows.contains(window)
                            && RowBlock.ids(row.getBytes("ids")).stream().anyMatch(ids::contains)) {
                        windows.add(window);
                    }
                },
                monitor);
        return windows;
    }
}
