package io.mlaas.monitoring.intake;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.rows.JsonTape;
import io.mlaas.monitoring.rows.Label;
import io.mlaas.monitoring.rows.LabelReader;
import io.mlaas.monitoring.rows.ObservationReader;
import io.mlaas.monitoring.rows.RowsBuilder;
import io.mlaas.monitoring.rows.RowsRefusedException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What came together and is written together: rows by monitor and window, labels by monitor. */
final class Batch {
    private static final long MICROS = 1_000_000;
    private static final int MOST_VALUES = 4_000_000;
    private static final int VALUES_OF_A_LABEL = 10;
    private static final long FUTURE = Duration.ofDays(1).toSeconds() * MICROS;

    private final long nowMicros;
    private final TreeMap<UUID, Part> parts = new TreeMap<>();
    private long values;

    Batch(Clock clock) {
        nowMicros = clock.millis() * 1000;
    }

    /** A window, or null for rows that no count window has taken. */
    record WindowOf(@Nullable Long number) {}

    /** What came for one monitor. */
    static final class Part {
        private static final int LONGEST = 500;

        final Monitor monitor;
        final ObservationReader observations;
        final LabelReader labelReader;
        final TreeMap<WindowOf, RowsBuilder> rows =
                new TreeMap<>(Comparator.comparing(WindowOf::number, Comparator.nullsFirst(Comparator.naturalOrder())));
        final List<Label> labels = new ArrayList<>();
        long rowCount;
        long refused;

        @Nullable
        Long latestMicros;

        @Nullable
        String lastRefusal;

        Part(Monitor monitor) {
            this.monitor = monitor;
            this.observations = new ObservationReader(monitor.document().layout());
            this.labelReader = new LabelReader(monitor.document().layout());
        }

        void refuse(String why) {
            refused++;
            // A NUL is nothing that PostgreSQL would take.
            lastRefusal = (why.length() > LONGEST ? why.substring(0, LONGEST) : why).replace('\0', '\uFFFD');
        }
    }

    /** Whether there is so much in memory that it should be written now. */
    boolean isFull() {
        return values > MOST_VALUES;
    }

    List<Part> parts() {
        return List.copyOf(parts.values());
    }

    Part part(Monitor monitor) {
        return parts.computeIfAbsent(monitor.id(), id -> new Part(monitor));
    }

    /**
     * @return how many rows there were
     * @throws RowsRefusedException and then none of them was added
     */
    int observe(Monitor monitor, JsonTape json, int data, String event, long micros, String path) {
        requireTime(monitor, micros, path);
        Part part = part(monitor);
        WindowOf window = new WindowOf(monitor.document().windows().number(micros));
        RowsBuilder rows = part.rows.computeIfAbsent(
                window, of -> new RowsBuilder(monitor.document().layout()));
        int before = rows.size();
        part.observations.read(json, data, event, micros, 0, path, rows);
        int added = rows.size() - before;
        if (added > 0) {
            part.rowCount += added;
            values += (long) added * monitor.document().layout().size();
            part.latestMicros = part.latestMicros == null ? micros : Math.max(part.latestMicros, micros);
        }
        return added;
    }

    private void requireTime(Monitor monitor, long micros, String path) {
        if (micros > nowMicros + FUTURE) {
            throw new RowsRefusedException(path, "a time in the future", "at most a day from now");
        }
        if (micros < monitor.document().oldestMicros(nowMicros)) {
            throw new RowsRefusedException(
                    path,
                    "a time before all that is kept",
                    "within the monitor's retention of " + monitor.document().retention());
        }
    }

    int label(Monitor monitor, JsonTape json, int data, long micros, String path) {
        Part part = part(monitor);
        List<Label> read = part.labelReader.read(json, data, micros, path);
        part.labels.addAll(read);
        values += (long) VALUES_OF_A_LABEL * read.size();
        return read.size();
    }
}
