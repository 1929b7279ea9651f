package io.mlaas.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class GrowthTest {

    @Test
    void isTheMedianSlopePerHourWhichOneLeapDoesNotMove() {
        List<double[]> leak = List.of(
                new double[] {0, 100},
                new double[] {1, 101},
                new double[] {2, 102},
                new double[] {3, 400},
                new double[] {4, 104},
                new double[] {5, 105});

        assertThat(Growth.perHour(leak)).isCloseTo(60, within(1e-9));
    }

    @Test
    void isZeroWhereNothingCanBeSaid() {
        assertThat(Growth.perHour(List.of())).isZero();
        assertThat(Growth.perHour(List.of(new double[] {0, 5}))).isZero();
    }
}
