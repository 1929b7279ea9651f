package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Kind;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.RowId;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.RowsBuilder;
import io.mlaas.monitoring.rows.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Rows of a regression y = 2a + noise, whose noise grows with |a|; b goes with a; valve and device are categories. Every second
 * one event happens.
 */
final class Made {
    static final Layout LAYOUT = layout();

    private final SplittableRandom random;
    private double shift;
    private boolean related = true;
    private int worseFrom = Integer.MAX_VALUE;
    private int stuckFrom = Integer.MAX_VALUE;

    Made(long seed) {
        random = new SplittableRandom(seed);
    }

    private static Layout layout() {
        Map<String, Kind> features = new LinkedHashMap<>();
        features.put("a", Kind.NUMERIC);
        features.put("b", Kind.NUMERIC);
        features.put("valve", Kind.CATEGORICAL);
        return new Layout(features, List.of("device"), List.of("prediction"), List.of());
    }

    Made shifted(double by) {
        shift = by;
        return this;
    }

    Made unrelated() {
        related = false;
        return this;
    }

    Made worseFrom(int row) {
        worseFrom = row;
        return this;
    }

    Made stuckFrom(int row) {
        stuckFrom = row;
        return this;
    }

    Rows rows(String event, int count, int labelled) {
        RowsBuilder rows = new RowsBuilder(LAYOUT);
        for (int i = 0; i < count; i++) {
            rows.row(RowId.of(event, i), i * 1_000_000L);
            double a = random.nextGaussian() + shift;
            double b = related ? a + 0.1 * random.nextGaussian() : random.nextGaussian() + shift;
            double error = (0.1 + 0.3 * Math.abs(a)) * random.nextGaussian() + (i >= worseFrom ? 3 : 0);
            rows.set(0, i >= stuckFrom && i % 4 == 0 ? 1.5 : a);
            rows.set(1, b);
            rows.set(2, a > 0 ? "open" : "shut");
            rows.set(3, "device-" + i % 4);
            rows.set(LAYOUT.first(Role.PREDICTION), 2 * a);
            if (i < labelled) {
                rows.set(LAYOUT.first(Role.TARGET), 2 * a + error);
            }
        }
        return sorted(rows.build());
    }

    /** As they come from the database. */
    static Rows sorted(Rows rows) {
        Sample sample = new Sample(rows.layout(), Math.max(1, rows.size()));
        sample.add(rows, true);
        return sample.rows();
    }
}
