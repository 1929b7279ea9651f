package io.mlaas.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The numbers were computed with NumPy from the formula, and SciPy's chi-squared distribution. */
class LjungBoxTest {
    private final double[] noise = Streams.gauss(480, 11);

    @Test
    void findsNothingInNoise() {
        TestResult result = LjungBox.test(noise, 24, 0);

        assertThat(result.statistic()).isCloseTo(17.920722045876158, within(1e-10));
        assertThat(result.pValue()).isCloseTo(0.8068371339404944, within(1e-10));
        TestResult fitted = LjungBox.test(noise, 10, 2);
        assertThat(fitted.statistic()).isCloseTo(8.224243390868564, within(1e-10));
        assertThat(fitted.pValue()).isCloseTo(0.41187772223226154, within(1e-10));
    }

    @Test
    void findsTheCorrelationOfAnAutoregression() {
        double[] series = new double[noise.length];
        for (int i = 0; i < series.length; i++) {
            series[i] = (i == 0 ? 0 : .5 * series[i - 1]) + noise[i];
        }

        TestResult result = LjungBox.test(series, 5, 0);

        assertThat(result.statistic()).isCloseTo(149.4400371196084, within(1e-9));
        assertThat(result.pValue()).isCloseTo(1.7567760468926928e-30, Percentage.withPercentage(1e-6));
    }

    @Test
    void refusesLagsThatTheSeriesDoesNotHave() {
        assertThatThrownBy(() -> LjungBox.test(noise, 480, 0)).hasMessage("lags: 480 (expected: 1 to 479)");
        assertThatThrownBy(() -> LjungBox.test(noise, 3, 3)).hasMessage("fitted: 3 (expected: 0 to 2)");
    }
}
