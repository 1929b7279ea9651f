package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
        assertThat(onChain.path("definition_sha256").asString())
                .isEqualTo(sha256(bytes("{\"max_abs_error\": 1.0e-7}")));
        assertThat(get("/model/" + id + "/definition", ACME).expect(200).body()).isEqualTo(bytes("{\"layers\":[]}"));
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
    void takesATranslationOutWhoseCertificateWasChanged() throws Exception {
        UUID source = trainedModel(ACME, random(500));
        byte[] certificate = bytes("{\"passed\": true, \"of\": \"" + source + "\"}");
        UUID id = translated(source, "", certificate);
        flipOneByte(stored(TestIdentity.ACME, certificate));

        Answer answer = get("/model/" + id + "/certificate", ACME).expect(409);

        assertThat(answer.code()).isEqualTo("ASSET_QUARANTINED");
        assertThat(get("/model/" + id, ACME).expect(409).code()).isEqualTo("ASSET_QUARANTINED");
    }

    @Test
    void keepsACertificateForEachReferenceOfTheSameBytes() throws Exception {
        UUID source = trainedModel(ACME, random(500));
        byte[] certificate = bytes("{\"of\": \"" + source + "\"}");
        UUID plain = translated(source, "", certificate);
        UUID recorded = translated(source, sha256(bytes("recorded")), certificate);

        assertThat(recorded).isNotEqualTo(plain);
        assertThat(translated(source, sha256(bytes("recorded")), certificate)).isEqualTo(recorded);
        Form form = form(random(10), bytes("{}"));
        assertThat(asService(source, "&reference_sha256=123", form).expect(422).code())
                .isEqualTo("INVALID_REQUEST");
    }

    @Test
    void removesTheCertificateWithItsTranslation() throws Exception {
        UUID source = trainedModel(ACME, random(500));
        byte[] certificate = bytes("{\"of\": \"" + source + "\"}");
        UUID id = translated(source, "", certificate);
        assertThat(stored(TestIdentity.ACME, certificate)).exists();

        send(request("/model/" + id, ACME).DELETE().build()).expect(204);

        await().untilAsserted(
                        () -> assertThat(stored(TestIdentity.ACME, certificate)).doesNotExist());
    }

    @Test
    void worksForTheCompanyThatAServiceNamesAsThatCompanyMay() throws Exception {
        byte[] artifact = random(500);
        UUID source = trainedModel(ACME, artifact);
        String dataset = get("/model/" + source + "/status", ACME)
                .json()
                .path("dataset_id")
                .asString();
        String artifactPath = "/internal/model/" + source + "/artifact?organization_id=";
        String datasetPath = "/internal/dataset/" + dataset + "/content?organization_id=";
        String service = TestIdentity.service("translation-service");

        assertThat(get(artifactPath + TestIdentity.ACME, service).expect(200).body())
                .isEqualTo(artifact);
        get(datasetPath + TestIdentity.ACME, service).expect(200);
        assertThat(get(artifactPath + TestIdentity.GLOBEX, service).expect(404).code())
                .isEqualTo("UNKNOWN_MODEL");
        assertThat(get(datasetPath + TestIdentity.GLOBEX, service).expect(404).code())
                .isEqualTo("UNKNOWN_DATASET");
        assertThat(asService(source, "&organization_id=" + TestIdentity.GLOBEX, form(random(10), bytes("{}")))
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_MODEL");
        UUID id = UUID.fromString(asService(
                        source,
                        "&organization_id=" + TestIdentity.ACME + "&requested_by=me",
                        form(random(10), bytes("{}")))
                .expect(201)
                .json()
                .path("model_id")
                .asString());
        assertThat(jdbc.sql("select registered_by from model where id = :id")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .isEqualTo("me");
    }

    @Test
    void aUsersTokenCountsWhateverCompanyTheServiceNames() throws Exception {
        UUID source = trainedModel(ACME, random(500));

        assertThat(onBehalf(
                                "/internal/model/" + source + "/artifact?organization_id=" + TestIdentity.ACME,
                                TestIdentity.globexScientist())
                        .expect(404)
                        .code())
                .isEqualTo("UNKNOWN_MODEL");
    }

    private UUID translated(UUID source, String reference, byte[] certificate) throws Exception {
        Answer answer = asService(
                source,
                "&organization_id=" + TestIdentity.ACME + "&reference_sha256=" + reference,
                form(bytes("onnx of " + source), certificate));
        assertThat(answer.status()).isIn(200, 201);
        return UUID.fromString(answer.json().path("model_id").asString());
    }

    private static Form form(byte[] onnx, byte[] certificate) {
        return Form.of()
                .file("artifact", "model.onnx", "application/octet-stream", onnx)
                .field("certificate", new String(certificate, StandardCharsets.UTF_8));
    }

    private Answer asService(UUID source, String more, Form form) throws Exception {
        return post(
                "/internal/translation?source_model_id=" + source + "&format=onnx" + more,
                TestIdentity.service("translation-service"),
                form);
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
