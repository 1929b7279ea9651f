package io.mlaas.monitoring.report;

import io.mlaas.monitoring.monitor.DriftTests;
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
        DriftTests tests = monitor.document().tests();
        Columns window = new Columns(rows);
        SortedMap<String, Double> current = Performances.of(rows);
        Estimation estimation = reference.estimation();
        Drifts drifts = new Drifts(tests, reference);
        int digest = rows.layout().first(Role.DIGEST);
        return new Report(
                span.number(),
                span.startsAt(),
                span.endsAt(),
                Sample.count(rows, complete),
                !complete,
                Segments.labelled(rows),
                drifts.of(window),
                current == null ? null : new Report.Performance(current, reference.performance()),
                Skews.of(monitor.document().schema(), window, reference),
                latency(rows),
                List.of(rows.dictionary(digest)),
                estimation == null ? null : estimation.of(rows, current, reference.performance()),
                Biases.of(rows, reference.all().rows(), tests.minRows()),
                new Together(reference.all()).of(window, tests),
                Streams.of(window, reference.all(), tests.stream()),
                new Segments(drifts).of(rows),
                null);
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
