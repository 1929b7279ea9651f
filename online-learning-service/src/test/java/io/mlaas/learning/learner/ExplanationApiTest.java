package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ExplanationApiTest extends RunningService {
    private static final double EXACT = 1e-12;

    @Test
    void explainsALinearLearnerToTheLastDigit() throws Exception {
        String name = regression("explained", "{\"validation_share\": 0.1}");
        assertThat(post("/learners/explained/explain", "{\"instances\": []}").code())
                .isEqualTo("NO_PREDICTION_YET");
        post("/learners/" + name + "/update", rows(0, 1000, 2));
        Answer predicted = post("/learners/explained/predict", "{\"instances\": [[7, 8], [0.5, -2]]}");

        Answer answer = post("/learners/explained/explain", """
                {"instances": [[0.5, -2], {"a": 1, "b": 0}], "method": "integrated_gradients", "steps": 3,
                 "reference": [[0.25, -1], [0, 0]], "target": 0}""");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().path("method").asString()).isEqualTo("integrated_gradients");
        assertThat(answer.body().path("explained").asString()).isEqualTo("values");
        JsonNode first = answer.body().at("/explanations/0");
        assertThat(first.at("/prediction/y").asDouble())
                .isCloseTo(predicted.body().at("/predictions/1").asDouble(), within(EXACT));
        assertThat(first.at("/outputs/0/contributions/a").asDouble()).isCloseTo(0.5, within(0.01));
        assertThat(first.at("/outputs/0/contributions/b").asDouble()).isCloseTo(1, within(0.01));
        assertComplete(first, 0);
        assertThat(answer.body().at("/explanations/1/outputs/0/contributions/b").asDouble())
                .isZero();
        Answer latest = post("/learners/explained/explain", "{\"instances\": [], \"reference\": \"mean\"}");
        assertThat(latest.body().at("/explanations/0/prediction")).isEqualTo(first.path("prediction"));
        assertComplete(latest.body().at("/explanations/0"), 0);
        // The mean of sines and cosines is about 0, and so is what is said of it.
        assertThat(latest.body().at("/explanations/0/at_reference/y").asDouble())
                .isCloseTo(0, within(0.5))
                .isNotEqualTo(0);
        assertThat(post("/v1/models/explained:explain", "{\"instances\": [[0.5, -2]]}")
                        .body()
                        .at("/explanations/0/prediction"))
                .isEqualTo(first.path("prediction"));
    }

    /** What is told adds up: to the difference of the output that is explained. */
    private static void assertComplete(JsonNode explanation, int output) {
        JsonNode told = explanation.path("outputs").get(output);
        String name = told.path("output").asString();
        double sum = told.path("contributions")
                .valueStream()
                .mapToDouble(JsonNode::asDouble)
                .sum();
        double difference = explanation.path("prediction").path(name).asDouble()
                - explanation.path("at_reference").path(name).asDouble();
        assertThat(sum).isCloseTo(difference, within(EXACT));
        assertThat(told.path("delta").asDouble()).isCloseTo(0, within(EXACT));
        assertThat(told.path("positive").asDouble() + told.path("negative").asDouble())
                .isCloseTo(sum, within(EXACT));
    }

    @Test
    void explainsTheMarginsOfClassesAndOneColumnForEachNominalValue() throws Exception {
        Answer made = post("/learners", """
                {"name": "valves", "algorithm": "linear",
                 "schema": {"inputs": [{"name": "width", "type": "numeric"},
                                       {"name": "colour", "type": "nominal", "values": ["red", "blue"]}],
                            "target": {"type": "classification", "classes": ["no", "yes"]}},
                 "explainer": {"reference": [[0, "red"]], "target": "largest"}}
                """);
        assertThat(made.body().at("/document/explainer/method").asString()).isEqualTo("deep_lift");
        post(
                "/learners/valves/update",
                "{\"instances\": [[-1, \"red\"], [1.5, \"blue\"], [2, \"blue\"]], \"targets\": [\"no\", \"yes\", \"yes\"]}");

        Answer yes = post("/learners/valves/explain", "{\"instances\": [[2, \"blue\"]]}");
        Answer both = post("/learners/valves/explain", "{\"instances\": [[2, \"blue\"]], \"target\": \"all\"}");

        assertThat(yes.body().path("explained").asString()).isEqualTo("margins");
        JsonNode told = yes.body().at("/explanations/0");
        assertThat(told.at("/outputs/0/output").asString()).isEqualTo("yes");
        assertThat(told.at("/outputs/0/contributions/colour").asDouble()).isPositive();
        assertThat(told.path("outputs")).hasSize(1);
        double margin = told.at("/prediction/yes").asDouble();
        double probability = post("/learners/valves/predict", "{\"instances\": [[2, \"blue\"]]}")
                .body()
                .at("/predictions/0/probabilities/yes")
                .asDouble();
        assertThat(probability).isCloseTo(1 / (1 + Math.exp(-margin)), within(EXACT));
        assertThat(both.body()
                        .at("/explanations/0/outputs/0/contributions/colour")
                        .asDouble())
                .isEqualTo(-told.at("/outputs/0/contributions/colour").asDouble());
        assertComplete(both.body().at("/explanations/0"), 0);
        assertComplete(both.body().at("/explanations/0"), 1);
    }

    @Test
    void explainsTheStepsOfARecurrentNetwork() throws Exception {
        Answer made = post("/learners", """
                {"name": "forecaster", "algorithm": "torch",
                 "schema": {"inputs": [{"name": "hours", "type": "tensor", "shape": [4, 2]}],
                            "target": {"type": "regression", "outputs": ["next", "after"]}},
                 "configuration": {"network": {"layers": [{"type": "gru", "units": 5}, {"type": "dense", "units": 2}]}},
                 "explainer": {"reference": "mean"}}
                """);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(post("/learners/forecaster/update", windows(60)).status()).isEqualTo(200);
        String instance = "{\"instances\": [[[[0.1, 0.9], [0.2, 0.8], [0.3, 0.7], [0.4, 0.6]]]]}";
        JsonNode predicted =
                post("/learners/forecaster/predict", instance).body().at("/predictions/0");

        Answer answer = post("/learners/forecaster/explain", instance);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().path("explained").asString()).isEqualTo("values");
        JsonNode told = answer.body().at("/explanations/0");
        // The network answers in 32 bits, what explains it calculates in 64.
        assertThat(told.at("/prediction/after").asDouble())
                .isCloseTo(predicted.get(1).asDouble(), within(1e-5));
        JsonNode output = told.at("/outputs/1");
        assertThat(output.path("delta").asDouble()).isCloseTo(0, within(EXACT));
        double sum = 0;
        for (int step = 0; step < 4; step++) {
            JsonNode features = output.at("/contributions/hours/" + step);
            JsonNode sums = output.at("/steps/hours/" + step);
            double ofStep = features.get(0).asDouble() + features.get(1).asDouble();
            assertThat(sums.path("positive").asDouble() + sums.path("negative").asDouble())
                    .isCloseTo(ofStep, within(EXACT));
            sum += ofStep;
        }
        assertThat(sum)
                .isNotZero()
                .isCloseTo(
                        told.at("/prediction/after").asDouble()
                                - told.at("/at_reference/after").asDouble(),
                        within(EXACT));
        JsonNode gradients = post(
                        "/learners/forecaster/explain",
                        instance.replace(
                                "{\"inst", "{\"method\": \"integrated_gradients\", \"target\": \"next\", \"inst"))
                .body()
                .at("/explanations/0/outputs");
        assertThat(gradients).hasSize(1);
        assertThat(gradients.at("/0/delta").asDouble()).isCloseTo(0, within(1e-8));
    }

    private static String windows(int count) {
        StringBuilder instances = new StringBuilder();
        StringBuilder targets = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String separator = i == 0 ? "" : ",";
            instances.append(separator).append("[[");
            for (int step = 0; step < 4; step++) {
                instances.append(String.format(
                        Locale.ROOT, "%s[%.4f, %.4f]", step == 0 ? "" : ",", Math.sin(i + step), Math.cos(i - step)));
            }
            instances.append("]]");
            targets.append(String.format(Locale.ROOT, "%s[%.4f, %.4f]", separator, Math.sin(i + 4), Math.sin(i + 5)));
        }
        return "{\"instances\": [" + instances + "], \"targets\": [" + targets + "]}";
    }

    @Test
    void explainsTwoClassesThatShareALogit() throws Exception {
        post("/learners", """
                {"name": "logit", "algorithm": "torch",
                 "schema": {"inputs": [{"name": "a", "type": "numeric"},
                                       {"name": "b", "type": "nominal", "values": ["x", "y"]}],
                            "target": {"type": "classification", "classes": ["no", "yes"]}},
                 "configuration": {"network": {"layers": [{"type": "dense", "units": 4}, {"type": "tanh"},
                                                          {"type": "dense", "units": 1}]}}}
                """);

        Answer answer = post("/learners/logit/explain", "{\"instances\": [[0.5, \"y\"]]}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().path("explained").asString()).isEqualTo("logits");
        JsonNode told = answer.body().at("/explanations/0");
        assertComplete(told, 0);
        assertComplete(told, 1);
        double probability = post("/learners/logit/predict", "{\"instances\": [[0.5, \"y\"]]}")
                .body()
                .at("/predictions/0/probabilities/yes")
                .asDouble();
        assertThat(probability)
                .isCloseTo(1 / (1 + Math.exp(-told.at("/prediction/yes").asDouble())), within(1e-6));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"instances": [[1, 2]], "target": "colour"}              | EXPLANATION_REFUSED | $.target: "colour"
            {"instances": [[1, 2]], "target": 1}                     | EXPLANATION_REFUSED | $.target: 1
            {"instances": [[1, 2]], "method": "guess"}               | EXPLANATION_REFUSED | $.method: "guess"
            {"instances": [[1, 2]], "method": "deep_lift", "steps": 5} | EXPLANATION_REFUSED | $.steps: unknown
            {"instances": [[1, 2]], "reference": [[1]]}              | EXPLANATION_REFUSED | $.reference[0]: [1]
            {"instances": [[1, 2]], "reference": "median"}           | EXPLANATION_REFUSED | $.reference: "median"
            {"instances": [[1, 2]], "reference": [[1, 2], [1, 2]]}   | EXPLANATION_REFUSED | reference: 2 samples
            {"instances": [[1, 2]], "reference": "mean"}             | EXPLANATION_REFUSED | reference: mean
            {"instances": [[1, "x"]]}                                | ROWS_REFUSED | $.instances[0][1]: "x"
            {}                                                       | ROWS_REFUSED | $.instances: missing
            """)
    void saysWhyItDoesNotExplain(String body, String code, String detail) throws Exception {
        regression("unexplained", "{}");

        Answer answer = post("/learners/unexplained/explain", body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).startsWith(detail).contains("expected");
    }

    @Test
    void namesTheAlgorithmsThatCanBeExplained() throws Exception {
        String document = """
                {"name": "%s", "algorithm": "hoeffding_tree", "explainer": {"target": "%s"},
                 "schema": {"inputs": [{"name": "a", "type": "numeric"}],
                            "target": {"type": "classification", "classes": ["no", "yes"]}}}
                """;
        Answer unknown = post("/learners", document.formatted("tree", "maybe").replace("hoeffding_tree", "linear"));
        assertThat(unknown.detail()).startsWith("$.explainer.target: \"maybe\"");

        Answer answer = post("/learners", document.formatted("tree", "yes"));

        assertThat(answer.code()).as(answer.text()).isEqualTo("LEARNER_REFUSED");
        assertThat(answer.detail()).contains("$.explainer", "linear or torch");
        post("/learners", document.formatted("tree", "yes").replace("\"explainer\": {\"target\": \"yes\"},", ""));
        Answer asked = post("/learners/tree/explain", "{\"instances\": [[1]]}");
        assertThat(asked.code()).isEqualTo("EXPLANATION_REFUSED");
        assertThat(asked.detail()).contains("hoeffding_tree", "linear or torch");
    }
}
