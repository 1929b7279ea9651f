package io.mlaas.statistics.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.statistics.Streams;
import io.mlaas.statistics.TestResult;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers are those of Evidently 0.7.21 with SciPy 1.17.1 and numpy 2.4.6 on the same data. */
class DriftMethodTest {
    private static final long[] A = {16, 18, 16, 14, 12, 12};
    private static final long[] B = {16, 16, 16, 16, 16, 8};

    private static double[] gauss(int count, long seed, double scale, double shift) {
        return Arrays.stream(Streams.gauss(count, seed))
                .map(x -> x * scale + shift)
                .toArray();
    }

    private static Comparison normal() {
        return new Comparison(NumericalColumn.of(gauss(500, 1, 1, 0)), NumericalColumn.of(gauss(400, 2, 1.2, 0.3)));
    }

    private static double[] rounded(double[] values) {
        return Arrays.stream(values).map(x -> Math.rint(x * 3)).toArray();
    }

    private static Comparison numbers(String sample) {
        return switch (sample) {
            case "normal" -> normal();
            case "close" ->
                new Comparison(NumericalColumn.of(gauss(500, 1, 1, 0)), NumericalColumn.of(gauss(400, 5, 1, 0.05)));
            case "ties" ->
                new Comparison(
                        NumericalColumn.of(rounded(gauss(500, 1, 1, 0))),
                        NumericalColumn.of(rounded(gauss(400, 2, 1.2, 0.3))));
            case "few" ->
                new Comparison(NumericalColumn.of(gauss(9, 6, 1, 0)), NumericalColumn.of(gauss(7, 7, 1, 0.5)));
            case "large" ->
                new Comparison(NumericalColumn.of(gauss(3000, 3, 1, 0)), NumericalColumn.of(gauss(2500, 4, 1.2, 0.3)));
            case "larger" ->
                new Comparison(
                        NumericalColumn.of(gauss(3000, 3, 1, 0)), NumericalColumn.of(gauss(12000, 4, 1.02, 0.01)));
            default -> throw new IllegalArgumentException(sample);
        };
    }

    private static CategoricalColumn categories(long... counts) {
        Map<String, Long> named = new TreeMap<>();
        for (int i = 0; i < counts.length; i++) {
            named.put(String.valueOf((char) ('a' + i)), counts[i]);
        }
        return CategoricalColumn.of(named, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "normal, ks, 0.010915406953628514",
        "normal, wasserstein, 0.21382618690148364",
        "normal, jensenshannon, 0.12577916062109876",
        "normal, psi, 0.1621851683666632",
        "normal, hellinger, 0.1351957926647094",
        "normal, kl_div, 0.05341215427299575",
        "normal, ed, 0.16514892608739853",
        "normal, anderson, 0.0030174489509861902",
        "normal, cramer_von_mises, 0.016627293564776102",
        "normal, mannw, 0.010689867728564955",
        "normal, mannw_two_sided, 0.02137973545712991",
        "close, ks, 0.4064232097781232",
        "close, psi, 0.08142723814370995",
        "close, anderson, 0.25",
        "close, cramer_von_mises, 0.5481170629571728",
        "close, mannw, 0.22151989883078144",
        "ties, ks, 0.023993552151185885",
        "ties, wasserstein, 0.21307577374839484",
        "ties, jensenshannon, 0.1369223307681968",
        "ties, psi, 0.17744377892949542",
        "ties, hellinger, 0.11201860464826525",
        "ties, kl_div, 0.06316560208073035",
        "ties, ed, 0.28886675128854833",
        "ties, anderson, 0.0015091489035352547",
        "ties, cramer_von_mises, 0.010745841304903303",
        "ties, mannw, 0.00951979627088449",
        "few, ks, 0.21765734265734266",
        "few, jensenshannon, 0.8325546111576977",
        "few, psi, 14.266149112189613",
        "few, hellinger, 0.5638024548067175",
        "few, kl_div, 7.0033283436600104",
        "few, anderson, 0.1160382074712464",
        "few, cramer_von_mises, 0.13863636363636364", // SciPy's own; Evidently's overflows here
        "few, mannw, 0.05708041958041958",
        "few, mannw_two_sided, 0.11416083916083916",
        "large, wasserstein, 0.28367414311803135",
        "large, jensenshannon, 0.11688968415131033",
        "large, psi, 0.11329072986563203",
        "large, hellinger, 0.11791290941580844",
        "large, ed, 0.2174194363996427",
        "large, anderson, 0.001",
        "large, cramer_von_mises, 1.787826553467653e-10",
        "large, ks, 1.9579725958147214e-15",
        "larger, ks, 0.6882898490570497"
    })
    void hasTheScoreOfEvidentlyForNumbers(String sample, String method, double score) {
        assertThat(DriftMethod.of(method).score(numbers(sample)).score())
                .isCloseTo(score, within(Math.min(1e-11, score * 1e-4)));
    }

