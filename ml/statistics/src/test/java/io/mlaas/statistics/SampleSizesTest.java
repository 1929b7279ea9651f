package io.mlaas.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From three values to five thousand, over every branch of the approximations. The numbers are those of SciPy 1.17 (shapiro,
 * anderson, normaltest) on gauss(n, n), cubed where n is odd.
 */
class SampleSizesTest {
    static Stream<Arguments> sizes() {
        return Stream.of(
                Arguments.of(3, 0.9751465200403331, 0.6976495926605536, Double.NaN, Double.NaN, Double.NaN),
                Arguments.of(4, 0.8935107931784428, 0.399546376366831, Double.NaN, Double.NaN, Double.NaN),
                Arguments.of(5, 0.6347524444809677, 0.001745355388647876, Double.NaN, Double.NaN, Double.NaN),
                Arguments.of(6, 0.9738758933020191, 0.9173848867351342, Double.NaN, Double.NaN, Double.NaN),
                Arguments.of(7, 0.909481947404241, 0.3922984057917898, Double.NaN, Double.NaN, Double.NaN),
                Arguments.of(
                        11,
                        0.4855995982465984,
                        1.017455696817853e-06,
                        2.570560823888359,
                        28.77187405984789,
                        5.652843093785535e-07),
                Arguments.of(
                        12,
                        0.960542224140316,
                        0.7915429067753116,
                        0.22000652772942786,
                        1.0633679394909659,
                        0.5876146108185889),
                Arguments.of(
                        13,
                        0.7104161764114796,
                        0.0007067678909748183,
                        1.5875830996956939,
                        17.170732771958274,
                        0.00018681973575085086),
                Arguments.of(
                        50,
                        0.9940364592450378,
                        0.9966485271945863,
                        0.1436844898235492,
                        0.7221400292888036,
                        0.6969302014384128),
                Arguments.of(
                        200,
                        0.9943096765645448,
                        0.6468653174444168,
                        0.2678802614481981,
                        1.7308072771691703,
                        0.42088163426969083),
                Arguments.of(
                        2000,
                        0.9984362269566208,
                        0.05806360920998044,
                        0.3437576799146882,
                        3.424881092328343,
                        0.18042491950514142),
                Arguments.of(
                        5000,
                        0.999546419436071,
                        0.29424772595208337,
                        0.32160263362220576,
                        0.8967899081447603,
                        0.6386523958494971));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void agreesWithTheReference(int n, double w, double wp, double a2, double k2, double k2p) {
        double[] sample = Arrays.stream(Streams.gauss(n, n))
                .map(x -> n % 2 == 0 ? x : x * x * x)
                .toArray();

        TestResult shapiro = ShapiroWilk.test(sample);
        assertThat(shapiro.statistic()).isCloseTo(w, within(1e-6));
        assertThat(shapiro.pValue()).isCloseTo(wp, Percentage.withPercentage(0.05));
        if (n >= 8) {
            assertThat(AndersonDarling.test(sample).statistic()).isCloseTo(a2, within(1e-10));
            assertThat(DAgostinoPearson.test(sample).statistic()).isCloseTo(k2, within(1e-9));
            assertThat(DAgostinoPearson.test(sample).pValue()).isCloseTo(k2p, Percentage.withPercentage(1e-7));
        }
    }

    @Test
    void rejectsNormalSamplesAboutAsOftenAsTheLevelSays() {
        int samples = 1000;
        int shapiro = 0;
        int anderson = 0;
        int dAgostino = 0;
        int correlated = 0;
        double[] all = Streams.gauss(samples * 40, 5);
        for (int i = 0; i < samples; i++) {
            double[] sample = Arrays.copyOfRange(all, 40 * i, 40 * i + 40);
            Normality normality = Normality.of(sample);
            shapiro += normality.shapiroWilk().rejects(.05) ? 1 : 0;
            anderson += normality.andersonDarling().rejects(.05) ? 1 : 0;
            dAgostino += normality.dAgostinoPearson().rejects(.05) ? 1 : 0;
            correlated += LjungBox.test(sample, 5, 0).rejects(.05) ? 1 : 0;
        }
        assertThat(new int[] {shapiro, anderson, dAgostino, correlated}).satisfies(counts -> {
            for (int count : counts) {
                assertThat(count).isBetween(30, 80);
            }
        });
    }
}
