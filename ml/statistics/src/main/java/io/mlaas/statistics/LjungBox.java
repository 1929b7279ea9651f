package io.mlaas.statistics;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * Are residuals uncorrelated over time? G. M. Ljung and G. E. P. Box, "On a measure of lack of fit in time series
 * models", Biometrika 65 (1978): Q = n(n+2) Σ ρ²ₖ/(n-k), chi-squared with as many degrees of freedom as lags, less the
 * parameters that were fitted.
 */
public final class LjungBox {
    private LjungBox() {}

    /**
     * @param residuals in order of time, not all the same
     * @param lags at least 1, fewer than residuals
     * @param fitted parameters of the model that left these residuals; 0 where unknown
     */
    public static TestResult test(double[] residuals, int lags, int fitted) {
        if (lags < 1 || lags >= residuals.length) {
            throw new IllegalArgumentException("lags: " + lags + " (expected: 1 to " + (residuals.length - 1) + ")");
        }
        if (fitted < 0 || fitted >= lags) {
            throw new IllegalArgumentException("fitted: " + fitted + " (expected: 0 to " + (lags - 1) + ")");
        }
        Checks.sorted(residuals, 3);
        int n = residuals.length;
        Moments moments = Moments.of(residuals);
        double sum = 0;
        for (int lag = 1; lag <= lags; lag++) {
            double correlation = autocorrelation(residuals, moments, lag);
            sum += correlation * correlation / (n - lag);
        }
        double statistic = n * (n + 2.0) * sum;
        return new TestResult(
                statistic, ChiSquaredDistribution.of(lags - fitted).survivalProbability(statistic));
    }

    private static double autocorrelation(double[] values, Moments moments, int lag) {
        double sum = 0;
        for (int i = lag; i < values.length; i++) {
            sum += (values[i] - moments.mean()) * (values[i - lag] - moments.mean());
        }
        return sum / (moments.second() * values.length);
    }
}
