package io.mlaas.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The numbers are those of SciPy (shapiro, normaltest) and statsmodels (normal_ad). Its normal distribution in Shapiro and
 * Wilk's test is a rational approximation, which moves the sixth digit.
 */
class NormalityTest {
    private static final double[] WEIGHTS = {148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236};
    private static final double[] X1 = {
        .11, 7.87, 4.61, 10.14, 7.95, 3.14, .46, 4.43, .21, 4.75, .71, 1.52, 3.24, .93, .42, 4.97, 9.53, 4.55, .47, 6.66
    };
    private static final double[] X2 = {
        1.36, 1.14, 2.92, 2.55, 1.46, 1.06, 5.27, -1.11, 3.48, 1.10, .88, -.51, 1.46, .52, 6.20, 1.69, .08, 3.67, 2.81,
        3.49
    };

    /** The 25 values of Royston's Algorithm AS 181, which AS R94 uses again. */
    private static final double[] ROYSTON = {
        .139, .157, .175, .256, .344, .413, .503, .577, .614, .655, .954, 1.392, 1.557, 1.648, 1.690, 1.994, 2.174,
        2.206, 3.245, 3.510, 3.571, 4.354, 4.980, 6.084, 8.351
    };

    static Stream<Arguments> samples() {
        return Stream.of(
                of(
                        WEIGHTS,
                        .7888146948631716,
                        .006703814061898823,
                        .9467718795988862,
                        .010454024005147656,
                        13.03426312119258,
                        .0014779023013100174),
                of(
                        X1,
                        .9004728794391273,
                        .04208957544308365,
                        .6793295266405224,
                        .06440888904038121,
                        2.14778690826156,
                        .34167562594934164),
                of(
                        X2,
                        .9590269459704117,
                        .5245979292601223,
                        .3777753308535985,
                        .37425770873904207,
                        1.893455486730055,
                        .38800861214118565),
                of(
                        ROYSTON,
                        .8346662753381485,
                        .0009134904825887374,
                        1.3384500981374394,
                        .0014036790594157808,
                        12.109647731046412,
                        .0023465153865357227),
                of(
                        Streams.gauss(480, 11),
                        .997230139328911,
                        .6017155770493554,
                        .35893197630247187,
                        .4498088300889631,
                        2.0032790521473,
                        .3672767874039612),
                of(
                        Streams.uniform(480, 11),
                        .9583300222444897,
                        2.09216711903694e-10,
                        4.7592291459855005,
                        8.45e-12,
                        210.64466713837743,
                        1.8e-46));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void agreesWithTheReference(double[] sample, double[] expected) {
        TestResult shapiro = ShapiroWilk.test(sample);
        assertThat(shapiro.statistic()).isCloseTo(expected[0], within(1e-6));
        assertThat(shapiro.pValue()).isCloseTo(expected[1], Percentage.withPercentage(0.01));

        TestResult anderson = AndersonDarling.test(sample);
        assertThat(anderson.statistic()).isCloseTo(expected[2], within(1e-11));
        assertThat(anderson.pValue())
                .isCloseTo(expected[3], Percentage.withPercentage(expected[3] > 1e-9 ? 1e-8 : 0.1));

        TestResult dAgostino = DAgostinoPearson.test(sample);
        assertThat(dAgostino.statistic()).isCloseTo(expected[4], within(1e-10));
        assertThat(dAgostino.pValue()).isCloseTo(expected[5], Percentage.withPercentage(expected[5] > 1e-9 ? 1e-8 : 3));
    }

    @Test
    void saysSoWhereAnyTestRejects() {
        assertThat(Normality.of(X2).rejected(.05)).isFalse();
        assertThat(Normality.of(X1).rejected(.05)).isTrue();
        assertThat(Normality.of(Streams.uniform(480, 11)).rejected(.05)).isTrue();
    }

    @Test
    void doesNotDependOnOrderScaleOrPlace() {
        double[] moved = new double[X1.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = 1e6 + 1000 * X1[X1.length - 1 - i];
        }

        assertThat(ShapiroWilk.test(moved).pValue())
                .isCloseTo(ShapiroWilk.test(X1).pValue(), within(1e-9));
        assertThat(AndersonDarling.test(moved).statistic())
                .isCloseTo(AndersonDarling.test(X1).statistic(), within(1e-8));
        assertThat(DAgostinoPearson.test(moved).statistic())
                .isCloseTo(DAgostinoPearson.test(X1).statistic(), within(1e-8));
    }

    @Test
    void handlesTheSmallestSamples() {
        // W of three values has a closed form: (range/√2)² over the sum of squares
        assertThat(ShapiroWilk.test(1, 2, 4).statistic()).isCloseTo(4.5 / (14.0 / 3), within(1e-12));
        assertThat(ShapiroWilk.test(1, 2, 3).pValue()).isCloseTo(1, within(1e-6));
        assertThat(ShapiroWilk.test(1, 1, 2).pValue()).isCloseTo(0, within(1e-6));
        assertThat(ShapiroWilk.test(1, 2, 4, 9).pValue()).isBetween(.05, .5);
        assertThat(ShapiroWilk.test(1, 2, 4, 9, 3).pValue()).isBetween(.05, .5);
    }

    @Test
    void refusesWhatCannotBeTested() {
        assertThatThrownBy(() -> ShapiroWilk.test(1, 2)).hasMessage("sample: 2 values (expected: at least 3)");
        assertThatThrownBy(() -> ShapiroWilk.test(2, 2, 2))
                .hasMessage("sample: 2.0 throughout (expected: values that differ)");
        assertThatThrownBy(() -> AndersonDarling.test(1, 2, 3)).hasMessage("sample: 3 values (expected: at least 8)");
        assertThatThrownBy(() -> DAgostinoPearson.test(1, 2, 3, 4, Double.NaN, 6, 7, 8))
                .hasMessage("sample[4]: NaN (expected: a finite number)");
    }

    private static Arguments of(double[] sample, double... expected) {
        return Arguments.of(sample, expected);
    }
}
