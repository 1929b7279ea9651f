package io.mlaas.monitoring.report;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.Sample;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes the report of a window. */
@Component
public class Evaluation {
    private final ReferenceProfiles references;

    Evaluation(ReferenceProfiles references) {
        this.references = references;
    }

    /** Which window. */
    public record Span(long number, Instant startsAt, Instant endsAt) {}

    /**
     * @param rows of the window, with their labels
     * @param complete whether these are all
     */
    public Report report(Monitor monitor, Span span, Rows rows, boolean complete) {
        ReferenceProfile reference = references.of(monitor);
        Columns window = new Columns(rows);
        SortedMap<String, Double> current = Performances.of(rows);
        int digest = rows.layout().first(Role.DIGEST);
        return new Report(
                span.number(),
                span.startsAt(),
                span.endsAt(),
                Sample.count(rows, complete),
                !complete,
                labelled(rows),
                new Drifts(monitor.document().tests(), reference).of(window),
                current == null ? null : new Report.Performance(current, reference.performance()),
                Skews.of(monitor.document().schema(), window, reference),
                latency(rows),
                List.of(rows.dictionary(digest)),
                null);
    }

    private static long labelled(Rows rows) {
        int target = rows.layout().first(Role.TARGET);
        long labelled = 0;
        for (int row = 0; row < rows.size(); row++) {
            boolean known = rows.layout().numericTarget()
                    ? Double.isFinite(rows.numbers(target)[row])
                    : rows.category(target, row) != null;
            labelled += known ? 1 : 0;
        }
        return labelled;
    }

    private static Report.@Nullable Latency latency(Rows rows) {
        double[] sorted = Arrays.stream(rows.numbers(rows.layout().first(Role.LATENCY)))
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return null;
        }
        return new Report.Latency(
                sorted.length,
                Arrays.stream(sorted).sum() / sorted.length,
                quantile(sorted, 0.5),
                quantile(sorted, 0.95),
                quantile(sorted, 0.99));
    }

    private static double quantile(double[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(Math.ceil(part * sorted.length)) - 1)];
    }
}
