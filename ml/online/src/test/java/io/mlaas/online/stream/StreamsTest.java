package io.mlaas.online.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.online.Algorithms;
import io.mlaas.online.Batch;
import io.mlaas.online.evaluation.Prequential;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** The short form of bench/online: the first 10,000 rows of the streams. */
class StreamsTest {
    private static RowStream stream(String name, long seed) {
        return switch (name) {
            case "sea" -> new Sea(1, 0.1, seed);
            case "agrawal" -> new Agrawal(1, 0.05, seed);
            case "rbf" -> new RandomRbf(2, 10, 50, 0.0001, seed);
            case "hyperplane" -> new Hyperplane(10, 10, 0.001, 0.1, 0.05, seed);
            default -> new Led(0.1, 0, seed);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"sea", "agrawal", "rbf", "hyperplane", "led"})
    void comesFromItsSeed(String name) {
        Batch first = stream(name, 5).next(100);
        assertThat(stream(name, 5).next(100).inputs()).containsExactly(first.inputs());
        assertThat(stream(name, 6).next(100).inputs()).isNotEqualTo(first.inputs());
        stream(name, 5).schema().check(first);
    }

    @ParameterizedTest
    @CsvSource({
        "sea, adaptive_random_forest, 0.88",
        "agrawal, hoeffding_tree, 0.86",
        "rbf, adaptive_random_forest, 0.86",
        "hyperplane, hoeffding_tree, 0.84",
        "led, hoeffding_tree, 0.71"
    })
    void isLearned(String name, String algorithm, double accuracy) {
        RowStream stream = stream(name, 1);
        var learner = Algorithms.named(algorithm, "$").create(stream.schema(), JsonNodeFactory.instance.objectNode());
        Prequential prequential = new Prequential(learner, 1000);
        prequential.take(stream.next(10_000));
        assertThat(prequential.measures().accuracy()).isGreaterThan(accuracy);
    }

    /** A learner that knows the digits is right in 74 % of the rows (Breiman et al. 1984). */
    @Test
    void ledHasTheDigitsOfSevenSegments() {
        Batch digits = new Led(0, 0, 1).next(1000);
        long different = java.util.stream.IntStream.range(0, 1000)
                .mapToObj(row -> {
                    StringBuilder segments = new StringBuilder();
                    for (int i = 0; i < 7; i++) {
                        segments.append((int) digits.inputs()[row * 24 + i]);
                    }
                    return segments + " " + (int) digits.targets()[row];
                })
                .distinct()
                .count();
        assertThat(different).isEqualTo(10);
    }

    /** Rows without perturbation whose group the ten functions say by hand. */
    @Test
    void agrawalHasTheGroupsOfItsFunctions() {
        double[] young = {60_000, 20_000, 30, 1, 0, 0, 500_000, 25, 150_000};
        double[] old = {30_000, 30_000, 65, 4, 0, 0, 500_000, 10, 450_000};
        boolean[] ofYoung = {true, true, true, true, true, true, true, true, true, true};
        boolean[] ofOld = {true, true, true, false, true, true, false, false, false, true};
        for (int function = 1; function <= 10; function++) {
            assertThat(AgrawalFunctions.groupA(function, young))
                    .as("young, function %d", function)
                    .isEqualTo(ofYoung[function - 1]);
            assertThat(AgrawalFunctions.groupA(function, old))
                    .as("old, function %d", function)
                    .isEqualTo(ofOld[function - 1]);
        }
    }

    @Test
    void conceptsFollowOneAnother() {
        LongFunction<RowStream> always = seed -> new Sea(1, 0, seed);
        RowStream concepts =
                new Concepts(List.of(always.apply(1), new Led(0, 0, 1)).subList(0, 1), 10);
        assertThat(concepts.next(20).inputs())
                .containsExactly(always.apply(1).next(20).inputs());
        assertThatThrownBy(() -> new Concepts(List.of(always.apply(1), new Led(0, 0, 1)), 10))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
