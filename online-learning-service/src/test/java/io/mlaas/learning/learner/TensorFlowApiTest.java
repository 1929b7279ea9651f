package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.online.Algorithms;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;

/** Learners of TensorFlow over REST: {@code mvn -Ptensorflow}; without it, what is said instead. */
class TensorFlowApiTest extends RunningService {
    private static final Path CLASSIFIER = Path.of(
            System.getProperty("mlaas.home"), "ml/online-tensorflow/src/test/resources/fixtures/classifier.zip");
    private static final String SCHEMA = """
            {"inputs": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric"}, {"name": "c", "type": "numeric"}],
             "target": {"type": "classification", "classes": ["x", "y", "z"]}}""";

    static boolean isThere() {
        return Algorithms.isKnown("tensorflow");
    }

    @Test
    @DisabledIf("isThere")
    void saysHowTensorFlowIsAddedWhereItIsNot() throws Exception {
        Answer refused = post("/learners", """
                {"name": "absent", "backend": "tensorflow", "model_id": "%s", "schema": %s}
                """.formatted(UUID.randomUUID(), SCHEMA));

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.detail())
                .isEqualTo(
                        "$.backend: \"tensorflow\" is not installed at this service (expected: torch, vowpal_wabbit or"
                                + " native; its operator adds it as an extension, mlaas.learning.extensions)");
    }

    @Test
    @EnabledIf("isThere")
    void goesOnWithASavedModelByItsOwnTrainingSignature() throws Exception {
        UUID model = MODELS.add(TestIdentity.ACME, "TRAINED", "zip", Files.readAllBytes(CLASSIFIER));

        Answer made = post("/learners", """
                {"name": "saved-model", "backend": "tensorflow", "model_id": "%s", "schema": %s,
                 "configuration": {"batch_size": 32, "epochs": 10},
                 "update": {"batch_size": 50, "validation_share": 0.5, "validation_window": 50, "compare_every": 2,
                            "min_gain": 0.01}}
                """.formatted(model, SCHEMA));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        MODELS.remove(model);
        Answer update = post("/learners/saved-model/update", rows());

        assertThat(made.body().at("/document/backend").asString()).isEqualTo("tensorflow");
        assertThat(update.status()).as(update.text()).isEqualTo(200);
        assertThat(labels("/learners/saved-model/predict")).containsExactly("x", "y", "z");
        UUID learner = UUID.fromString(made.body().path("learner_id").asString());
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(MODELS.sent(learner)).isNotEmpty());
        assertThat(MODELS.sent(learner).getFirst().form()).contains("\"source_model_id\":\"" + model);
    }

    private List<String> labels(String path) throws IOException, InterruptedException {
        JsonNode predictions = post(path, "{\"instances\": [[3, 0, 0], [0, 3, 0], [0, 0, 3]]}")
                .body()
                .path("predictions");
        List<String> labels = new ArrayList<>();
        predictions.forEach(prediction -> labels.add(prediction.path("label").asString()));
        return labels;
    }

    /** The class is that of the largest input. */
    private static String rows() {
        List<String> instances = new ArrayList<>();
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            double[] row = {Math.sin(i), Math.sin(2.3 * i + 1), Math.sin(4.1 * i + 2)};
            int largest = row[0] >= row[1] && row[0] >= row[2] ? 0 : row[1] >= row[2] ? 1 : 2;
            instances.add("[" + row[0] + "," + row[1] + "," + row[2] + "]");
            targets.add("\"" + "xyz".charAt(largest) + "\"");
        }
        return "{\"instances\": " + instances + ", \"targets\": " + targets + "}";
    }

    @Test
    @EnabledIf("isThere")
    void refusesWhatIsNoSavedModelThatLearns() throws Exception {
        UUID torch = MODELS.add(TestIdentity.ACME, "TRAINED", "torchscript", new byte[10]);
        UUID broken = MODELS.add(TestIdentity.ACME, "TRAINED", "zip", new byte[10]);

        assertThat(refusal(torch)).isEqualTo("$.model_id: " + torch + " is in the format torchscript (expected: zip)");
        assertThat(refusal(broken)).startsWith("$.configuration.archive: no saved_model.pb in it");
    }

    private String refusal(UUID model) throws IOException, InterruptedException {
        Answer refused = post("/learners", """
                {"name": "refused", "backend": "tensorflow", "model_id": "%s", "schema": %s}""".formatted(model, SCHEMA));
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        return refused.detail();
    }
}
