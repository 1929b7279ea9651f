package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TranslationApiTest extends RegistryServer {
    private static final String ACME = TestIdentity.acmeScientist();

    @Test
    void registersATranslationAsALinkedModelOnce() throws Exception {
        UUID source = trainedModel(ACME, random(500));
        byte[] onnx = random(700);
        Form form = Form.of()
                .file("artifact", "model.onnx", "application/octet-stream", onnx)
                .field("certificate", "{\"max_abs_error\": 1.0e-7}");
        JsonNode first = translate(source, form).expect(201).json();
        assertThat(first.path("created").asBoolean()).isTrue();
        assertThat(first.path("status").asString()).isEqualTo("TRAINED");
        UUID id = UUID.fromString(first.path("model_id").asString());
        assertThat(get("/model/" + id, ACME).expect(200).body()).isEqualTo(onnx);
        assertThat(new String(
                        get("/model/" + id + "/certificate", ACME).expect(200).body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"max_abs_error\": 1.0e-7}");
        JsonNode status = get("/model/" + id + "/status", ACME).json();
        assertThat(status.path("format").asString()).isEqualTo("onnx");
        assertThat(status.path("source_model_id").asString()).isEqualTo(source.toString());
        JsonNode onChain = get("/metadata/" + id, ACME).expect(200).json().path("model_params");
        assertThat(onChain.path("source_model_id").asString()).isEqualTo(source.toString());
        assertThat(onChain.path("res_sha256").asString()).isEqualTo(sha256(onnx));
        assertThat(events(id, RegistryEvents.MODEL_TRANSLATED)).hasSize(1);
        assertThat(events(id, RegistryEvents.TRAINING_REQUESTED)).isEmpty();

        JsonNode again = translate(source, form).expect(200).json();
        assertThat(again.path("created").asBoolean()).isFalse();
        assertThat(again.path("model_id").asString()).isEqualTo(id.toString());
        JsonNode found = onBehalf("/internal/translation?source_model_id=" + source + "&format=onnx", ACME)
                .expect(200)
                .json();
        assertThat(found.path("model_id").asString()).isEqualTo(id.toString());
        assertThat(onBehalf("/internal/translation?source_model_id=" + source + "&format=tflite", ACME)
                        .expect(404)
                        .code())
                .isEqualTo("NO_TRANSLATION");
        assertThat(onBehalf(
                                "/internal/translation?source_model_id=" + source + "&format=onnx",
                                TestIdentity.globexScientist())
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_MODEL");
    }

    @Test
    void refusesTheTranslationOfWhatIsNotTrained() throws Exception {
        UUID source = registerModel(ACME, registerDataset(ACME, random(10)));
        Form form = Form.of()
                .file("artifact", "m.onnx", "application/octet-stream", random(10))
                .field("certificate", "{}");
        assertThat(translate(source, form).expect(409).code()).isEqualTo("SOURCE_NOT_TRAINED");
        UUID trained = trainedModel(ACME, random(10));
        Form malformed = Form.of().file("artifact", "m.onnx", "a/b", random(10)).field("certificate", "{");
        assertThat(translate(trained, malformed).expect(400).code()).isEqualTo("MALFORMED_METADATA");
    }

    private Answer translate(UUID source, Form form) throws Exception {
        return send(request(
                        "/internal/translation?source_model_id=" + source + "&format=onnx",
                        TestIdentity.service("translation-service"))
                .header("X-On-Behalf-Of", ACME)
                .header("Content-Type", Form.TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.body()))
                .build());
    }

    private Answer onBehalf(String path, String user) throws Exception {
        return send(request(path, TestIdentity.service("translation-service"))
                .header("X-On-Behalf-Of", user)
                .GET()
                .build());
    }
}
