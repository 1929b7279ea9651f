package io.mlaas.federated.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Numbers of {@code aggregation.json}, made with Flower 1.41.0 and NumPy by src/test/fixtures. */
class AggregationTest {
    private static final JsonNode FLOWER = fixture();
    private static final int SIZE = 7;

    @ParameterizedTest
    @CsvSource({"fedavg", "unweighted", "median", "trimmed_mean_0.2", "krum", "multi_krum_5", "bulyan"})
    void agreesWithFlower(String strategy) {
        int byzantine = FLOWER.get("byzantine").intValue();
        Aggregation aggregation =
                switch (strategy) {
                    case "fedavg" -> new Aggregation.Mean(true);
                    case "unweighted" -> new Aggregation.Mean(false);
                    case "median" -> new Aggregation.Median();
                    case "trimmed_mean_0.2" -> new Aggregation.TrimmedMean(0.2);
                    case "krum" -> new Aggregation.Krum(byzantine, 1);
                    case "multi_krum_5" -> new Aggregation.Krum(byzantine, 5);
                    default -> new Aggregation.Bulyan(byzantine);
                };
        assertThat(aggregate(aggregation, flowerUpdates()))
                .containsExactly(numbers(FLOWER.get(strategy)), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"momentum", "adam", "yogi"})
    void stepsAsThePaperOfTheServersOptimisersSays(String kind) {
        ServerOptimizer optimizer =
                switch (kind) {
                    case "momentum" -> new ServerOptimizer.Momentum(0.1, 0.9);
                    case "adam" -> new ServerOptimizer.Adam(0.1, 0.9, 0.99, 1e-3);
                    default -> new ServerOptimizer.Yogi(0.1, 0.9, 0.99, 1e-3);
                };
        float[] model = new float[SIZE];
        ServerOptimizer.State state = optimizer.begin(SIZE);
        for (int round = 0; round < 3; round++) {
            optimizer.step(model, state, numbers(FLOWER.get("updates").get(round)), ParameterLayout.flat(SIZE));
        }
        double[] expected = numbers(FLOWER.get("optimisers").get(kind));
        for (int i = 0; i < SIZE; i++) {
            assertThat((double) model[i]).isEqualTo(expected[i], within(1e-6)); // the model itself is in floats
        }
    }

