package io.mlaas.statistics.estimation;

/** Within which a metric of a window is as it was in the reference's windows: their mean ± three standard deviations. */
public record AlertBounds(double lower, double upper) {
    private static final double DEVIATIONS = 3;

    /**
     * @param windows the metric, realised, of each of the reference's windows; NaN is left out
     * @param least what the metric cannot be below, such as 0
     * @param greatest what it cannot exceed; may be infinite
     */
    public static AlertBounds of(double[] windows, double least, double greatest) {
        double sum = 0;
        int count = 0;
        for (double value : windows) {
            sum += Double.isNaN(value) ? 0 : value;
            count += Double.isNaN(value) ? 0 : 1;
        }
        if (count == 0) {
            throw new IllegalArgumentException("windows: 0 values that are not NaN (expected: at least 1)");
        }
        double mean = sum / count;
        double squares = 0;
        for (double value : windows) {
            squares += Double.isNaN(value) ? 0 : (value - mean) * (value - mean);
        }
        double width = DEVIATIONS * Math.sqrt(squares / count);
        return new AlertBounds(Math.max(least, mean - width), Math.min(greatest, mean + width));
    }

    public boolean alerts(double value) {
        return value < lower || value > upper;
    }
}
