package io.mlaas.profile;

import org.jspecify.annotations.Nullable;

/** Whether quantiles are those of the reference by a factor that units have, and not a process: now = factor · before + offset. */
record UnitChange(double factor, double offset) {
    private static final int POINTS = 9;
    private static final double LEAST_FACTOR = 5;
    private static final double FAHRENHEIT = 1.8;
    private static final double FREEZING = 32;
    /** How far the quantiles may be from the line, as a part of their range. */
    private static final double SCATTER = .1;

    static @Nullable UnitChange between(NumericProfile before, NumericProfile now) {
        if (before.few().complete() || now.few().complete()) {
            return null; // too few different values for a line through their quantiles to mean anything
        }
        double[] x = new double[POINTS];
        double[] y = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            double rank = (i + 1.0) / (POINTS + 1);
            x[i] = before.quantile(rank);
            y[i] = now.quantile(rank);
        }
        if (multiple(x, y)) {
            return new UnitChange(y[POINTS / 2] / x[POINTS / 2], 0);
        }
        if (line(x, y, FAHRENHEIT, FREEZING)) {
            return new UnitChange(FAHRENHEIT, FREEZING);
        }
        if (line(x, y, 1 / FAHRENHEIT, -FREEZING / FAHRENHEIT)) {
            return new UnitChange(1 / FAHRENHEIT, -FREEZING / FAHRENHEIT);
        }
        return null;
    }

    private static boolean multiple(double[] x, double... y) {
        double factor = y[POINTS / 2] / x[POINTS / 2];
        boolean large = factor >= LEAST_FACTOR || (factor > 0 && factor <= 1 / LEAST_FACTOR);
        return large && line(x, y, factor, 0);
    }

    private static boolean line(double[] x, double[] y, double factor, double offset) {
        double range = Math.abs(y[POINTS - 1] - y[0]);
        for (int i = 0; i < POINTS; i++) {
            if (Math.abs(factor * x[i] + offset - y[i]) > SCATTER * range) {
                return false;
            }
        }
        return range > 0;
    }
}
