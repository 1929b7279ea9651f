package io.mlaas.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.statistics.PredictionIntervals.Method;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PredictionIntervalsTest {
    private static final int FRESH = 10_000;

    @Test
    void knowsTheQuantiles() {
        assertThat(PredictionIntervals.z(.9)).isCloseTo(1.6448536269514722, within(1e-14));
        assertThat(PredictionIntervals.t(.9, 23)).isCloseTo(1.7138715277, within(1e-9));
    }

    @Test
    void coversNormalErrorsWithASigmaOfEachHorizon() {
        double[] small = Streams.gauss(480, 11);
        double[] large = Arrays.stream(Streams.gauss(480, 1)).map(x -> 3 * x).toArray();

        PredictionIntervals intervals = PredictionIntervals.fit(new double[][] {small, large}, .9, .05);

        assertThat(intervals.horizon(0).method()).isEqualTo(Method.GAUSSIAN);
        assertThat(intervals.horizon(1).halfWidth()).isBetween(4.5, 5.4);
        assertThat(quality(intervals, Streams.gauss(FRESH, 77)).coverage()).isBetween(.88, .92);
    }

    @Test
    void fallsBackToConformalWhereNormalityIsRejected() {
        double[] residuals = skewed(2000, 5);

        PredictionIntervals intervals = PredictionIntervals.fit(new double[][] {residuals, residuals}, .9, .05);

        assertThat(intervals.horizon(0).method()).isEqualTo(Method.CONFORMAL);
        assertThat(intervals.horizon(0).normality().rejected(.05)).isTrue();
        assertThat(quality(intervals, skewed(FRESH, 78)).coverage()).isBetween(.88, .92);
    }

    @Test
    void takesTheEighteenthOfNineteenResidualsForNinetyPercent() {
        double[] residuals = IntStream.rangeClosed(1, 19)
                .mapToDouble(i -> i % 2 == 0 ? i : -i)
                .toArray();

        assertThat(PredictionIntervals.conformal(residuals, .9)).isEqualTo(18);
        assertThat(PredictionIntervals.conformal(Arrays.copyOf(residuals, 9), .9))
                .isEqualTo(9);
        assertThat(PredictionIntervals.conformal(Arrays.copyOf(residuals, 8), .9))
                .isInfinite();
    }

    @Test
    void doesNotTestWhatCannotBeTested() {
        PredictionIntervals few =
                PredictionIntervals.fit(new double[][] {{1, -2, 3}, {0, 0, 0, 0, 0, 0, 0, 0, 0}}, .5, .05);

        assertThat(few.horizon(0).method()).isEqualTo(Method.CONFORMAL);
        assertThat(few.horizon(0).halfWidth()).isEqualTo(2);
        assertThat(few.horizon(1).halfWidth()).isZero();
        assertThat(few.horizon(1).normality().shapiroWilk().pValue()).isNaN();
    }

    @Test
    void measuresCoverageWidthAndPinballLoss() {
        Interval[] intervals = {new Interval(0, 2), new Interval(0, 2)};

        IntervalQuality quality = IntervalQuality.of(new double[] {1, 3}, intervals, .9);

        assertThat(quality.coverage()).isEqualTo(.5);
        assertThat(quality.meanWidth()).isEqualTo(2);
        // 1: .05·1 + .05·1; 3: .05·3 + .95·1; halved and averaged
        assertThat(quality.pinball()).isCloseTo((.05 + .05 + .15 + .95) / 4, within(1e-12));
        assertThat(IntervalQuality.pinball(5, 3, .9)).isCloseTo(1.8, within(1e-12));
        assertThat(IntervalQuality.pinball(3, 5, .9)).isCloseTo(.2, within(1e-12));
    }

    @Test
    void refusesWhatMakesNoInterval() {
        assertThatThrownBy(() -> PredictionIntervals.fit(new double[][] {{1}}, 90, .05))
                .hasMessage("coverage: 90.0 (expected: between 0 and 1)");
        assertThatThrownBy(() -> PredictionIntervals.fit(new double[0][], .9, .05))
                .hasMessage("residuals: no horizon (expected: at least one)");
        assertThatThrownBy(() -> PredictionIntervals.fit(new double[][] {{1, 2}}, .9, .05)
                        .around(1, 2))
                .hasMessage("forecast: 2 values (expected: 1, one for each horizon)");
    }

    private static IntervalQuality quality(PredictionIntervals intervals, double[] errors) {
        Interval[] all = new Interval[errors.length];
        double[] forecast = new double[intervals.horizons()];
        for (int i = 0; i < all.length; i++) {
            all[i] = intervals.around(forecast)[0];
        }
        return IntervalQuality.of(errors, all, intervals.coverage());
    }

    /** Exponential errors about their mean. */
    private static double[] skewed(int count, long seed) {
        return Arrays.stream(Streams.uniform(count, seed))
                .map(u -> -Math.log(1 - u) - 1)
                .toArray();
    }
}
