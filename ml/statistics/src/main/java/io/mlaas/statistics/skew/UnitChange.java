package io.mlaas.statistics.skew;

import io.mlaas.statistics.drift.NumericalColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Did the numbers change their unit? The quantiles from 5 % to 95 % of the current data are fitted to those of the reference by a
 * line whose slope is the median of all slopes between two of them (Theil 1950, Sen 1968), so that outliers do not matter. Where
 * the line is not the identity, it is compared with the lines between known units.
 *
 * @param name what became what
 */
record UnitChange(String name, double factor, double offset) {
    private static final int QUANTILES = 19;
    private static final int LEAST = 30;
    private static final double NEAR = 0.25;
    private static final List<UnitChange> KNOWN = known();

    private static List<UnitChange> known() {
        List<UnitChange> known = new ArrayList<>();
        both(known, "kilo-unit", "unit", 1_000, 0);
        both(known, "mega-unit", "unit", 1e6, 0);
        both(known, "share", "percent", 100, 0);
        both(known, "°C", "°F", 1.8, 32);
        both(known, "°C", "K", 1, 273.15);
        both(known, "m/s", "km/h (or kWh, MJ)", 3.6, 0);
        both(known, "minutes", "seconds", 60, 0);
        both(known, "hours", "seconds", 3_600, 0);
        both(known, "radians", "degrees", Math.toDegrees(1), 0);
        both(known, "feet", "metres", 0.3048, 0);
        both(known, "miles", "kilometres", 1.609344, 0);
        both(known, "psi", "kPa", 6.894757, 0);
        both(known, "bar", "Pa", 1e5, 0);
        both(known, "unit", "tenths", 10, 0);
        known.add(new UnitChange("opposite sign", -1, 0));
        return List.copyOf(known);
    }

    private static void both(List<UnitChange> known, String one, String other, double factor, double offset) {
        known.add(new UnitChange(one + " to " + other, factor, offset));
        known.add(new UnitChange(other + " to " + one, 1 / factor, -offset / factor));
    }

    /** Null where numbers are fewer than 30, do not spread, or look as if their unit had stayed. */
    static @Nullable SkewFinding find(
            String column, NumericalColumn reference, NumericalColumn current, double tolerance) {
        if (Math.min(reference.size(), current.size()) < LEAST) {
            return null;
        }
        double[] before = quantiles(reference);
        double[] now = quantiles(current);
        if (spread(before) == 0 || spread(now) == 0 || new UnitChange("", 1, 0).explains(before, now, tolerance, 1)) {
            return null;
        }
        Line line = Line.through(before, now);
        UnitChange best = null;
        for (UnitChange candidate : KNOWN) {
            if (candidate.explains(before, now, tolerance, NEAR)
                    && (best == null || candidate.error(before, now) < best.error(before, now))) {
                best = candidate;
            }
        }
        if (best != null) {
            return finding(column, SkewKind.UNIT_CHANGED, best.name, line, before, now, best);
        }
        boolean scaled = Math.abs(Math.log(line.slope)) > Math.log(2);
        UnitChange fitted = new UnitChange("", line.slope, 0);
        return scaled && fitted.explains(before, now, tolerance, NEAR)
                ? finding(column, SkewKind.SCALE_CHANGED, "", line, before, now, fitted)
                : null;
    }

    private static SkewFinding finding(
            String column, SkewKind kind, String detail, Line line, double[] before, double[] now, UnitChange change) {
        return SkewFinding.of(
                column,
                kind,
                detail,
                "factor",
                change.factor,
                "offset",
                change.offset,
                "slope",
                line.slope,
                "intercept",
                line.intercept,
                "error",
                change.error(before, now),
                "median",
                now[QUANTILES / 2],
                "reference_median",
                before[QUANTILES / 2]);
    }

    private static double[] quantiles(NumericalColumn column) {
        double[] quantiles = new double[QUANTILES];
        Arrays.setAll(quantiles, i -> column.quantile((i + 1) / (QUANTILES + 1.0)));
        return quantiles;
    }

    /** From the lower to the upper quartile. */
    private static double spread(double[] quantiles) {
        return quantiles[14] - quantiles[4];
    }

    private double[] applied(double[] quantiles) {
        double[] applied = new double[QUANTILES];
        Arrays.setAll(applied, i -> factor * quantiles[factor > 0 ? i : QUANTILES - 1 - i] + offset);
        return applied;
    }

    /** Whether the spread is as expected but for the tolerance, and the median within {@code near} spreads. */
    private boolean explains(double[] before, double[] now, double tolerance, double near) {
        double[] expected = applied(before);
        double ratio = spread(now) / spread(expected);
        return Math.abs(Math.log(ratio)) <= Math.log1p(tolerance)
                && Math.abs(now[QUANTILES / 2] - expected[QUANTILES / 2]) <= near * spread(expected)
                && error(before, now) <= near;
    }

    /** Median difference from the expected quantiles, in terms of their spread. */
    private double error(double[] before, double[] now) {
        double[] expected = applied(before);
        double[] errors = new double[QUANTILES];
        Arrays.setAll(errors, i -> Math.abs(now[i] - expected[i]) / spread(expected));
        return median(errors);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private record Line(double slope, double intercept) {
        static Line through(double[] x, double[] y) {
            double[] slopes = new double[x.length * (x.length - 1) / 2];
            int count = 0;
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < i; j++) {
                    if (x[i] != x[j]) {
                        slopes[count++] = (y[i] - y[j]) / (x[i] - x[j]);
                    }
                }
            }
            double slope = median(Arrays.copyOf(slopes, count));
            double[] rests = new double[x.length];
            Arrays.setAll(rests, i -> y[i] - slope * x[i]);
            return new Line(slope, median(rests));
        }
    }
}
