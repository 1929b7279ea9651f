package io.mlaas.monitoring.report;

import io.mlaas.monitoring.monitor.Schema;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.skew.SkewFinding;
import io.mlaas.statistics.skew.SkewReport;
import io.mlaas.statistics.skew.SkewSettings;
import io.mlaas.statistics.skew.Steps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Values that are not what the schema says, or not what the reference has. */
final class Skews {
    private static final SkewReport REPORT = new SkewReport(SkewSettings.DEFAULT);
    private static final double MOST_STEPS = 0.95;
    private static final double PART_OF_WINDOW = 0.002;
    private static final int ENOUGH = 30;
    private static final int MICROS = 1000;

    private Skews() {}

    static List<Report.Skew> of(Schema schema, Columns window, ReferenceProfile reference) {
        List<SkewFinding> found = new ArrayList<>();
        long[] times = times(window, null);
        Steps all = Steps.of(MOST_STEPS, times);
        if (times.length >= ENOUGH) {
            gap("", all.usual(), 0, all, times, found);
        }
        for (int column = 0; column < schema.features().size(); column++) {
            Schema.Feature feature = schema.features().get(column);
            SkewReport.Limits limits = new SkewReport.Limits(feature.least(), feature.most(), feature.values());
            found.addAll(REPORT.column(feature.name(), reference.facts(column), window.facts(column), limits));
            if (feature.type() == Schema.Type.NUMERIC && window.column(column).dropped() > 0) {
                long[] own = times(window, window.rows().numbers(column));
                Steps steps = Steps.of(MOST_STEPS, own);
                if (own.length >= ENOUGH) {
                    gap(feature.name(), steps.usual(), all.longest(), steps, times, found);
                }
            }
        }
        return found.stream().map(Skews::report).toList();
    }

    /** What is usual is what the window itself shows: references have no times. */
    private static void gap(String name, double usual, long known, Steps steps, long[] times, List<SkewFinding> found) {
        double span = times[times.length - 1] - times[0];
        SkewFinding gap =
                REPORT.gap(name, new Steps(steps.count(), Math.max(usual, PART_OF_WINDOW * span), known), steps);
        if (gap != null) {
            found.add(gap);
        }
    }

    /** Different times at which there was a row, or at which the column had a value, and the last one of all. */
    private static long[] times(Columns window, double @Nullable [] values) {
        Rows rows = window.rows();
        int[] order = window.inOneStream();
        long[] times = new long[order.length];
        int count = 0;
        for (int i = 0; i < order.length; i++) {
            long millis = rows.micros(order[i]) / MICROS;
            boolean there = values == null || Double.isFinite(values[order[i]]) || i == order.length - 1;
            if (there && (count == 0 || times[count - 1] != millis)) {
                times[count++] = millis;
            }
        }
        return Arrays.copyOf(times, count);
    }

    private static Report.Skew report(SkewFinding finding) {
        return new Report.Skew(
                finding.kind().name().toLowerCase(Locale.ROOT),
                finding.column().isEmpty() ? null : finding.column(),
                finding.reference(),
                finding.current(),
                finding.rows(),
                finding.sentence());
    }
}
