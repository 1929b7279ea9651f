package io.mlaas.statistics.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.statistics.Streams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DataDriftTest {
    private static NumericalColumn gauss(int count, long seed, double shift) {
        return NumericalColumn.of(
                Arrays.stream(Streams.gauss(count, seed)).map(x -> x + shift).toArray());
    }

    private static ColumnPair pair(String name, int count, double shift) {
        return ColumnPair.feature(name, gauss(count, name.hashCode(), 0), gauss(count, name.hashCode() + 1L, shift));
    }

    private static ColumnDrift.Tested tested(ColumnDrift column) {
        assertThat(column).isInstanceOf(ColumnDrift.Tested.class);
        return (ColumnDrift.Tested) column;
    }

    @Test
    void theDatasetDriftsWithHalfOfItsColumns() {
        DataDrift drift = new DataDrift(DriftSettings.DEFAULT);
        ColumnPair prediction = new ColumnPair("p", ColumnRole.PREDICTION, gauss(300, 5, 0), gauss(300, 6, 2));
        DatasetDrift half =
                drift.dataset(List.of(pair("a", 300, 0), prediction, pair("c", 300, 0), pair("d", 300, -1)));
        assertThat(half.columns()).extracting(ColumnDrift::drifted).containsExactly(false, true, false, true);
        assertThat(half.share()).isEqualTo(0.5);
        assertThat(half.drift()).isTrue();
        assertThat(half.columns(ColumnRole.PREDICTION))
                .extracting(ColumnDrift::name)
                .containsExactly("p");
        ColumnDrift.Tested last = tested(half.columns().getLast());
        assertThat(last.method()).isEqualTo(DriftMethod.KOLMOGOROV_SMIRNOV);
        assertThat(last.pValue()).isLessThan(1e-6);
        assertThat(last.threshold()).isEqualTo(0.05);
        assertThat(last.shift().direction()).isEqualTo(Shift.Direction.DOWN);
        assertThat(last.shift().current() - last.shift().reference()).isCloseTo(-1, within(0.3));

        DatasetDrift third = drift.dataset(List.of(pair("a", 300, 0), prediction, pair("c", 300, 0)));
        assertThat(third.share()).isCloseTo(1 / 3.0, within(1e-15));
        assertThat(third.drift()).isFalse();
    }

    @Test
    void aColumnThatCannotBeComparedSpoilsNothing() {
        DatasetDrift drift = new DataDrift(DriftSettings.DEFAULT)
                .dataset(List.of(
                        ColumnPair.feature("dead", gauss(10, 1, 0), NumericalColumn.of(Double.NaN)),
                        ColumnPair.feature("changed", gauss(10, 1, 0), CategoricalColumn.of(List.of("x"))),
                        pair("moved", 300, 1)));
        assertThat(drift.columns().get(0))
                .isEqualTo(new ColumnDrift.NotTested(
                        "dead",
                        ColumnRole.FEATURE,
                        "current: 0 values, 1 missing, NaN or infinite (expected: at least 1)"));
        assertThat(drift.columns().get(1)).isInstanceOf(ColumnDrift.NotTested.class);
        assertThat(drift.tested()).isEqualTo(1);
        assertThat(drift.share()).isEqualTo(1);
    }

    @Test
    void manyRowsMakeNoDriftOfASmallDifference() {
        DriftSettings ks = DriftSettings.DEFAULT.with(DriftMethod.KOLMOGOROV_SMIRNOV, null);
        ColumnPair slight = pair("x", 200_000, 0.03);
        ColumnDrift.Tested kept = tested(new DataDrift(ks).column(slight));
        assertThat(kept.significant()).isTrue();
        assertThat(kept.score()).isLessThan(1e-6);
        assertThat(kept.effect()).isBetween(0.005, 0.02);
        assertThat(kept.drifted()).isFalse();
        assertThat(new DataDrift(ks.with(EffectRule.NONE)).column(slight).drifted())
                .isTrue();
        assertThat(new DataDrift(ks).column(pair("y", 200_000, 0.2)).drifted()).isTrue();
        // 1,000 rows are judged by significance, as Evidently does by default
        assertThat(new DataDrift(ks.with(new EffectRule(1_000, 0.9)))
                        .column(pair("z", 1_000, 0.3))
                        .drifted())
                .isTrue();
    }

    /** Adjusted p-values of statsmodels' multipletests(method="fdr_bh"). */
    @Test
    void correctsForManyColumns() {
        assertThat(BenjaminiHochberg.adjust(.01, .04, .03, .005, .5))
                .containsExactly(new double[] {.025, .05, .05, .025, .5}, within(1e-15));
        List<ColumnPair> still = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            still.add(ColumnPair.feature("c" + i, gauss(200, 2L * i + 1000, 0), gauss(200, 2L * i + 1001, 0)));
        }
        still.add(pair("moved", 200, 1));
        DatasetDrift uncorrected = new DataDrift(DriftSettings.DEFAULT).dataset(still);
        assertThat(uncorrected.drifted()).isBetween(4, 20);
        DatasetDrift corrected =
                new DataDrift(DriftSettings.DEFAULT.with(DriftSettings.Correction.BENJAMINI_HOCHBERG)).dataset(still);
        assertThat(corrected.columns().stream().filter(ColumnDrift::drifted))
                .extracting(ColumnDrift::name)
                .containsExactly("moved");
        ColumnDrift.Tested first = tested(corrected.columns().getFirst());
        assertThat(first.adjusted()).isGreaterThanOrEqualTo(first.score());
    }

    @Test
    void loadsNotMoreColumnsThanItMay() {
        AtomicInteger loaded = new AtomicInteger();
        DriftSettings one = DriftSettings.DEFAULT.withParallelism(1);
        DatasetDrift drift = new DataDrift(one).dataset(20, i -> {
            assertThat(loaded.getAndIncrement()).isEqualTo(i);
            return pair("c" + i, 50, i % 2);
        });
        DatasetDrift parallel = new DataDrift(one.withParallelism(4)).dataset(20, i -> pair("c" + i, 50, i % 2));
        assertThat(parallel).isEqualTo(drift);
        assertThatThrownBy(() -> new DataDrift(one.withParallelism(4)).dataset(20, i -> {
                    throw new IllegalStateException("column " + i);
                }))
                .hasMessageStartingWith("column ");
    }

    @Test
    void namesTheCategoryThatMovedMost() {
        CategoricalColumn before = CategoricalColumn.of(Arrays.asList("on", "on", "off", "on", null));
        CategoricalColumn after = CategoricalColumn.of(List.of("fault", "fault", "on", "fault"));
        ColumnDrift.Tested column =
                tested(new DataDrift(DriftSettings.DEFAULT).column(ColumnPair.feature("state", before, after)));
        assertThat(column.shift()).isEqualTo(new Shift("fault", 0, 0.75));
        assertThat(column.effect()).isEqualTo(0.75);
        assertThat(column.drifted()).isTrue();
    }

    @Test
    void refusesSettingsThatCannotBe() {
        assertThatThrownBy(() -> DriftSettings.DEFAULT.with(DriftMethod.PSI, DriftMethod.WASSERSTEIN))
                .hasMessage("categorical: wasserstein (expected: a method of CATEGORICAL columns)");
        assertThatThrownBy(() -> DriftSettings.DEFAULT.withParallelism(0))
                .hasMessage("parallelism: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new EffectRule(0, 1.5)).hasMessage("least: 1.5 (expected: from 0 to 1)");
    }

    @Test
    void sortsNumbersOfEverySize() {
        double[] numbers = Streams.gauss(40_000, 9);
        numbers[7] = Double.MIN_VALUE;
        numbers[8] = -Double.MAX_VALUE;
        numbers[9] = 0;
        numbers[10] = 1e300;
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        DoubleSort.sort(numbers);
        assertThat(numbers).isEqualTo(sorted);
    }
}