    /** y = w·x in steps of 2⁻ᵏ, so that every float is exact: the mean of the clients' steps is the step over all. */
    @Test
    void theMeanOfOneFullBatchStepOfEachClientIsTheStepOfAll() {
        double rate = 1.0 / 64;
        int[][] x = new int[90][SIZE];
        int[] y = new int[90];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < SIZE; j++) {
                x[i][j] = (i * 7 + j * 5) % 11 - 5;
            }
            y[i] = (i * 13) % 9 - 4;
        }
        int[] from = {0, 2, 10, 26, 90}; // clients of 2, 8, 16 and 64 samples
        List<ModelUpdate> updates = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            updates.add(update("client-" + k, from[k + 1] - from[k], step(x, y, from[k], from[k + 1], rate)));
        }
        double[] central = step(x, y, 0, 90, rate);
        assertThat(aggregate(new Aggregation.Mean(true), updates)).containsExactly(central, within(1e-12));
    }

    /** The change of w = 0 by a step on the mean of squared errors. */
    private static double[] step(int[][] x, int[] y, int from, int to, double rate) {
        double[] delta = new double[SIZE];
        for (int i = from; i < to; i++) {
            for (int j = 0; j < SIZE; j++) {
                delta[j] += rate * 2 * y[i] * x[i][j] / (to - from);
            }
        }
        return delta;
    }

    @Test
    void robustStrategiesStayNearTheHonestWhereTheMeanDoesNot() {
        List<ModelUpdate> updates = new ArrayList<>();
        for (int k = 0; k < 11; k++) {
            double[] delta = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                double honest = 1 + 0.1 * Math.sin(k + 3 * i);
                delta[i] = k == 2 ? -honest : k == 7 ? 1000 * honest : honest;
            }
            updates.add(update("client-%02d".formatted(k), 10, delta));
        }
        List<Aggregation> robust = List.of(
                new Aggregation.Median(),
                new Aggregation.TrimmedMean(0.2),
                new Aggregation.Krum(2, 1),
                new Aggregation.Krum(2, 0),
                new Aggregation.Bulyan(2));
        for (Aggregation aggregation : robust) {
            for (double value : aggregate(aggregation, updates)) {
                assertThat(value).as("%s", aggregation).isBetween(0.89, 1.11);
            }
        }
        for (double value : aggregate(new Aggregation.Mean(true), updates)) {
            assertThat(value).isGreaterThan(80);
        }
    }

    @Test
    void refusesUpdatesOutOfOrderTwiceAndOfAnotherSize() {
        Aggregator mean = new Aggregation.Mean(true).start(2);
        mean.add(update("b", 1, 1, 2));
        assertThatThrownBy(() -> mean.add(update("a", 1, 1, 2)))
                .hasMessage("update of a after that of b (expected: each client once, in the order of their names)");
        assertThatThrownBy(() -> mean.add(update("b", 1, 1, 2))).hasMessageContaining("each client once");
        assertThatThrownBy(() -> mean.add(update("c", 1, 1))).hasMessage("c: 1 numbers (expected: 2)");
        assertThat(mean.clients()).isEqualTo(1);
        assertThat(mean.finish()).containsExactly(1, 2);
        assertThatThrownBy(() -> mean.add(update("d", 1, 1, 2))).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({"krum, 4, 1", "multi_krum, 4, 0", "bulyan, 6, 1"})
    void refusesRoundsThatAreTooSmallForTheStrategy(String strategy, int updates, int kept) {
        Aggregation aggregation = strategy.equals("bulyan") ? new Aggregation.Bulyan(1) : new Aggregation.Krum(1, kept);
        List<ModelUpdate> few = flowerUpdates().subList(0, updates);
        assertThatThrownBy(() -> aggregate(aggregation, few))
                .isInstanceOf(TooFewUpdatesException.class)
                .hasMessage(strategy + ": " + updates + " updates (expected: >= " + (updates + 1) + ")");
    }

    @Test
    void updatesThatMustNotReachTheModelAreRefusedByName() {
        UpdateChecks checks = new UpdateChecks(ParameterLayout.flat(2), 10, 1000);
        assertThatThrownBy(() -> checks.require(update("mallory", 5, 1, Double.NaN)))
                .isInstanceOf(RefusedUpdateException.class)
                .hasMessage("mallory: values[1]: NaN (expected: a finite number)");
        assertThatThrownBy(() -> checks.require(update("mallory", 5, Double.NEGATIVE_INFINITY, 0)))
                .hasMessage("mallory: values[0]: -Infinity (expected: a finite number)");
        assertThatThrownBy(() -> checks.require(update("mallory", 5, 1, 2, 3)))
                .hasMessage("mallory: shape: 3 numbers (expected: 2)");
        assertThatThrownBy(() -> checks.require(update("mallory", 5, 6, 8.5)))
                .hasMessage("mallory: norm: 10.404326 (expected: <= 10.0)");
        assertThatThrownBy(() -> checks.require(update("mallory", 0, 1, 2)))
                .hasMessage("mallory: samples: 0 (expected: 1 to 1000)");
        checks.require(update("alice", 1000, 6, 8));
    }

    private static double[] aggregate(Aggregation aggregation, List<ModelUpdate> updates) {
        Aggregator aggregator = aggregation.start(SIZE);
        updates.forEach(aggregator::add);
        return aggregator.finish();
    }

    private static List<ModelUpdate> flowerUpdates() {
        return IntStream.range(0, FLOWER.get("updates").size())
                .mapToObj(k -> update(
                        "client-%02d".formatted(k),
                        FLOWER.get("samples").get(k).longValue(),
                        numbers(FLOWER.get("updates").get(k))))
                .toList();
    }

    private static ModelUpdate update(String client, long samples, double... delta) {
        float[] values = new float[delta.length];
        for (int i = 0; i < delta.length; i++) {
            values[i] = (float) delta[i];
        }
        return new ModelUpdate(client, samples, values);
    }

    private static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).doubleValue();
        }
        return numbers;
    }

    private static JsonNode fixture() {
        try (InputStream in = AggregationTest.class.getResourceAsStream("/fixtures/aggregation.json")) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
