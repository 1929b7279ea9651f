package io.mlaas.privacy.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.privacy.accounting.GaussianRdp;
import io.mlaas.privacy.accounting.Orders;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UpdateFilterTest {
    private final KeyedNoise noise = KeyedNoise.of(new byte[32], "client-01", 0);

    @Test
    void gaussianCutsTheWholeUpdateToItsNormAndAddsNoise() {
        GaussianFilter hardlyAnyNoise = new GaussianFilter(1, 1e-9);
        SortedMap<String, float[]> filtered =
                hardlyAnyNoise.apply(update("a", new float[] {3, 0}, "b", new float[] {4}), 1, noise);
        assertThat(filtered.get("a")[0]).isCloseTo(.6f, within(1e-6f));
        assertThat(filtered.get("b")[0]).isCloseTo(.8f, within(1e-6f));

        float[] zeros = new GaussianFilter(2, 1.5)
                .apply(update("a", new float[10_000], "b", new float[0]), 1, noise)
                .get("a");
        double squares = IntStream.range(0, zeros.length)
                .mapToDouble(i -> (double) zeros[i] * zeros[i])
                .sum();
        assertThat(Math.sqrt(squares / zeros.length)).isCloseTo(3, within(.1));
        assertThat(new GaussianFilter(2, 1.5).cost(Orders.OPACUS)).contains(GaussianRdp.gaussian(1.5, Orders.OPACUS));
        assertThatThrownBy(
                        () -> hardlyAnyNoise.apply(update("a", new float[] {Float.NaN}, "b", new float[] {}), 1, noise))
                .hasMessage("update: norm NaN (expected: a finite one)");
    }

    @Test
    void percentileSendsTheLargestChangesPerStepOnly() {
        float[] values = {.01f, -.02f, .03f, -.04f, .5f};
        SortedMap<String, float[]> update = update("a", values, "b", new float[0]);
        // Per step .001 to .05; the median is .003; .05 is cut to .01.
        float[] sent = new PercentileFilter(50, .01).apply(update, 10, noise).get("a");
        assertThat(sent).containsExactly(new float[] {0, 0, .03f, -.04f, .1f}, within(1e-7f));
        assertThat(values[0]).isEqualTo(.01f);
        assertThat(PercentileFilter.DEFAULT.cost(Orders.OPACUS)).isEmpty();
    }

    @Test
    void sparseVectorSendsItsShareWithNoiseAndClaimsNothing() {
        float[] values = new float[1000];
        values[7] = 1;
        SparseVectorFilter once = new SparseVectorFilter(.1, .1, .1, 1e-3, 1e-6, false);
        float[] sent =
                once.apply(update("a", values, "b", new float[0]), 1, noise).get("a");
        assertThat(IntStream.range(0, sent.length).filter(i -> sent[i] != 0)).hasSize(100);
        assertThat(IntStream.range(0, sent.length).filter(i -> Math.abs(sent[i]) > 1.001e-3))
                .isEmpty();

        float[] fewer = SparseVectorFilter.DEFAULT
                .apply(update("a", values, "b", new float[0]), 1, noise)
                .get("a");
        assertThat(IntStream.range(0, fewer.length).filter(i -> fewer[i] != 0).count())
                .isBetween(20L, 100L);
        assertThat(once.cost(Orders.OPACUS)).isEmpty();
    }

    @Test
    void sparseVectorNamesAThresholdThatNothingReaches() {
        SparseVectorFilter filter = new SparseVectorFilter(1, 1e3, .1, 1e-5, 1, false);
        assertThatThrownBy(() -> filter.apply(update("a", new float[2], "b", new float[1]), 1, noise))
                .hasMessageStartingWith("tau: 1.0 (expected: one that 3 of 3 values reach");
    }

    @Test
    void excludedParametersStayAtHome() {
        SortedMap<String, float[]> update = update("head.weight", new float[] {1}, "body.weight", new float[] {2});
        SortedMap<String, float[]> sent = new ExcludeFilter(List.of("head.*")).apply(update, 1, noise);
        assertThat(sent.get("head.weight")).containsExactly(0);
        assertThat(sent.get("body.weight")).containsExactly(2);
        assertThatThrownBy(() -> new ExcludeFilter(List.of("tail")).apply(update, 1, noise))
                .hasMessage("names[0]: tail (expected: one that fits at least one of [body.weight, head.weight])");
    }

    private static SortedMap<String, float[]> update(String first, float[] a, String second, float[] b) {
        return new TreeMap<>(Map.of(first, a, second, b));
    }
}
