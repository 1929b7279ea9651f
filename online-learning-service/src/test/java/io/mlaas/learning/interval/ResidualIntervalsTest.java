package io.mlaas.learning.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResidualIntervalsTest {
    private static final int OUTPUTS = 2;
    private static final List<String> NAMES = List.of("normal", "skewed");

    /** A normal and an exponential error, row after row, around predictions of 0. */
    private static double[] errors(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ToDoubleFunction<Integer> error = output -> output == 0 ? random.nextGaussian() : random.nextExponential() - 1;
        return IntStream.range(0, rows * OUTPUTS)
                .mapToDouble(i -> error.applyAsDouble(i % OUTPUTS))
                .toArray();
    }

    private static ResidualIntervals fitted(int rows) {
        return ResidualIntervals.of(0.9, OUTPUTS, errors(rows, 7), new double[rows * OUTPUTS]);
    }

    @Test
    void holdsNineOfTenAndTakesSkewedErrorsForWhatTheyAre() {
        ResidualIntervals intervals = fitted(400);

        Intervals told = Intervals.around(intervals, NAMES, 10, 20);

        assertThat(told.outputs().getFirst().method()).isEqualTo("gaussian");
        assertThat(told.outputs().getFirst().pValues()).hasSize(3).allSatisfy((test, p) -> assertThat(p)
                .isGreaterThan(0.05));
        assertThat(told.outputs().getLast().method()).isEqualTo("conformal");
        assertThat(told.outputs().getLast().pValues().values()).anyMatch(p -> p < 0.05);
        // 1.645 standard deviations to both sides
        assertThat(told.outputs().getFirst().lower().getFirst()).isCloseTo(10 - 1.645, within(0.15));
        assertThat(told.outputs().getFirst().upper().getFirst()).isCloseTo(10 + 1.645, within(0.15));
        double[] unseen = errors(20_000, 8);
        for (int output = 0; output < OUTPUTS; output++) {
            double half = intervals.upper(0, 0)[output];
            int place = output;
            long held = IntStream.range(0, 20_000)
                    .filter(row -> Math.abs(unseen[row * OUTPUTS + place]) <= half)
                    .count();
            assertThat(held / 20_000.0).as(NAMES.get(output)).isCloseTo(0.9, within(0.03));
        }
    }

    @Test
    void saysWhyThereAreNone() {
        assertThat(Intervals.around(fitted(19), NAMES, 1, 1).reason())
                .isEqualTo("19 rows were held back (expected: 20 or more)");
        assertThat(fitted(20).isKnown()).isTrue();
        // 99 of 100: the 99th of 99 is the first rank there is
        assertThat(ResidualIntervals.fewest(0.99)).isEqualTo(99);
        double[] errors = errors(30, 7);
        errors[9] = Double.NaN;
        assertThat(Intervals.around(ResidualIntervals.of(0.9, 2, errors, new double[60]), NAMES, 1, 1)
                        .reason())
                .contains("not all residuals are numbers");
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
        for (int rows : new int[] {0, 100}) {
            ResidualIntervals intervals = fitted(rows);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            intervals.write(new DataOutputStream(bytes));

            assertThat(ResidualIntervals.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
                    .isEqualTo(intervals);
        }
    }
}
