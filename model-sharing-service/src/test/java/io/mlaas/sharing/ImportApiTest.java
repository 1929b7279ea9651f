package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Models that were trained elsewhere. */
class ImportApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();

    private static Form form(byte[] artifact, String metadata) {
        return Form.of()
                .file("artifact", "elsewhere.pt", "application/octet-stream", artifact)
                .field("metadata", metadata);
    }

    @Test
    void registersHashesAnchorsAndVerifiesAnImportAtOnce() throws Exception {
        byte[] artifact = random(6_000_000);
        Answer answer = post("/model", ACME, form(artifact, "{\"model_params\":{\"params\":{\"lr\":0.1}}}"))
                .expect(201);
        String id = answer.json().path("model_id").asString();
        assertThat(answer.header("Location")).isEqualTo("/model/" + id);
        assertThat(get("/model/" + id, ACME).expect(200).body()).isEqualTo(artifact);

        JsonNode status = get("/model/" + id + "/status", ACME).expect(200).json();
        assertThat(status.path("origin").asString()).isEqualTo("imported");
        assertThat(status.path("status").asString()).isEqualTo("TRAINED");
        assertThat(status.path("format").asString()).isEqualTo("torchscript");
        assertThat(status.path("sha256").asString()).isEqualTo(sha256(artifact));
        assertThat(status.has("dataset_id")).isFalse();
        assertThat(status.has("train_image")).isFalse();
        assertThat(status.has("trained_at")).isFalse();
        assertThat(get("/model?limit=200", ACME).body()).asString().contains(id);

        JsonNode onChain = get("/model/" + id + "/metadata", ACME).expect(200).json();
        assertThat(onChain.path("model_params").path("origin").asString()).isEqualTo("imported");
        assertThat(onChain.path("model_params").path("res_sha256").asString()).isEqualTo(sha256(artifact));
        assertThat(onChain.path("model_params").has("train_image_sha256")).isFalse();
        assertThat(onChain.path("data_params").has("dataset_id")).isFalse();

        UUID model = UUID.fromString(id);
        assertThat(events(model, RegistryEvents.MODEL_REGISTERED)
                        .getFirst()
                        .path("origin")
                        .asString())
                .isEqualTo("imported");
        assertThat(events(model, RegistryEvents.MODEL_IMPORTED)).hasSize(1);
        assertThat(events(model, RegistryEvents.MODEL_TRAINED)).isEmpty();
        assertThat(events(model, RegistryEvents.TRAINING_REQUESTED)).isEmpty();
    }

    @Test
    void takesAResumableUploadAsWellAsAFile() throws Exception {
        byte[] artifact = random(300);
        String upload = send(request("/uploads", ACME)
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", String.valueOf(artifact.length))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build())
                .expect(201)
                .header("Location");
        send(request(upload, ACME)
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Offset", "0")
                        .header("Content-Type", "application/offset+octet-stream")
                        .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(artifact))
                        .build())
                .expect(204);
        Form form = Form.of().field("metadata", "{}").field("upload_id", upload.substring("/uploads/".length()));
        String id =
                post("/model", ACME, form).expect(201).json().path("model_id").asString();
        assertThat(get("/model/" + id, ACME).expect(200).body()).isEqualTo(artifact);
    }

    @Test
    void anImportIsTranslatedButNeverTrained() throws Exception {
        String id = post("/model", ACME, form(random(100), "{}"))
                .expect(201)
                .json()
                .path("model_id")
                .asString();
        Form translation =
                Form.of().file("artifact", "m.onnx", "a/b", random(20)).field("certificate", "{}");
        String translated = send(request(
                                "/internal/translation?source_model_id=" + id + "&format=onnx",
                                TestIdentity.service("translation-service"))
                        .header("X-On-Behalf-Of", ACME)
                        .header("Content-Type", Form.TYPE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(translation.body()))
                        .build())
                .expect(201)
                .json()
                .path("model_id")
                .asString();
        JsonNode status = get("/model/" + translated + "/status", ACME).json();
        assertThat(status.path("origin").asString()).isEqualTo("translated");
        assertThat(status.path("source_model_id").asString()).isEqualTo(id);
        assertThat(get("/model/" + translated, ACME).status()).isEqualTo(200);

        String training = TestIdentity.service("training-service");
        assertThat(get("/internal/model/" + id + "/training", training)
                        .expect(409)
                        .code())
                .isEqualTo("RESULT_ALREADY_REGISTERED");
        assertThat(postJson(
                                "/internal/model/" + id + "/job-credential",
                                training,
                                "{\"job_id\":\"%s\",\"valid_seconds\":60}".formatted(UUID.randomUUID()))
                        .expect(409)
                        .code())
                .isEqualTo("RESULT_ALREADY_REGISTERED");
    }

    @Test
    void waitsForTheChainAndIsDeliveredByNobodyBefore() throws Exception {
        chain.down(true);
        byte[] artifact = random(100);
        Answer answer = post("/model", ACME, form(artifact, "{}")).expect(202);
        String id = answer.json().path("model_id").asString();
        assertThat(answer.header("Location")).isEqualTo("/model/" + id + "/status");
        assertThat(get("/model/" + id, ACME).expect(409).code()).isEqualTo("NOT_TRAINED_YET");
        chain.down(false);
        await().untilAsserted(
                        () -> assertThat(get("/model/" + id, ACME).status()).isEqualTo(200));
    }

    @Test
    void refusesAnImportThatClaimsATraining() throws Exception {
        UUID dataset = registerDataset(ACME, random(10));
        String claims = "{\"data_params\":{\"dataset_id\":\"%s\"}}".formatted(dataset);
        Answer withDataset = post("/model", ACME, form(random(10), claims)).expect(422);
        assertThat(withDataset.code()).isEqualTo("INVALID_METADATA");
        assertThat(withDataset.detail()).contains("not witnessed");
        Answer both = post("/model", ACME, form(random(10), "{}").field("train_image", "mlaas/trainer:1"));
        assertThat(both.detail()).isEqualTo("train_image and artifact: both given (expected: one)");
        assertThat(both.status()).isBetween(400, 422);
        assertThat(post("/model", ACME, form(new byte[0], "{}")).expect(422).code())
                .isEqualTo("EMPTY_FILE");
        assertThat(post("/model", ACME, Form.of().field("metadata", "{}"))
                        .expect(422)
                        .detail())
                .isEqualTo("data_params.dataset_id: missing (expected: a UUID)");
    }

    @Test
    void anImportWithOneFlippedByteIsNeverDelivered() throws Exception {
        byte[] artifact = random(1000);
        String id = post("/model", ACME, form(artifact, "{}"))
                .expect(201)
                .json()
                .path("model_id")
                .asString();
        flipOneByte(stored(TestIdentity.ACME, artifact));
        assertThat(get("/model/" + id, ACME).expect(409).code()).isEqualTo("ASSET_QUARANTINED");
    }
}
