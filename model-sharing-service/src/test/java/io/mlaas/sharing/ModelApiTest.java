package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.api.training.TrainingEvents;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.kafka.core.KafkaTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ModelApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();
    private static final String TRAINING = TestIdentity.service("training-service");

    @Autowired
    private KafkaTemplate<String, String> kafka;

    @Autowired
    private JsonMapper json;

    @Test
    void registersAModelAsTheFirstReportDoes() throws Exception {
        byte[] data = random(500);
        UUID dataset = registerDataset(ACME, data);
        Answer answer = post(
                        "/model/",
                        ACME,
                        Form.of()
                                .field("metadata", """
                        {
                                "model params": {
                                        "developer_id": "dd8fca81-a999-40f5-81f0-68627e303a27",
                                        "organization_id": "5d066d58-06de-47ab-a2f6-c8f413e21947",
                                },
                                "data params": {
                                        "dataset_id": "%s"
                                }
                        }""".formatted(dataset))
                                .field(
                                        "train_image",
                                        "registry.gitlab.com/h2020-iotngin/enhancing_iot_intelligence/t3_4/ml-model-sharing/demo_model_image"))
                .expect(201);
        assertThat(answer.json().propertyNames()).containsExactly("model_id");
        String id = answer.json().path("model_id").asString();

        Answer tooEarly = get("/model/" + id, ACME).expect(409);
        assertThat(tooEarly.code()).isEqualTo("NOT_TRAINED_YET");
        assertThat(tooEarly.detail()).isEqualTo("Model " + id + " has not been trained yet. Please, try again later.");
        assertThat(tooEarly.header("Retry-After")).isEqualTo("10");

        JsonNode onChain = get("/model/" + id + "/metadata", ACME).expect(200).json();
        assertThat(onChain.path("model_params").path("developer_id").asString())
                .isEqualTo("dd8fca81-a999-40f5-81f0-68627e303a27");
        assertThat(onChain.path("model_params").path("train_image_hash").asString())
                .isEqualTo(FakeTraining.MD5);
        assertThat(onChain.path("model_params").has("res_hash")).isFalse();
        assertThat(onChain.path("data_params").path("dataset_id").asString()).isEqualTo(dataset.toString());
        assertThat(get("/metadata/" + id, ACME).expect(200).json()).isEqualTo(onChain);

        assertThat(events(UUID.fromString(id), RegistryEvents.TRAINING_REQUESTED))
                .singleElement()
                .satisfies(order -> {
                    assertThat(order.path("dataset_sha256").asString()).isEqualTo(sha256(data));
                    assertThat(order.path("dataset_file_name").asString()).isEqualTo("data.bin");
                    assertThat(order.path("train_image_sha256").asString()).isEqualTo(FakeTraining.SHA256);
                    assertThat(order.path("dataset_metadata")
                                    .path("samples_dimension")
                                    .asString())
                            .isEqualTo("(1,32,32)");
                });
        assertThat(get("/internal/model/" + id + "/training", TRAINING)
                        .expect(200)
                        .json())
                .isEqualTo(events(UUID.fromString(id), RegistryEvents.TRAINING_REQUESTED)
                        .getFirst());
    }

    @Test
    void registersAModelAsTheSecondReportDoes() throws Exception {
        UUID dataset = registerDataset(ACME, random(500));
        byte[] architecture = bytes("{\"layers\": []}");
        // The shell takes the doubled quotes of the printed command away.
        String id = post(
                        "/model/",
                        ACME,
                        Form.of()
                                .file("model", "model", "application/octet-stream", architecture)
                                .field(
                                        "metadata",
                                        "{ model_params: { sample_dimension: (500, 500), params: {\"epochs\": 3,"
                                                + " \"loss\": \"mse\"}}, data_params: { dataset_id: " + dataset + "}}"))
                .expect(201)
                .json()
                .path("model_id")
                .asString();
        JsonNode order =
                events(UUID.fromString(id), RegistryEvents.TRAINING_REQUESTED).getFirst();
        assertThat(order.path("params").path("epochs").asString()).isEqualTo("3");
        assertThat(order.path("params").path("loss").asString()).isEqualTo("mse");
        assertThat(order.path("train_image").asString()).isEqualTo("mlaas/trainer:1");
        assertThat(order.path("developer_id").asString()).isEqualTo(TestIdentity.ACME_SCIENTIST.toString());
        assertThat(order.path("definition_sha256").asString()).isEqualTo(sha256(architecture));
        Answer definition = get("/model/" + id + "/definition", ACME).expect(200);
        assertThat(definition.body()).isEqualTo(architecture);
        assertThat(definition.header("Content-Disposition")).isEqualTo("attachment; filename=\"model\"");
    }

    @Test
    void refusesWhatIsWrong() throws Exception {
        UUID dataset = registerDataset(ACME, random(500));
        UUID unknown = UUID.randomUUID();
        String own = "{\"data_params\":{\"dataset_id\":\"%s\"}}".formatted(dataset);
        refused(400, "MALFORMED_METADATA", Form.of().field("metadata", "{\"model_params\""));
        refused(400, "MISSING_PART", Form.of().field("train_image", "mlaas/trainer:1"));
        refused(422, "INVALID_METADATA", Form.of().field("metadata", "{}"));
        refused(422, "INVALID_METADATA", Form.of().field("metadata", "{\"data_params\":{\"dataset_id\":\"7\"}}"));
        refused(
                404,
                "UNKNOWN_DATASET",
                Form.of().field("metadata", own.replace(dataset.toString(), unknown.toString())));
        Answer image = refused(
                422, "UNKNOWN_TRAIN_IMAGE", Form.of().field("metadata", own).field("train_image", "evil:1"));
        assertThat(image.detail()).isEqualTo("reference: evil:1 (expected: mlaas/trainer:1)");
        refused(422, "EMPTY_FILE", Form.of().field("metadata", own).file("model", "m", "text/plain", new byte[0]));
        refused(
                413,
                "FILE_TOO_LARGE",
                Form.of().field("metadata", own).file("model", "m", "text/plain", random(1_100_000)));
        refused(
                403,
                "FOREIGN_ORGANIZATION",
                Form.of()
                        .field(
                                "metadata",
                                "{\"model_params\":{\"organization_id\":\"%s\"},\"data_params\":{\"dataset_id\":\"%s\"}}"
                                        .formatted(TestIdentity.GLOBEX, dataset)));
        refused(
                422,
                "INVALID_METADATA",
                Form.of()
                        .field(
                                "metadata",
                                "{\"model_params\":{\"params\":7},\"data_params\":{\"dataset_id\":\"%s\"}}"
                                        .formatted(dataset)));
        assertThat(objects(TestIdentity.ACME, "staging")).isEmpty();
    }

    private Answer refused(int status, String code, Form form) throws Exception {
        Answer answer = post("/model", ACME, form).expect(status);
        assertThat(answer.code()).isEqualTo(code);
        return answer;
    }

    @Test
    void anotherCompanysDatasetIsAsUnknownAsOneThatDoesNotExist() throws Exception {
        UUID dataset = registerDataset(ACME, random(500));
        Form form = Form.of().field("metadata", "{\"data_params\":{\"dataset_id\":\"%s\"}}".formatted(dataset));
        Answer answer = post("/model", TestIdentity.globexScientist(), form).expect(404);
        assertThat(answer.code()).isEqualTo("UNKNOWN_DATASET");
        assertThat(answer.detail()).isEqualTo("dataset_id: " + dataset);
    }

    @Test
    void aJobReadsItsInputsAndRegistersItsResultOnce() throws Exception {
        byte[] data = random(2_000_000);
        UUID dataset = registerDataset(ACME, data);
        UUID other = registerDataset(ACME, random(100));
        UUID model = registerModel(ACME, dataset);
        String job = jobCredential(model, UUID.randomUUID());
        assertThat(job).matches("mlj_[A-Za-z0-9_-]{43}");
        assertThat(jdbc.sql("select count(*) from job_credential where token_sha256 = :token")
                        .param("token", job)
                        .query(Long.class)
                        .single())
                .isZero();

        assertThat(get("/dataset/" + dataset, job).expect(200).body()).isEqualTo(data);
        assertThat(get("/model/" + model + "/definition", job).expect(200).body())
                .isEqualTo(bytes("{\"layers\":[]}"));
        assertThat(get("/dataset/" + other, job).expect(404).code()).isEqualTo("UNKNOWN_DATASET");
        assertThat(get("/model/" + model, job).status()).isEqualTo(403);
        assertThat(get("/dataset", job).status()).isEqualTo(403);

        byte[] artifact = random(6_000_000);
        Answer stored = put("/model/" + model, job, artifact).expect(200);
        assertThat(stored.json().path("status").asString()).isEqualTo("TRAINED");
        assertThat(stored.json().path("sha256").asString()).isEqualTo(sha256(artifact));
        assertThat(stored.json().path("format").asString()).isEqualTo("torchscript");

        Answer download = get("/model/" + model, ACME).expect(200);
        assertThat(download.body()).isEqualTo(artifact);
        assertThat(download.header("Content-Disposition")).isEqualTo("attachment; filename=\"model.pt\"");
        assertThat(get("/model/" + model + "/metadata", ACME)
                        .json()
                        .path("model_params")
                        .path("res_sha256")
                        .asString())
                .isEqualTo(sha256(artifact));
        assertThat(events(model, RegistryEvents.MODEL_TRAINED)).hasSize(1);

        assertThat(put("/model/" + model, job, artifact).expect(200).json()).isEqualTo(stored.json());
        assertThat(put("/model/" + model, job, random(10)).expect(409).code()).isEqualTo("RESULT_ALREADY_REGISTERED");
        assertThat(get("/dataset/" + dataset, job).status()).isEqualTo(404);
        assertThat(postJson(
                                "/internal/model/" + model + "/job-credential",
                                TRAINING,
                                "{\"job_id\":\"%s\",\"valid_seconds\":60}".formatted(UUID.randomUUID()))
                        .expect(409)
                        .code())
                .isEqualTo("RESULT_ALREADY_REGISTERED");
        assertThat(get("/model/" + model, ACME).expect(200).body()).isEqualTo(artifact);
        assertThat(events(model, RegistryEvents.MODEL_TRAINED)).hasSize(1);
    }

    @Test
    void aJobThatTrainsAModelAgainReadsItsInputsAndHandsNothingIn() throws Exception {
        byte[] numbers = random(100);
        byte[] artifact = random(1000);
        UUID dataset = registerDataset(ACME, numbers);
        UUID foreign = registerDataset(ACME, random(100));
        UUID model = registerModel(ACME, dataset);
        String path = "/internal/model/" + model + "/job-credential";
        UUID job = UUID.randomUUID();
        String request = "{\"job_id\":\"%s\",\"valid_seconds\":60,\"read_only\":true}".formatted(UUID.randomUUID());
        assertThat(postJson(path, TRAINING, request).expect(409).code()).isEqualTo("NOT_TRAINED_YET");
        put("/model/" + model, jobCredential(model, job), artifact).expect(200);

        String replaced = token(postJson(path, TRAINING, request));
        String reader = token(postJson(path, TRAINING, request));
        String other = token(postJson(
                path,
                TRAINING,
                "{\"job_id\":\"%s\",\"valid_seconds\":60,\"read_only\":true}".formatted(UUID.randomUUID())));
        assertThat(get("/dataset/" + dataset, replaced).status()).isEqualTo(401);
        assertThat(get("/dataset/" + dataset, reader).expect(200).body()).isEqualTo(numbers);
        assertThat(get("/dataset/" + dataset, other).expect(200).body()).isEqualTo(numbers);
        assertThat(get("/model/" + model + "/definition", reader).status()).isEqualTo(200);
        assertThat(get("/dataset/" + foreign, reader).status()).isEqualTo(404);
        assertThat(get("/model/" + model, reader).status()).isEqualTo(403);
        // not even the registered bytes
        assertThat(put("/model/" + model, reader, artifact).expect(409).code()).isEqualTo("RESULT_ALREADY_REGISTERED");
        // the facts of the training are still the first job's to tell
        assertThat(jdbc.sql("select count(*) from job_credential where model_id = :model and job_id = :job")
                        .param("model", model)
                        .param("job", job)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    private static String token(Answer answer) {
        return answer.expect(200).json().path("token").asString();
    }

    @Test
    void onlyTheModelsOwnLiveJobMayRegisterAResult() throws Exception {
        UUID dataset = registerDataset(ACME, random(100));
        UUID model = registerModel(ACME, dataset);
        UUID other = registerModel(ACME, dataset);
        String earlier = jobCredential(model, UUID.randomUUID());
        String job = jobCredential(model, UUID.randomUUID());
        assertThat(put("/model/" + model, null, random(10)).status()).isEqualTo(401);
        assertThat(put("/model/" + model, ACME, random(10)).status()).isEqualTo(403);
        assertThat(put("/model/" + model, TRAINING, random(10)).status()).isEqualTo(403);
        assertThat(put("/model/" + model, earlier, random(10)).status()).isEqualTo(401);
        assertThat(put("/model/" + model, "mlj_" + "x".repeat(43), random(10)).status())
                .isEqualTo(401);
        assertThat(put("/model/" + other, job, random(10)).expect(403).code()).isEqualTo("FOREIGN_JOB");
        assertThat(put("/model/" + UUID.randomUUID(), job, random(10)).status()).isEqualTo(403);
        assertThat(put("/model/" + model, job, new byte[0]).expect(422).code()).isEqualTo("EMPTY_FILE");
        assertThat(send(request("/model/" + model, job)
                                .header("Content-Type", "text/plain")
                                .PUT(HttpRequest.BodyPublishers.ofString("x"))
                                .build())
                        .status())
                .isEqualTo(415);
        jdbc.sql("update job_credential set expires_at = now() - interval '1 second' where model_id = :model")
                .param("model", model)
                .update();
        assertThat(put("/model/" + model, job, random(10)).status()).isEqualTo(401);
        assertThat(get("/model/" + model + "/status", ACME)
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("REGISTERED");
    }

    @Test
    void aResultWaitsForTheChainAndIsVerifiedOnce() throws Exception {
        UUID model = registerModel(ACME, registerDataset(ACME, random(100)));
        String job = jobCredential(model, UUID.randomUUID());
        byte[] artifact = random(1000);
        chain.down(true);
        Answer answer = put("/model/" + model, job, artifact).expect(202);
        assertThat(answer.json().path("status").asString()).isEqualTo("STORED");
        assertThat(get("/model/" + model, ACME).expect(409).code()).isEqualTo("NOT_TRAINED_YET");
        assertThat(put("/model/" + model, job, artifact).status()).isEqualTo(202);
        chain.loseAnswers(1);
        chain.down(false);
        await().untilAsserted(() -> assertThat(status(model)).isEqualTo("TRAINED"));
        assertThat(get("/model/" + model, ACME).expect(200).body()).isEqualTo(artifact);
        assertThat(events(model, RegistryEvents.MODEL_TRAINED)).hasSize(1);
    }

    @Test
    void aResultThatTheChainRefusesEndsTheModel() throws Exception {
        UUID model = registerModel(ACME, registerDataset(ACME, random(100)));
        String job = jobCredential(model, UUID.randomUUID());
        chain.refusing(true);
        assertThat(put("/model/" + model, job, random(10)).expect(502).code()).isEqualTo("REGISTRATION_REFUSED");
        chain.refusing(false);
        assertThat(get("/model/" + model, ACME).expect(409).code()).isEqualTo("TRAINING_FAILED");
        assertThat(postJson(
                                "/internal/model/" + model + "/job-credential",
                                TRAINING,
                                "{\"job_id\":\"%s\",\"valid_seconds\":60}".formatted(UUID.randomUUID()))
                        .expect(409)
                        .code())
                .isEqualTo("RESULT_ALREADY_REGISTERED");
    }

    @Test
    void refusesAModelWithOneFlippedByte() throws Exception {
        byte[] artifact = random(3_000_000);
        UUID model = trainedModel(ACME, artifact);
        flipOneByte(stored(TestIdentity.ACME, artifact));
        assertThatThrownBy(() -> get("/model/" + model, ACME)).isInstanceOf(IOException.class);
        await().untilAsserted(() ->
                assertThat(get("/model/" + model, ACME).expect(409).code()).isEqualTo("ASSET_QUARANTINED"));
        assertThat(events(model, RegistryEvents.ASSET_QUARANTINED)).hasSize(1);
    }

    @Test
    void followsTheTrainingButNeverBackwards() throws Exception {
        UUID model = registerModel(ACME, registerDataset(ACME, random(100)));
        UUID job = UUID.randomUUID();
        Instant start = Instant.now();
        tell(TrainingEvents.STARTED, model, job, start, null);
        await().untilAsserted(() -> assertThat(status(model)).isEqualTo("TRAINING"));
        tell(TrainingEvents.FAILED, model, job, start.plusSeconds(2), "The image exited with 3.");
        tell(TrainingEvents.STARTED, model, job, start.plusSeconds(1), null);
        kafka.send(Topics.TRAINING, model.toString(), "no event").join();
        await().untilAsserted(() -> assertThat(status(model)).isEqualTo("FAILED"));
        Answer failed = get("/model/" + model, ACME).expect(409);
        assertThat(failed.code()).isEqualTo("TRAINING_FAILED");
        assertThat(failed.detail()).isEqualTo("Model " + model + ": The image exited with 3.");

        UUID retried = UUID.randomUUID();
        String credential = jobCredential(model, retried);
        tell(TrainingEvents.STARTED, model, retried, start.plusSeconds(3), null);
        await().untilAsserted(() -> assertThat(status(model)).isEqualTo("TRAINING"));
        tell(TrainingEvents.CANCELLED, model, retried, start.plusSeconds(4), "Cancelled by its owner.");
        await().untilAsserted(() -> assertThat(status(model)).isEqualTo("CANCELLED"));
        assertThat(put("/model/" + model, credential, random(10)).expect(409).code())
                .isEqualTo("JOB_OVER");

        UUID third = UUID.randomUUID();
        put("/model/" + model, jobCredential(model, third), random(10)).expect(200);
        tell(TrainingEvents.FAILED, model, third, start.plusSeconds(5), "late");
        UUID marker = registerModel(ACME, registerDataset(ACME, random(100)));
        tell(TrainingEvents.STARTED, marker, third, start.plusSeconds(5), null);
        await().untilAsserted(() -> assertThat(status(marker)).isEqualTo("TRAINING"));
        assertThat(status(model)).isEqualTo("TRAINED");
    }

    private void tell(String type, UUID model, UUID job, Instant at, @Nullable String reason) {
        var event = CloudEvent.of(
                "/training-service",
                type,
                model,
                TestIdentity.ACME,
                new TrainingEvents.TrainingChanged(job, model, at, reason));
        String message = json.writeValueAsString(event);
        kafka.send(Topics.TRAINING, model.toString(), message).join();
        kafka.send(Topics.TRAINING, model.toString(), message).join();
    }

    private String status(UUID model) throws Exception {
        return get("/model/" + model + "/status", ACME)
                .expect(200)
                .json()
                .path("status")
                .asString();
    }
}
