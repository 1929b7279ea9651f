package io.mlaas.statistics.skew;

import static io.mlaas.statistics.skew.SkewReport.number;

import io.mlaas.statistics.skew.ColumnFacts.Numbers;
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
    private static final int DIFFERENT = 10;
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

    /** Null where numbers are fewer than 30, have few different values, do not spread, or look as if their unit had stayed. */
    static @Nullable SkewFinding find(String column, Numbers reference, Numbers current, double tolerance) {
        if (Math.min(reference.count(), current.count()) < LEAST) {
            return null;
        }
        double[] before = quantiles(reference);
        double[] now = quantiles(current);
        if (Math.min(different(before), different(now)) < DIFFERENT) {
            return null;
        }
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
            return finding(column, SkewKind.UNIT_CHANGED, best, before, now, current.count());
        }
        boolean scaled = Math.abs(Math.log(line.slope)) > Math.log(2);
        UnitChange fitted = new UnitChange("", line.slope, 0);
        return scaled && fitted.explains(before, now, tolerance, NEAR)
                ? finding(column, SkewKind.SCALE_CHANGED, fitted, before, now, current.count())
                : null;
    }

    private static SkewFinding finding(
            String column, SkewKind kind, UnitChange change, double[] before, double[] now, long rows) {
        String sentence = "%s looks like %s: the reference times %s%s (median %s, before %s)"
                .formatted(
                        column,
                        change.name.isEmpty() ? "another scale" : "another unit, " + change.name,
                        number(change.factor),
                        change.offset == 0 ? "" : " plus " + number(change.offset),
                        number(now[QUANTILES / 2]),
                        number(before[QUANTILES / 2]));
        return new SkewFinding(kind, column, 1, change.factor, rows, sentence);
    }

    private static double[] quantiles(Numbers column) {
        double[] quantiles = new double[QUANTILES];
        Arrays.setAll(quantiles, i -> column.quantile((i + 1) / (QUANTILES + 1.0)));
        return quantiles;
    }

    private static long different(double... quantiles) {
        return Arrays.stream(quantiles).distinct().count();
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