    @ParameterizedTest
    @CsvSource({
        "chisquare, 0.6730876006966301, 0.6233876277495822",
        "jensenshannon, 0.06804819617703854, 0.06804819617703854",
        "psi, 0.037218381577290835, 0.037218381577290835",
        "hellinger, 0.06812774370983345, 0.06812774370983345",
        "kl_div, 0.018909676965320282, 0.018308704611970556",
        "g_test, 0.6657519578484129, 0.6495419288047498"
    })
    void hasTheScoreOfEvidentlyForCategories(String method, double aThenB, double bThenA) {
        DriftMethod of = DriftMethod.of(method);
        assertThat(of.score(new Comparison(categories(A), categories(B))).score())
                .isCloseTo(aThenB, within(1e-13));
        assertThat(of.score(new Comparison(categories(B), categories(A))).score())
                .isCloseTo(bThenA, within(1e-13));
    }

    @Test
    void testsOfCountsHaveTheKnownStatistics() {
        TestResult chiSquare = CountTests.chiSquare(new Frequencies(A, B));
        assertThat(chiSquare.statistic()).isCloseTo(3.1746031746, within(1e-10));
        TestResult z = CountTests.proportions(new Frequencies(new long[] {70, 30}, new long[] {75, 45}));
        assertThat(z.statistic()).isCloseTo(-1.1685534824642432, within(1e-14));
        assertThat(z.pValue()).isCloseTo(0.2425835793483211, within(1e-14));
        Frequencies coins = new Frequencies(new long[] {30, 70}, new long[] {55, 45});
        assertThat(CountTests.fisher(coins).pValue()).isCloseTo(0.0005601916953595483, within(1e-15));
        assertThat(CountTests.proportions(coins).pValue()).isCloseTo(0.0003489013882651548, within(1e-15));
    }

    @Test
    void kolmogorovAndSmirnovsTestTakesSingleValues() {
        TestResult one = KolmogorovSmirnov.test(NumericalColumn.of(0.3), NumericalColumn.of(Streams.gauss(30, 7)));
        assertThat(one.statistic()).isEqualTo(0.6);
        assertThat(one.pValue()).isCloseTo(0.8387096774193549, within(1e-15));
        assertThat(KolmogorovSmirnov.test(normal().reference(), normal().current())
                        .statistic())
                .isCloseTo(0.1075, within(1e-15));
    }

    /** The example of Scholz and Stephens (1987), laboratories 1 and 2; Evidently's own test has it, too. */
    @Test
    void andersonAndDarlingsTestHasThePublishedExample() {
        TestResult smoothness = AndersonDarlingTwoSample.test(
                NumericalColumn.of(38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0),
                NumericalColumn.of(39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8));
        assertThat(smoothness.pValue()).isCloseTo(0.0635, within(5e-5));
    }

    @Test
    void cramerAndVonMisesTestIsExactForTwentyValues() {
        TestResult twenty =
                CramerVonMises.test(NumericalColumn.of(gauss(20, 6, 1, 0)), NumericalColumn.of(gauss(17, 7, 1, 0.5)));
        assertThat(twenty.statistic()).isCloseTo(1.0203497615262318, within(1e-13));
        assertThat(twenty.pValue()).isCloseTo(0.0018084610627049085, within(1e-15));
    }

