package io.mlaas.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.onnx.parity.SignedCertificate;
import io.mlaas.stack.demo.MainJob;
import io.mlaas.stack.demo.PlatformClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests as the reports have them, with host and token changed. */
record ReportsRequests(RunningStack stack, MainJob.Outcome outcome) {
    private static final JsonMapper JSON = JsonMapper.shared();

    void aModelIsTrained(String token, UUID scientist) throws Exception {
        PlatformClient platform = stack.as(token);
        LinkedHashMap<String, PlatformClient.Part> form = new LinkedHashMap<>();
        form.put("metadata", new PlatformClient.Part.Field("""
                {
                    "model_params": {
                        "developer_id": "dd8fca81-a999-40f5-81f0-68627e303a27",
                        "organization_id": "5d066d58-06de-47ab-a2f6-c8f413e21947",
                    },
                    "data_params": {
                        "dataset_id": "%s"
                    }
                }
                """.formatted(outcome.dataset())));
        form.put("train_image", new PlatformClient.Part.Field("mlaas/trainer:1"));
        UUID model = UUID.fromString(platform.postForm("/model/", form)
                .expect(201, 200, 202)
                .body()
                .path("model_id")
                .asString());

        PlatformClient.Answer early = platform.get("/model/" + model);
        if (early.status() == 409) {
            assertThat(early.body().path("detail").asString())
                    .isEqualTo("Model " + model + " has not been trained yet. Please, try again later.");
        }
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> platform.get("/model/" + model + "/status")
                        .body()
                        .path("status")
                        .asString()
                        .equals("TRAINED"));
        JsonNode chain = platform.get("/metadata/" + model).expect(200).body();
        assertThat(chain.path("model_params").path("developer_id").asString()).isEqualTo(scientist.toString());
        assertThat(chain.path("model_params").path("res_hash").asString()).matches("[0-9a-f]{32}");
        assertThat(chain.path("data_params").path("dataset_id").asString())
                .isEqualTo(outcome.dataset().toString());
    }

    /** Its certificate is signed with a key that anybody can read, and anchored with the model. */
    void aModelIsTranslated(String token, String other, Path work) throws Exception {
        stack.send("POST", "/translate/" + outcome.model(), token);
        HttpResponse<String> answer = stack.send("GET", "/translate/" + outcome.model() + "/certificate", token);
        String onnx = answer.headers().firstValue("X-Model-Id").orElseThrow();
        Path model = work.resolve("translated.onnx");
        assertThat(stack.as(token).download("/model/" + onnx, model)).isEqualTo(200);
        Path certificate = Files.writeString(work.resolve("certificate.json"), answer.body());

        JsonNode key = JSON.readTree(stack.send("GET", "/translate/keys", other).body())
                .path("keys")
                .get(0);
        PublicKey published = KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(
                        Base64.getDecoder().decode(key.path("public_key").asString())));
        assertThat(SignedCertificate.fromJson(answer.body()).isSignedBy(published))
                .isTrue();
        assertThat(stack.mlaas("verify", model.toString(), "--asset", onnx, "--certificate", certificate.toString())
                        .expect(0))
                .contains("so is its certificate");

        Path changed = Files.writeString(
                work.resolve("changed.json"), answer.body().replace("\"passed\":true", "\"passed\": true"));
        assertThat(stack.mlaas("verify", model.toString(), "--asset", onnx, "--certificate", changed.toString())
                        .expect(1))
                .contains("the certificate is not the one that the translation was registered with");
        JsonNode said = JSON.readTree(answer.body());
        assertThat(said.path("input_ranges").asString()).isEqualTo("dataset " + outcome.dataset());
    }
}
