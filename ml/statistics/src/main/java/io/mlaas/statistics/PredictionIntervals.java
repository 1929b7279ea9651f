package io.mlaas.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Intervals around the forecasts of one or more horizons, from residuals of data that the model was not trained on. A
 * horizon whose residuals pass the three tests of {@link Normality} gets ŷ ± z·σ of its own σ; any other one gets split
 * conformal intervals (Vovk et al.; Lei et al. 2018): ŷ ± the ⌈(n+1)(1-α)⌉-th smallest absolute residual, which holds for
 * every distribution as long as old and new residuals are exchangeable.
 */
public final class PredictionIntervals {
    /** How a horizon's interval came about. */
    public enum Method {
        GAUSSIAN,
        CONFORMAL
    }

    /**
     * One horizon's interval.
     *
     * @param bias the residuals' mean: what an unbiased model would have near 0; the interval is not shifted by it
     * @param halfWidth infinite where the residuals are too few for the coverage that is wanted
     * @param normality the tests that decided; each p-value is NaN where residuals were fewer than 8 or all the same
     */
    public record Horizon(Method method, double bias, double halfWidth, Normality normality) {}

    private static final int FEWEST_FOR_TESTS = 8;
    private static final TestResult UNTESTED = new TestResult(Double.NaN, Double.NaN);

    private final double coverage;
    private final Horizon[] horizons;

    private PredictionIntervals(double coverage, Horizon... horizons) {
        this.coverage = coverage;
        this.horizons = horizons;
    }

    /**
     * @param residuals [horizon][observation], actual less predicted, from data not trained on
     * @param coverage wanted share of values within, such as 0.9
     * @param level below which a p-value rejects normality, such as 0.05
     */
    public static PredictionIntervals fit(double[][] residuals, double coverage, double level) {
        Checks.level("coverage", coverage);
        Checks.level("level", level);
        if (residuals.length == 0) {
            throw new IllegalArgumentException("residuals: no horizon (expected: at least one)");
        }
        Horizon[] horizons = new Horizon[residuals.length];
        for (int i = 0; i < horizons.length; i++) {
            Checks.sample(residuals[i], 1);
            horizons[i] = horizon(residuals[i], coverage, level);
        }
        return new PredictionIntervals(coverage, horizons);
    }

    private static Horizon horizon(double[] residuals, double coverage, double level) {
        double bias = Moments.of(residuals).mean();
        boolean constant = Arrays.stream(residuals).distinct().count() == 1;
        if (residuals.length < FEWEST_FOR_TESTS || constant) {
            return new Horizon(
                    Method.CONFORMAL,
                    bias,
                    conformal(residuals, coverage),
                    new Normality(UNTESTED, UNTESTED, UNTESTED));
        }
        Normality normality = Normality.of(residuals);
        return normality.rejected(level)
                ? new Horizon(Method.CONFORMAL, bias, conformal(residuals, coverage), normality)
                : new Horizon(Method.GAUSSIAN, bias, gaussian(residuals, coverage), normality);
    }

    /** Half the width of ŷ ± z·σ, where σ is the residuals' standard deviation (n - 1). */
    static double gaussian(double[] residuals, double coverage) {
        return z(coverage) * Moments.of(residuals).standardDeviation();
    }

    /** Half the width of a split conformal interval; infinite where the rank is beyond the residuals. */
    static double conformal(double[] residuals, double coverage) {
        double[] sizes = Arrays.stream(residuals).map(Math::abs).sorted().toArray();
        // (n+1)·coverage is exact in the reals: 18 for 19 and 0.9, which doubles may put just above
        int rank = (int) Math.ceil((sizes.length + 1) * coverage - 1e-9);
        return rank > sizes.length ? Double.POSITIVE_INFINITY : sizes[rank - 1];
    }

    /** The two-sided normal quantile: 1.6448536269514722 for 0.9. */
    public static double z(double coverage) {
        Checks.level("coverage", coverage);
        return NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - coverage) / 2);
    }

    /** The two-sided quantile of Student's t, for few residuals: 1.7138715277 for 0.9 and 23 degrees of freedom. */
    public static double t(double coverage, double degreesOfFreedom) {
        Checks.level("coverage", coverage);
        return TDistribution.of(degreesOfFreedom).inverseSurvivalProbability((1 - coverage) / 2);
    }

    public double coverage() {
        return coverage;
    }

    public int horizons() {
        return horizons.length;
    }

    public Horizon horizon(int index) {
        return horizons[index];
    }

    /** The intervals around a forecast, one value for each horizon. */
    public Interval[] around(double... forecast) {
        if (forecast.length != horizons.length) {
            throw new IllegalArgumentException("forecast: " + forecast.length + " values (expected: " + horizons.length
                    + ", one for each horizon)");
        }
        Interval[] intervals = new Interval[forecast.length];
        for (int i = 0; i < intervals.length; i++) {
            intervals[i] = new Interval(forecast[i] - horizons[i].halfWidth, forecast[i] + horizons[i].halfWidth);
        }
        return intervals;
    }
}
