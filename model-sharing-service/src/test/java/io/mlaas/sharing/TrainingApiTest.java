package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Trainings that another service asks for, for a company. */
class TrainingApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();

    @Test
    void trainsAModelLikeAnotherOnceForAnId() throws Exception {
        UUID like = trainedModel(ACME, random(100));
        UUID dataset = registerDataset(ACME, random(10));
        UUID id = UUID.randomUUID();
        String order = """
                {"model_id": "%s", "like_model_id": "%s", "name": "again", "dataset_id": "%s", "params": {"epochs": 3}}
                """.formatted(id, like, dataset);

        assertThat(ask(order, "&check=true").expect(200).json().path("status").asString())
                .isEqualTo("POSSIBLE");
        get("/model/" + id + "/status", ACME).expect(404);
        assertThat(ask(order, "").expect(200).json().path("created").asBoolean())
                .isTrue();
        assertThat(ask(order, "").expect(200).json().path("created").asBoolean())
                .isFalse();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(events(id, RegistryEvents.TRAINING_REQUESTED))
                        .hasSize(1));
        JsonNode requested = events(id, RegistryEvents.TRAINING_REQUESTED).getFirst();
        assertThat(requested.path("dataset_id").asString()).isEqualTo(dataset.toString());
        assertThat(requested.path("params").path("epochs").asString()).isEqualTo("3");
        JsonNode status = get("/model/" + id + "/status", ACME).expect(200).json();
        assertThat(status.path("name").asString()).isEqualTo("again");
        assertThat(status.path("developer_id").asString()).isEqualTo(TestIdentity.ACME_SCIENTIST.toString());
        send(request("/model/" + like, ACME).DELETE().build()).expect(204);
        assertThat(get("/model/" + id + "/definition", ACME).expect(200).body()).isEqualTo(bytes("{\"layers\":[]}"));
    }

    @Test
    void trainsWhatADefinitionSays() throws Exception {
        UUID dataset = registerDataset(ACME, random(10));
        UUID id = UUID.randomUUID();
        String order = """
                {"model_id": "%s", "dataset_id": "%s", "train_image": "mlaas/trainer:1",
                 "definition": {"file_name": "plan.json", "content": "{\\"rounds\\": 2} ü"}}
                """.formatted(id, dataset);

        ask(order, "&check=true").expect(200);
        get("/model/" + id + "/status", ACME).expect(404);
        assertThat(ask(order, "").expect(200).json().path("created").asBoolean())
                .isTrue();
        assertThat(ask(order, "").expect(200).json().path("created").asBoolean())
                .isFalse();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(events(id, RegistryEvents.TRAINING_REQUESTED))
                        .hasSize(1));
        assertThat(events(id, RegistryEvents.TRAINING_REQUESTED)
                        .getFirst()
                        .path("definition_file")
                        .asString())
                .isEqualTo("plan.json");
        assertThat(get("/model/" + id + "/definition", ACME).expect(200).body())
                .isEqualTo("{\"rounds\": 2} ü".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(ask(order.replace("\"plan.json\"", "null"), "&check=true")
                        .expect(422)
                        .detail())
                .contains("definition: (expected: file_name and content)");
    }

    @Test
    void refusesWhatTheCompanyMayNotTrain() throws Exception {
        UUID foreign = registerDataset(TestIdentity.globexScientist(), random(10));
        UUID dataset = registerDataset(ACME, random(10));
        String order = "{\"model_id\": \"%s\", \"dataset_id\": \"%s\", \"train_image\": \"%s\"}";
        UUID id = UUID.randomUUID();

        assertThat(ask(order.formatted(id, foreign, "mlaas/trainer:1"), "")
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_DATASET");
        assertThat(ask(order.formatted(id, dataset, "nobody/knows:1"), "")
                        .expect(422)
                        .code())
                .isEqualTo("UNKNOWN_TRAIN_IMAGE");
        assertThat(ask("{\"model_id\": \"%s\"}".formatted(id), "").expect(422).detail())
                .contains("data_params.dataset_id: missing");
        UUID globexModel = trainedModel(TestIdentity.globexScientist(), random(10));
        assertThat(ask(order.formatted(globexModel, dataset, "mlaas/trainer:1"), "")
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_MODEL");
        assertThat(ask("{\"model_id\": \"%s\", \"like_model_id\": \"%s\"}".formatted(id, globexModel), "")
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_MODEL");
        get("/model/" + id + "/status", ACME).expect(404);
    }

    private Answer ask(String order, String more) throws Exception {
        return postJson(
                "/internal/training?organization_id=" + TestIdentity.ACME + "&requested_by="
                        + TestIdentity.ACME_SCIENTIST + more,
                TestIdentity.service("monitoring-service"),
                order);
    }
}
