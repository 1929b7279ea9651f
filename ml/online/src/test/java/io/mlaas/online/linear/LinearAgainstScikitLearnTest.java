package io.mlaas.online.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.online.Batch;
import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Weights after a small stream, beside those of scikit-learn 1.9.1 and of numpy: src/test/python/make_linear_fixtures.py. */
class LinearAgainstScikitLearnTest {
    private static final JsonNode FIXTURE = fixture();
    private static final int CHUNK = 30;

    private static JsonNode fixture() {
        try (InputStream in = LinearAgainstScikitLearnTest.class.getResourceAsStream("/fixtures/linear.json")) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(in));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    static Stream<JsonNode> cases() {
        return FIXTURE.get("cases").valueStream();
    }

    private static Schema schema(String target) {
        Target what =
                switch (target) {
                    case "real" -> new Target.Regression(List.of("y"));
                    case "three" -> new Target.Classification(List.of("0", "1", "2"));
                    default -> new Target.Classification(List.of("0", "1"));
                };
        List<Input> numbers = List.of(new Input.Numeric("a"), new Input.Numeric("b"), new Input.Numeric("c"));
        List<Input> inputs = Stream.concat(numbers.stream(), Stream.of(new Input.Nominal("d", List.of("p", "q", "r"))))
                .toList();
        return new Schema(target.equals("numbers") ? numbers : inputs, what);
    }

    private static Batch batch(String target, boolean weighted, int from, int to) {
        boolean numbers = target.equals("numbers");
        JsonNode targets = FIXTURE.get(numbers ? "binary" : target);
        int width = numbers ? 3 : 4;
        double[] inputs = new double[(to - from) * width];
        double[] y = new double[to - from];
        double[] weights = new double[to - from];
        for (int i = from; i < to; i++) {
            for (int j = 0; j < width; j++) {
                JsonNode value = j < 3
                        ? FIXTURE.get("numbers").get(i).get(j)
                        : FIXTURE.get("nominal").get(i);
                inputs[(i - from) * width + j] = value.asDouble();
            }
            y[i - from] = targets.get(i).asDouble();
            weights[i - from] = FIXTURE.get("weights").get(i).asDouble();
        }
        return weighted ? new Batch(to - from, inputs, y, weights) : new Batch(to - from, inputs, y);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hasTheSameWeights(JsonNode expected) {
        String target = expected.get("target").asString();
        LinearLearner learner = (LinearLearner) new Linear().create(schema(target), expected.get("configuration"), "$");
        int rows = FIXTURE.get("nominal").size();
        for (int from = 0; from < rows; from += CHUNK) {
            learner.learn(batch(target, expected.get("weighted").booleanValue(), from, from + CHUNK));
        }
        Weights weights = learner.weights();
        for (int k = 0; k < weights.margins(); k++) {
            JsonNode coefficients = expected.get("coefficients").get(k);
            assertThat(coefficients.size()).isEqualTo(weights.columns);
            for (int column = 0; column < weights.columns; column++) {
                double coefficient = coefficients.get(column).asDouble();
                assertThat(weights.weight(k, column))
                        .isCloseTo(coefficient, within(1e-9 * (1 + Math.abs(coefficient))));
            }
            double intercept = expected.get("intercepts").get(k).asDouble();
            assertThat(weights.intercepts[k]).isCloseTo(intercept, within(1e-9 * (1 + Math.abs(intercept))));
        }
        if (expected.has("probabilities")) {
            Batch first = batch(target, false, 0, 4);
            double[] probabilities = learner.predict(4, first.inputs());
            double[] printed = expected.get("probabilities")
                    .valueStream()
                    .flatMap(JsonNode::valueStream)
                    .mapToDouble(JsonNode::asDouble)
                    .toArray();
            assertThat(Arrays.stream(probabilities).toArray()).containsExactly(printed, within(1e-9));
        }
    }
}
