package io.mlaas.translation.onnx;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DATA_SCIENTIST;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DEVICE;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.authorization.AuthorizationMatrix;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TranslationApiTest extends RunningService {
    @Test
    void translatesAModelAndRegistersItWithItsCertificate() throws Exception {
        UUID id = trained("digits-cnn.pt");

        HttpResponse<String> answer = translate(id);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode translation = json.readTree(answer.body());
        FakeRegistry.Model registered = REGISTRY.translations().getFirst();
        assertThat(translation.get("model_id").asString())
                .isEqualTo(registered.id().toString());
        assertThat(translation.get("source_model_id").asString()).isEqualTo(id.toString());
        assertThat(translation.get("format").asString()).isEqualTo("onnx");
        assertThat(translation.get("file_name").asString()).isEqualTo("digits-cnn.onnx");
        assertThat(translation.get("sha256").asString()).isEqualTo(FakeRegistry.sha256(registered.bytes()));
        assertThat(translation.get("size_bytes").asInt()).isEqualTo(registered.bytes().length);
        assertThat(translation.get("created").asBoolean()).isTrue();
        assertThat(answer.headers().firstValue("Location")).contains("/model/" + registered.id());

        JsonNode certificate = translation.get("certificate");
        assertThat(json.readTree(registered.certificate())).isEqualTo(certificate);
        assertThat(certificate.get("passed").asBoolean()).isTrue();
        assertThat(certificate.get("inputs").asInt()).isGreaterThanOrEqualTo(1000);
        assertThat(certificate.get("source_sha256").asString())
                .isEqualTo(REGISTRY.model(id).sha256());
        assertThat(certificate.get("onnx_sha256").asString()).isEqualTo(FakeRegistry.sha256(registered.bytes()));
        assertThat(certificate.get("max_absolute_error").asDouble()).isLessThan(1e-4);
        assertThat(certificate.get("label_agreement").asDouble()).isEqualTo(1);
        assertThat(certificate.get("source_engine").asString()).startsWith("PyTorch ");
        assertThat(certificate.get("operators").isEmpty()).isFalse();
        assertNothingLeft();
    }

    @Test
    void answersTheBytesToThoseWhoAskForThem() throws Exception {
        UUID id = trained("mlp.pt");

        HttpResponse<byte[]> answer = http.send(
                request(TestIdentity.acmeScientist(), id)
                        .header("Accept", BYTES)
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        FakeRegistry.Model registered = REGISTRY.translations().getFirst();
        assertThat(answer.body()).isEqualTo(registered.bytes());
        assertThat(answer.headers().firstValue("Content-Type")).contains(BYTES);
        assertThat(answer.headers().firstValue("Content-Length")).contains(Integer.toString(registered.bytes().length));
        assertThat(answer.headers().firstValue("Content-Disposition").orElseThrow())
                .startsWith("attachment")
                .contains("mlp.onnx");
        assertThat(answer.headers().firstValue("X-Model-Id"))
                .contains(registered.id().toString());
        try (OnnxModel model = OnnxModel.load(answer.body())) {
            assertThat(model.run(new Batch(new float[6], 1, 6)).shape()).containsExactly(1, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conv1d-norm.pt", "embedding.pt", "gru.pt", "lstm.pt", "residual.pt"})
    void translatesWhatTheTrainerMakes(String sample) throws Exception {
        assertThat(translate(trained(sample)).statusCode()).isEqualTo(201);
    }

    @Test
    void translatesSeveralInputsAndJudgesAllOfThem() throws Exception {
        UUID id = trained("torchscript", TORCH.resolve("two-towers-2.13.scripted.pt"));

        HttpResponse<String> answer = translate(id);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode certificate = json.readTree(answer.body()).get("certificate");
        assertThat(certificate.path("model_inputs").size()).isGreaterThan(1);
        assertThat(certificate.path("source_engine").asString()).startsWith("PyTorch ");
        assertThat(certificate.path("passed").asBoolean()).isTrue();
    }

    @Test
    void translatesExportedPrograms() throws Exception {
        UUID id = trained("torch-export", TORCH.resolve("mobile-net-v3-2.13.exported.pt2"));

        HttpResponse<String> answer = translate(id);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode certificate = json.readTree(answer.body()).get("certificate");
        assertThat(certificate.path("source_engine").asString()).startsWith("PyTorch ");
        assertThat(certificate.path("passed").asBoolean()).isTrue();
    }

    /** Constant edge cases, normalised: there 32-bit floats take PyTorch itself further from 64 bits than the tolerance. */
    @Test
    void tellsWhatIsExplainedByTheSourcesOwnRounding() throws Exception {
        UUID id = trained("torchscript", TORCH.resolve("conv3d-net-2.13.scripted.pt"));

        HttpResponse<String> answer = translate(id);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode certificate = json.readTree(answer.body()).get("certificate");
        assertThat(certificate.at("/explained/widened_inputs").asInt()).isPositive();
        assertThat(certificate.at("/explained/reference_error").asDouble()).isPositive();
        assertThat(certificate.path("passed").asBoolean()).isTrue();
    }

    @Test
    void takesWhatTheFileDoesNotSayFromTheRequest() throws Exception {
        UUID id = trained("torchscript", TORCH.resolve("dqn-2.13.scripted.pt"));

        HttpResponse<String> answer = wished(id, "?input_shape=2,20,20&input_type=float32");
        HttpResponse<String> again = wished(id, "?input_shape=2,20,20&input_type=float32");
        HttpResponse<String> fixed = wished(id, "?input_shape=2,20,20&static=true");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode made = json.readTree(answer.body());
        assertThat(made.at("/certificate/options").asString()).isEqualTo("input_shape 2,20,20\ninput_type float32");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(fixed.statusCode()).isEqualTo(201);
        assertThat(json.readTree(fixed.body()).path("model_id")).isNotEqualTo(made.path("model_id"));
        assertProblem(wished(id, "?input_shape=many"), 422, "TRANSLATION_REFUSED");
        assertProblem(wished(id, "?input_type=x%0Afloat64"), 422, "TRANSLATION_REFUSED");
    }

    @Test
    void answersTheFirstTranslationAgain() throws Exception {
        UUID id = trained("mlp.pt");
        JsonNode first = json.readTree(translate(id).body());

        HttpResponse<String> again = translate(id);
        HttpResponse<byte[]> bytes = http.send(
                request(TestIdentity.acmeScientist(), id)
                        .header("Accept", BYTES)
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(again.statusCode()).isEqualTo(200);
        JsonNode second = json.readTree(again.body());
        assertThat(second.get("created").asBoolean()).isFalse();
        assertThat(second.get("model_id")).isEqualTo(first.get("model_id"));
        assertThat(second.get("certificate")).isEqualTo(first.get("certificate"));
        assertThat(bytes.headers().firstValue("X-Model-Id"))
                .contains(first.get("model_id").asString());
        assertThat(REGISTRY.translations()).hasSize(1);
    }

    @Test
    void translatesAnewForOtherWishesAndAnswersEachAgain() throws Exception {
        UUID id = trained("digits-cnn.pt");
        JsonNode plain = json.readTree(translate(id).body());

        HttpResponse<String> small = wished(id, "?opset=18&quantize=true");
        HttpResponse<String> again = wished(id, "?opset=18&quantize=true");

        assertThat(small.statusCode()).as(small.body()).isEqualTo(201);
        JsonNode certificate = json.readTree(small.body()).get("certificate");
        assertThat(certificate.get("opset").asInt()).isEqualTo(18);
        assertThat(certificate.at("/quantization/weights").asInt()).isPositive();
        assertThat(json.readTree(small.body()).get("model_id")).isNotEqualTo(plain.get("model_id"));
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json.readTree(again.body()).get("model_id"))
                .isEqualTo(json.readTree(small.body()).get("model_id"));
        assertProblem(wished(id, "?opset=9"), 422, "TRANSLATION_REFUSED");
    }

    @Test
    void checksWithoutRegisteringAnything() throws Exception {
        UUID id = trained("mlp.pt");

        HttpResponse<String> checked =
                send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/translate/check?model_id=" + id))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .POST(BodyPublishers.noBody()));

        assertThat(checked.statusCode()).as(checked.body()).isEqualTo(200);
        JsonNode answer = json.readTree(checked.body());
        assertThat(answer.get("format").asString()).isEqualTo("torchscript");
        assertThat(answer.get("translatable").asBoolean()).isTrue();
        assertThat(REGISTRY.translations()).isEmpty();
        assertNothingLeft();
    }

    @Test
    void showsAnEarlierTranslation() throws Exception {
        UUID id = trained("mlp.pt");
        assertProblem(get(TestIdentity.acmeScientist(), id), 404, "TRANSLATION_UNKNOWN");

        JsonNode made = json.readTree(translate(id).body());

        for (String token : List.of(TestIdentity.acmeScientist(), TestIdentity.acmeOperator())) {
            HttpResponse<String> shown = get(token, id);
            assertThat(shown.statusCode()).isEqualTo(200);
            assertThat(json.readTree(shown.body()).get("model_id")).isEqualTo(made.get("model_id"));
            assertThat(json.readTree(shown.body()).at("/certificate/passed").asBoolean())
                    .isTrue();
        }
    }

    @Test
    void makesATranslationAnewThatWasTakenOut() throws Exception {
        UUID id = trained("mlp.pt");
        UUID first = UUID.fromString(
                json.readTree(translate(id).body()).get("model_id").asString());
        REGISTRY.quarantine(first);

        HttpResponse<String> anew = translate(id);

        assertThat(anew.statusCode()).as(anew.body()).isEqualTo(201);
        assertThat(json.readTree(anew.body()).get("model_id").asString()).isNotEqualTo(first.toString());
    }

    @Test
    void auditsWhatWasAskedForAndWhatWasRefused() throws Exception {
        UUID id = trained("mlp.pt");
        translate(id);
        send(request(TestIdentity.acmeOperator(), id));

        JsonNode page = json.readTree(send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/audit"))
                        .header("Authorization", "Bearer " + TestIdentity.acmeOperator())
                        .GET())
                .body());

        List<String> entries = page.path("items")
                .valueStream()
                .filter(entry -> entry.path("path").asString().contains(id.toString()))
                .map(entry -> entry.at("/actor/name").asString() + " "
                        + entry.path("status").asInt())
                .toList();
        assertThat(entries).containsExactlyInAnyOrder("acme-scientist 201", "acme-operator 403");
    }

    @Test
    void commitsItsDocument() throws Exception {
        Documentation.openApiIsCommitted(
                "translation-service",
                send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/openapi.json")))
                        .body());
    }

    @Test
    void everyOperationLetsInThoseWhoMayAndNobodyElse() throws Exception {
        UUID model = trained("mlp.pt");
        String location =
                send(asynchronous(model)).headers().firstValue("Location").orElseThrow();
        UUID translation = UUID.fromString(location.substring("/translate/status/".length()));
        assertThat(translate(model).statusCode()).isIn(200, 201);
        new AuthorizationMatrix("translation-service", "http://localhost:" + port, handlers)
                .asset("translate", model, DATA_SCIENTIST)
                .asset("translation", model, DATA_SCIENTIST, OPERATOR)
                .asset("translationCertificate", model, DATA_SCIENTIST, OPERATOR)
                .assetIn("checkTranslation", "model_id", model, DATA_SCIENTIST)
                .asset("translationStatus", translation, DATA_SCIENTIST, OPERATOR)
                .platform("signingKeys", DATA_SCIENTIST, OPERATOR, DEVICE, ADMIN, SERVICE)
                .company("audit", OPERATOR, ADMIN)
                // What a company was refused names what it asked for, whosever that is.
                .with("audit", "outcome", "DONE")
                .verify();
    }

    private HttpResponse<String> wished(UUID id, String query) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url(id) + query))
                .timeout(Duration.ofSeconds(60))
                .header("Prefer", "wait=60")
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .POST(BodyPublishers.noBody()));
    }
}
