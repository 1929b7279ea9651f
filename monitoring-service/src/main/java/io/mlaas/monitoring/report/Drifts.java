package io.mlaas.monitoring.report;

import static io.mlaas.monitoring.report.Numbers.finite;

import io.mlaas.monitoring.monitor.DriftTests;
import io.mlaas.monitoring.rows.Layout;
import io.mlaas.statistics.drift.Column;
import io.mlaas.statistics.drift.ColumnDrift;
import io.mlaas.statistics.drift.ColumnPair;
import io.mlaas.statistics.drift.ColumnRole;
import io.mlaas.statistics.drift.DataDrift;
import io.mlaas.statistics.drift.DatasetDrift;
import io.mlaas.statistics.drift.PairedHistogram;
import io.mlaas.statistics.drift.Shift;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A window's columns beside the reference's: features decide whether the data drifted, predictions and targets are told. */
final class Drifts {
    private static final int MOST_DRAWN = 100;
    private static final int MOST_TESTED = 200;
    private static final int BINS = 16;

    private final DriftTests tests;
    private final ReferenceProfile reference;

    Drifts(DriftTests tests, ReferenceProfile reference) {
        this.tests = tests;
        this.reference = reference;
    }

    /** @return null if there are too few rows for any feature */
    Report.@Nullable Drift of(Columns window) {
        Layout layout = window.rows().layout();
        List<ColumnPair> features = new ArrayList<>();
        List<ColumnPair> others = new ArrayList<>();
        List<ColumnDrift> untested = new ArrayList<>();
        for (int column = 0; column < layout.size(); column++) {
            ColumnRole role = role(layout.columns().get(column).role());
            Column before = reference.column(column);
            if (role == null || before == null) {
                continue;
            }
            ColumnPair pair = new ColumnPair(layout.columns().get(column).name(), role, before, window.column(column));
            if (Math.min(before.size(), pair.current().size()) < tests.minRows()) {
                untested.add(tooFew(pair));
            } else {
                (role == ColumnRole.FEATURE ? features : others).add(pair);
            }
        }
        if (features.isEmpty() && others.isEmpty()) {
            return null;
        }
        Map<String, PairedHistogram> distributions = distributions(features, others);
        DataDrift comparing = new DataDrift(tests.settings());
        DatasetDrift ofFeatures = comparing.dataset(features);
        DatasetDrift ofOthers = comparing.dataset(others);
        List<Report.ColumnReport> columns = Stream.of(ofFeatures.columns(), ofOthers.columns(), untested)
                .flatMap(List::stream)
                .map(column -> report(column, distributions.get(key(column.role(), column.name()))))
                .toList();
        return new Report.Drift(
                ofFeatures.drift(), ofFeatures.tested(), ofFeatures.drifted(), ofFeatures.share(), columns);
    }

    /** @return the share of the features that drifted, of the first {@value #MOST_TESTED}; null if there are too few rows */
    @Nullable
    Double share(Columns window) {
        List<ColumnPair> features = new ArrayList<>();
        for (int column : Numbers.features(window.rows().layout())) {
            Column before = reference.column(column);
            if (before != null && features.size() < MOST_TESTED) {
                String name = window.rows().layout().columns().get(column).name();
                ColumnPair pair = new ColumnPair(name, ColumnRole.FEATURE, before, window.column(column));
                if (Math.min(before.size(), pair.current().size()) >= tests.minRows()) {
                    features.add(pair);
                }
            }
        }
        DatasetDrift drift = new DataDrift(tests.settings()).dataset(features);
        return drift.tested() == 0 ? null : drift.share();
    }

    /** Of the first columns only: a report of thousands would be too long to be read. */
    private static Map<String, PairedHistogram> distributions(List<ColumnPair> features, List<ColumnPair> others) {
        Map<String, PairedHistogram> distributions = new HashMap<>();
        Stream.concat(features.stream().limit(MOST_DRAWN), others.stream().limit(MOST_DRAWN))
                .forEach(pair -> {
                    PairedHistogram histogram = PairedHistogram.of(pair, BINS);
                    if (histogram != null) {
                        distributions.put(key(pair.role(), pair.name()), histogram);
                    }
                });
        return distributions;
    }

    /** A prediction and its target have the same name. */
    private static String key(ColumnRole role, String name) {
        return role + " " + name;
    }

    private ColumnDrift tooFew(ColumnPair pair) {
        return new ColumnDrift.NotTested(
                pair.name(),
                pair.role(),
                "%d values, %d in the reference (expected: at least %d)"
                        .formatted(pair.current().size(), pair.reference().size(), tests.minRows()));
    }

    private static @Nullable ColumnRole role(Layout.Role role) {
        return switch (role) {
            case FEATURE -> ColumnRole.FEATURE;
            case PREDICTION -> ColumnRole.PREDICTION;
            case TARGET -> ColumnRole.TARGET;
            case SEGMENT, PROBABILITY, LOWER, UPPER, LATENCY, DIGEST -> null;
        };
    }

    private static Report.ColumnReport report(ColumnDrift column, @Nullable PairedHistogram distribution) {
        String role = column.role().name().toLowerCase(Locale.ROOT);
        return switch (column) {
            case ColumnDrift.Tested tested ->
                new Report.ColumnReport(
                        tested.name(),
                        role,
                        tested.verdict(),
                        tested.method().id(),
                        finite(tested.score()),
                        tested.threshold(),
                        tested.method().hasPValue() ? finite(tested.adjusted()) : null,
                        finite(tested.effect()),
                        shifted(tested.shift()),
                        distribution,
                        null);
            case ColumnDrift.NotTested untested ->
                new Report.ColumnReport(
                        untested.name(),
                        role,
                        false,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        distribution,
                        untested.reason());
        };
    }

    private static Report.Shifted shifted(Shift shift) {
        return new Report.Shifted(shift.category(), shift.reference(), shift.current());
    }
}
