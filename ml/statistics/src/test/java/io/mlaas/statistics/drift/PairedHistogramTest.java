package io.mlaas.statistics.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedHistogramTest {

    @Test
    void countsBothSidesInTheSameBins() {
        PairedHistogram found = of(NumericalColumn.of(0, 1, 2, 3, 4), NumericalColumn.of(2, 2, 4, 4, 4), 2);
        assertThat(found.edges()).hasSize(3);
        assertThat(found.reference()).containsExactly(0.6, 0.4);
        assertThat(found.current()).containsExactly(0.4, 0.6);
    }

    @Test
    void anOutlierLeavesRoomForTheRest() {
        double[] values = IntStream.range(0, 1000).asDoubleStream().toArray();
        double[] withOutlier = Arrays.copyOf(values, 1001);
        withOutlier[1000] = 1e12;
        PairedHistogram found = of(NumericalColumn.of(values), NumericalColumn.of(withOutlier), 10);
        assertThat(found.current()).allSatisfy(share -> assertThat(share).isBetween(0.09, 0.12));
        assertThat(found.current().stream().mapToDouble(Double::doubleValue).sum())
                .isEqualTo(1, within(1e-12));
    }

    @Test
    void aConstantHasItsBin() {
        PairedHistogram found = of(NumericalColumn.of(7, 7), NumericalColumn.of(7, 7, 7), 4);
        assertThat(found.reference()).containsExactly(0.0, 0.0, 1.0, 0.0);
        assertThat(found.current()).isEqualTo(found.reference());
    }

    @Test
    void rareCategoriesAreCountedTogether() {
        PairedHistogram found = of(
                CategoricalColumn.of(Map.of("a", 5L, "b", 3L, "c", 1L, "d", 1L), 0),
                CategoricalColumn.of(Map.of("b", 8L, "e", 2L), 0),
                3);
        assertThat(found.categories()).isEqualTo(List.of("b", "a", PairedHistogram.OTHERS));
        assertThat(found.reference().subList(0, 2)).containsExactly(0.3, 0.5);
        assertThat(found.reference().get(2)).isEqualTo(0.2, within(1e-12));
        assertThat(found.current().get(2)).isEqualTo(0.2, within(1e-12));
    }

    @Test
    void nothingCannotBeDrawn() {
        ColumnPair pair = new ColumnPair("x", ColumnRole.FEATURE, NumericalColumn.of(), NumericalColumn.of(1));
        assertThat(PairedHistogram.of(pair, 5)).isNull();
        assertThatThrownBy(() -> PairedHistogram.of(pair, 1)).hasMessage("most: 1 (expected: >= 2)");
    }

    private static PairedHistogram of(Column reference, Column current, int most) {
        PairedHistogram found = PairedHistogram.of(new ColumnPair("x", ColumnRole.FEATURE, reference, current), most);
        assertThat(found).isNotNull();
        return found;
    }
}
