package io.mlaas.federated.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.neural.data.InvalidDataException;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.SplitMix64;
import io.mlaas.neural.network.TensorShape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionTest {
    private static final int[] LABELS = IntStream.range(0, 1000).map(i -> i % 4).toArray();
    private static final Samples SAMPLES = new Samples(
            TensorShape.of(1),
            new float[1000][1],
            new Samples.Targets.Classes(LABELS, List.of("dos", "normal", "scan", "worm")));

    @Test
    void everyRowComesToOneClient() {
        for (Partition partition :
                List.of(new Partition.Iid(null), new Partition.Dirichlet(0.1), new Partition.Dirichlet(1e-4))) {
            List<int[]> rows = partition.split(SAMPLES, 7, 3);
            assertThat(rows)
                    .hasSize(7)
                    .allSatisfy(r -> assertThat(r).isNotEmpty().isSorted());
            assertThat(rows.stream().flatMapToInt(Arrays::stream).sorted().toArray())
                    .isEqualTo(IntStream.range(0, 1000).toArray());
            List<int[]> again = partition.split(SAMPLES, 7, 3);
            List<int[]> other = partition.split(SAMPLES, 7, 4);
            assertThat(again.get(2)).isEqualTo(rows.get(2));
            assertThat(other.get(2)).isNotEqualTo(rows.get(2));
        }
        assertThat(new Partition.Iid(null).split(SAMPLES, 7, 3))
                .extracting(r -> r.length)
                .containsOnly(142, 143);
        assertThat(new Partition.Iid(50).split(SAMPLES, 7, 3))
                .extracting(r -> r.length)
                .containsOnly(50);
    }

    /** Var of a share is (K − 1) / (K² (Kα + 1)) for K clients. */
    @Test
    void sharesHaveTheVarianceOfTheDirichletDistribution() {
        SplitMix64 random = new SplitMix64(5);
        for (double alpha : new double[] {0.1, 1, 20}) {
            double squares = 0;
            for (int i = 0; i < 4000; i++) {
                double[] shares = DirichletShares.draw(alpha, 5, random);
                assertThat(Arrays.stream(shares).sum()).isEqualTo(1, within(1e-12));
                squares += Math.pow(shares[i % 5] - 0.2, 2);
            }
            double expected = 4 / (25 * (5 * alpha + 1));
            assertThat(squares / 4000).isEqualTo(expected, within(0.15 * expected));
        }
    }

    @Test
    void atFullImbalanceTheTargetLabelIsWithTheEvenClients() {
        List<int[]> rows = new Partition.LabelSkew(1, "dos", 40).split(SAMPLES, 4, 1);
        assertThat(rows).extracting(r -> r.length).containsOnly(40);
        assertThat(share(rows.get(0), 0)).isEqualTo(1);
        assertThat(share(rows.get(1), 0)).isEqualTo(0);
        assertThat(share(rows.get(2), 0)).isEqualTo(1);
        List<int[]> half = new Partition.LabelSkew(0.5, "dos", 100).split(SAMPLES, 2, 1);
        assertThat(share(half.get(0), 0)).isEqualTo(0.5 + 0.5 * 0.25, within(0.1));
        assertThat(share(half.get(1), 0)).isEqualTo(0.5 * 0.25, within(0.1));
        List<int[]> none = new Partition.LabelSkew(0, "dos", 200).split(SAMPLES, 4, 1);
        assertThat(none).allSatisfy(r -> assertThat(share(r, 0)).isEqualTo(0.25, within(0.1)));
    }

    @Test
    void aColumnsNameSkewsAllClasses() {
        List<int[]> rows = new Partition.LabelSkew(1, "attack_cat", 42).split(SAMPLES, 20, 1);
        for (int k = 0; k < 20; k++) {
            assertThat(share(rows.get(k), k % 4)).isEqualTo(1);
        }
    }

    @Test
    void refusesMoreClientsThanRows() {
        assertThatThrownBy(() -> new Partition.Iid(100).split(SAMPLES, 11, 1))
                .isInstanceOf(InvalidDataException.class)
                .hasMessage("samples: 1000 (expected: >= 1100, 100 for each of 11 clients)");
        assertThatThrownBy(() -> new Partition.LabelSkew(1.5, null, null))
                .hasMessage("imbalance: 1.5 (expected: 0 to 1)");
        Samples numbers =
                new Samples(TensorShape.of(1), new float[10][1], new Samples.Targets.Values(new float[10][1]));
        assertThatThrownBy(() -> new Partition.Dirichlet(1).split(numbers, 2, 1))
                .hasMessage("targets: numbers (expected: classes, which a partition by label needs)");
    }

    private static double share(int[] rows, int label) {
        return (double) Arrays.stream(rows).filter(row -> LABELS[row] == label).count() / rows.length;
    }
}
