package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.online.Schema;
import io.mlaas.online.torch.Torch;
import io.mlaas.online.torch.TorchLearner;
import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models of the registry that learners begin with, and snapshots that become models there. */
class RegistrationTest extends RunningService {
    private static final String SCHEMA = """
            {"inputs": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric"}],
             "target": {"type": "regression", "outputs": ["y"]}}""";
    private static final String OFTEN = """
            {"batch_size": 10, "validation_share": 0.5, "validation_window": 20, "compare_every": 5, "min_gain": 0.1}""";

    @AfterEach
    void theRegistryIsThere() {
        MODELS.away(false);
    }

    @Test
    void beginsWithATrainedModelAndOutlivesIt() throws Exception {
        UUID model = MODELS.add(TestIdentity.ACME, "TRAINED", "torchscript", network());

        Answer made = post("/learners", """
                {"name": "continued", "model_id": "%s", "schema": %s,
                 "update": {"epochs": 3, "learning_rate": 0.01, "frozen_layers": ["first"], "batch_size": 10,
                            "validation_share": 0.5, "validation_window": 20, "compare_every": 5}}
                """.formatted(model, SCHEMA));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        MODELS.remove(model);
        Answer update = post("/learners/continued/update", rows(0, 200, 2));

        JsonNode document = made.body().path("document");
        assertThat(document.path("backend").asString()).isEqualTo("torch");
        assertThat(document.path("model_id").asString()).isEqualTo(model.toString());
        assertThat(document.at("/configuration/epochs").asInt()).isEqualTo(3);
        assertThat(document.at("/configuration/optimizer/learning_rate").asDouble())
                .isEqualTo(0.01);
        assertThat(document.at("/configuration/freeze/0").asString()).isEqualTo("first");
        assertThat(update.status()).as(update.text()).isEqualTo(200);
        UUID learner = UUID.fromString(made.body().path("learner_id").asString());
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(MODELS.sent(learner)).isNotEmpty());
        FakeModels.Snapshot sent = MODELS.sent(learner).getFirst();
        assertThat(sent.query()).contains("format=torchscript", "snapshot=1", TestIdentity.ACME.toString());
        assertThat(sent.query()).endsWith("requested_by=" + TestIdentity.ACME_SCIENTIST);
        assertThat(sent.form()).contains("\"source_model_id\":\"" + model, "continued-1.pt");
    }

    private static byte[] network() {
        JsonNode schema = JsonMapper.shared().readTree(SCHEMA);
        try (TorchLearner learner = new Torch()
                .create(Schema.parse(schema, "$"), JsonMapper.shared().readTree("""
                        {"network": {"layers": [{"type": "dense", "units": 4, "name": "first"},
                                                {"type": "dense", "units": 1, "name": "last"}]}}"""))) {
            return learner.archive();
        }
    }

    @Test
    void refusesModelsThatALearnerCannotBeginWith() throws Exception {
        UUID others = MODELS.add(TestIdentity.GLOBEX, "TRAINED", "torchscript", new byte[10]);
        UUID untrained = MODELS.add(TestIdentity.ACME, "TRAINING", "torchscript", new byte[10]);
        UUID onnx = MODELS.add(TestIdentity.ACME, "TRAINED", "onnx", new byte[10]);
        UUID broken = MODELS.add(TestIdentity.ACME, "TRAINED", "torchscript", new byte[10]);

        assertThat(began(others))
                .isEqualTo("$.model_id: " + others + " is unknown (expected: a model of your company)");
        assertThat(began(untrained)).isEqualTo("$.model_id: " + untrained + " is TRAINING (expected: TRAINED)");
        assertThat(began(onnx)).isEqualTo("$.model_id: " + onnx + " is in the format onnx (expected: torchscript)");
        assertThat(began(broken)).startsWith("$.configuration.archive: ");
    }

    private String began(UUID model) throws Exception {
        Answer answer = post("/learners", """
                {"name": "refused", "model_id": "%s", "schema": %s}""".formatted(model, SCHEMA));
        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        return answer.detail();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "backend": "cobol"                                                     | $.backend: "cobol"
            "backend": "native"                                                    | $.algorithm: missing
            "backend": "torch", "algorithm": "linear"                              | $.algorithm: "linear"
            "backend": "torch"                                                     | $.configuration.network: missing
            "algorithm": "linear", "network": {}                                   | $.network: there
            "network": {}, "model_id": "4aa2e1a8-1a1b-4a3c-9d0c-0a0b0c0d0e0f"      | $.network: together with model_id
            "model_id": "7"                                                        | $.model_id: "7"
            "algorithm": "linear", "update": {"epochs": 3}                         | $.update.epochs: 3
            "network": {"layers": [{"type": "dense", "units": 1}]}, "configuration": {"epochs": 2}, "update": {"epochs": 3} | $.update.epochs: 3
            "network": {"layers": [{"type": "dense", "units": 1}]}, "update": {"frozen_layers": ["x"]} | $.configuration.freeze[0]: "x"
            """)
    void saysWhereABackendIsWrong(String fields, String detail) throws Exception {
        Answer answer = post("/learners", "{\"name\": \"wrong\", \"schema\": " + SCHEMA + ", " + fields + "}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.detail()).startsWith(detail).contains("expected");
    }

    @Test
    void snapshotsWaitForTheRegistryWhileLearningGoesOn() throws Exception {
        MODELS.away(true);
        regression("patient", OFTEN);
        UUID learner = UUID.fromString(
                get("/learners/patient").body().path("learner_id").asString());

        post("/learners/patient/update", rows(0, 200, 2));
        await().untilAsserted(() -> assertThat(
                        first("patient").path("registration_reason").asString())
                .isEqualTo("the registry cannot be asked now"));
        Answer learned = post("/learners/patient/update", rows(200, 200, 2));
        assertThat(learned.status()).isEqualTo(200);
        assertThat(first("patient").path("registration").asString()).isEqualTo("WAITING");
        assertThat(MODELS.sent(learner)).isEmpty();
        MODELS.away(false);

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(first("patient").path("registration").asString()).isEqualTo("REGISTERED");
            assertThat(first("patient").path("model_id").asString()).hasSize(36);
        });
        assertThat(MODELS.sent(learner)).extracting(FakeModels.Snapshot::query).doesNotHaveDuplicates();
        assertThat(MODELS.sent(learner).getFirst().form()).contains("patient-1.state", "MLOL");
        assertThat(jdbc.sql("select count(*) from registration where learner_id = :learner and state <> 'WAITING'"
                                + " and content is not null")
                        .param("learner", learner)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private JsonNode first(String name) throws Exception {
        JsonNode items =
                get("/learners/" + name + "/snapshots?limit=200").body().path("items");
        return items.path(items.size() - 1);
    }
}
