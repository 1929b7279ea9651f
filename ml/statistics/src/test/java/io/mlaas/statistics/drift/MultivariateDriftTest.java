package io.mlaas.statistics.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.statistics.Streams;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MultivariateDriftTest {
    /** By hand and with numpy from the formulas of Gretton et al. (2012). */
    @Test
    void maximumMeanDiscrepancyIsTheKnownOne() {
        double[][] x = {{0, 0}, {1, 0}, {0, 1}, {1, 1}};
        double[][] y = {{2, 2}, {3, 2}, {2, 3}};
        MaximumMeanDiscrepancy result = MaximumMeanDiscrepancy.test(x, y, 1_000, 7);
        assertThat(result.sigmaSquared()).isEqualTo(0.5);
        assertThat(result.squared()).isCloseTo(0.5534979804471648, within(1e-15));
        assertThat(result.pValue()).isBetween(1 / 1001.0, 0.06); // 1 of 35 partitions is as extreme
    }

    @Test
    void maximumMeanDiscrepancySeesALostRelation() {
        double[][] reference = rows(31, true);
        MaximumMeanDiscrepancy lost = MaximumMeanDiscrepancy.test(reference, rows(51, false), 100, 1);
        assertThat(lost.pValue()).isEqualTo(1 / 101.0);
        assertThat(MaximumMeanDiscrepancy.test(reference, rows(71, true), 100, 1)
                        .pValue())
                .isGreaterThan(0.05);
    }

    /** The numbers are those of scikit-learn's StandardScaler and PCA(0.65), and of numpy, on the same rows. */
    @Test
    void reconstructionErrorIsThatOfNannyMl() {
        PcaReconstruction pca = PcaReconstruction.fit(chunks(rows(31, true)));
        assertThat(pca.components()).isEqualTo(2);
        PcaReconstruction.Result same = pca.test(Arrays.copyOf(rows(51, true), 100));
        assertThat(same.lower()).isCloseTo(0.17164181734873718, within(1e-12));
        assertThat(same.upper()).isCloseTo(0.30474215655706804, within(1e-12));
        assertThat(same.error()).isCloseTo(0.22197148154544183, within(1e-12));
        assertThat(same.drifted()).isFalse();
        PcaReconstruction.Result lost = pca.test(Arrays.copyOf(rows(51, false), 100));
        assertThat(lost.error()).isCloseTo(0.8752207210681582, within(1e-12));
        assertThat(lost.drifted()).isTrue();
    }

    @Test
    void refusesRowsThatCannotBeCompared() {
        double[][] one = {{1, 2}, {3, Double.NaN}};
        assertThatThrownBy(() -> MaximumMeanDiscrepancy.test(one, new double[][] {{1, 2}, {1, 2}}, 10, 1))
                .hasMessage("reference[1][1]: NaN (expected: a finite number)");
        assertThatThrownBy(() -> PcaReconstruction.fit(new double[][][] {{{1}}}))
                .hasMessage("reference: 1 chunks (expected: at least 2)");
        PcaReconstruction pca = PcaReconstruction.fit(chunks(rows(31, true)));
        assertThatThrownBy(() -> pca.test(new double[][] {{1}})).hasMessage("chunk[0]: 1 values (expected: 4)");
    }

    /** Four columns, the first two of which go together or not. */
    private static double[][] rows(long seed, boolean together) {
        double[] a = Streams.gauss(400, seed);
        double[] b = Streams.gauss(400, seed + 1);
        double[] c = Streams.gauss(400, seed + 2);
        double[] d = Streams.gauss(400, seed + 3);
        double[][] rows = new double[400][];
        Arrays.setAll(
                rows, i -> new double[] {a[i], together ? a[i] + 0.1 * b[i] : b[i], c[i], 0.5 * c[i] + 0.2 * d[i]});
        return rows;
    }

    private static double[][][] chunks(double[][] rows) {
        double[][][] chunks = new double[4][][];
        Arrays.setAll(chunks, i -> Arrays.copyOfRange(rows, 100 * i, 100 * i + 100));
        return chunks;
    }
}