    @Test
    void permutationsRejectWhatDiffersAndOnlyThat() {
        double same = DriftMethod.TOTAL_VARIATION
                .score(new Comparison(categories(A), categories(B)))
                .score();
        assertThat(same).isBetween(0.955, 0.985); // numpy, whole numbers, 20,000 permutations: 0.968
        DriftMethod.Score other =
                DriftMethod.TOTAL_VARIATION.score(new Comparison(categories(90, 10), categories(60, 40)));
        assertThat(other.statistic()).isCloseTo(0.3, within(1e-15));
        assertThat(other.score()).isEqualTo(1 / 1001.0);
        DriftMethod.Score moved = DriftMethod.MAXIMUM_MEAN_DISCREPANCY.score(numbers("large"));
        assertThat(moved.score()).isEqualTo(1 / 101.0);
        assertThat(DriftMethod.MAXIMUM_MEAN_DISCREPANCY.score(numbers("close")).score())
                .isGreaterThan(0.1);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 6, ks",
        "1000, 5, chisquare",
        "1000, 3, chisquare",
        "1000, 2, z",
        "1000, 1, z",
        "1001, 6, wasserstein",
        "1001, 5, jensenshannon",
        "1001, 1, jensenshannon"
    })
    void choosesAsEvidentlyDoesForNumbers(int size, int distinct, String method) {
        double[] values = new double[size];
        Arrays.setAll(values, i -> i % distinct);
        NumericalColumn column = NumericalColumn.of(values);
        assertThat(DriftMethod.byDefault(column, NumericalColumn.of(0)).id()).isEqualTo(method);
    }

    @ParameterizedTest
    @CsvSource({"1000, 3, chisquare", "1000, 2, z", "1001, 3, jensenshannon", "1001, 2, jensenshannon"})
    void choosesAsEvidentlyDoesForCategories(int size, int distinct, String method) {
        long[] counts = new long[distinct];
        Arrays.fill(counts, 1);
        counts[0] = size - distinct + 1;
        assertThat(DriftMethod.byDefault(categories(counts), categories(1)).id())
                .isEqualTo(method);
    }

    @Test
    void aNewCategoryIsDriftAndConstantColumnsAreNot() {
        Comparison grown = new Comparison(categories(50, 50, 0), categories(40, 40, 1));
        assertThat(DriftMethod.CHI_SQUARE.score(grown).score()).isZero();
        assertThat(DriftMethod.G.score(grown).score()).isZero();
        Comparison same = new Comparison(NumericalColumn.of(3, 3, 3), NumericalColumn.of(3, 3, Double.NaN));
        for (DriftMethod method : DriftMethod.values()) {
            if (method == DriftMethod.MAXIMUM_MEAN_DISCREPANCY) {
                assertThat(method.score(same).score()).isEqualTo(1);
            } else {
                double score = method.score(same).score();
                assertThat(method.drifted(score, method.defaultThreshold()))
                        .as("%s: %s", method, score)
                        .isFalse();
            }
        }
    }

    @Test
    void refusesWhatItCannotCompare() {
        NumericalColumn empty = NumericalColumn.of(Double.NaN, Double.POSITIVE_INFINITY);
        assertThatThrownBy(() -> new Comparison(NumericalColumn.of(1), empty))
                .hasMessage("current: 0 values, 2 missing, NaN or infinite (expected: at least 1)");
        assertThatThrownBy(() -> new Comparison(NumericalColumn.of(1), categories(1)))
                .hasMessage("current: CATEGORICAL (expected: NUMERICAL, as the reference)");
        assertThatThrownBy(() -> DriftMethod.of("k-s"))
                .hasMessageStartingWith("method: k-s (expected: one of ks, chisquare, z");
        assertThatThrownBy(() -> CountTests.fisher(new Frequencies(A, B)))
                .hasMessage("column: 6 categories (expected: at most 2 for Fisher's exact test)");
        Comparison wide = new Comparison(NumericalColumn.of(Streams.gauss(30, 1)), NumericalColumn.of(1e308, -1e308));
        assertThatThrownBy(() -> DriftMethod.PSI.score(wide))
                .hasMessageContaining("(expected: a range that is a finite number)");
    }
}
