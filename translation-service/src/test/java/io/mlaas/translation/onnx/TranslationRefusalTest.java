package io.mlaas.translation.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.TestIdentity;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not translated, and what is said about it. */
class TranslationRefusalTest extends RunningService {
    @ParameterizedTest
    @ValueSource(strings = {"PENDING", "REGISTERED", "TRAINING", "STORED"})
    void asksToComeBackWhileTheModelIsTrained(String status) throws Exception {
        UUID id = REGISTRY.add(TestIdentity.ACME, status, "", "", new byte[0]);

        HttpResponse<String> answer = translate(id);

        assertProblem(answer, 409, "TRANSLATION_NOT_TRAINED_YET");
        assertThat(answer.body()).contains("has not been trained yet");
        assertThat(answer.headers().firstValue("Retry-After")).contains("10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAILED", "CANCELLED", "QUARANTINED"})
    void refusesModelsWithoutAResult(String status) throws Exception {
        HttpResponse<String> answer = translate(REGISTRY.add(TestIdentity.ACME, status, "", "", new byte[0]));

        assertProblem(answer, 409, "TRANSLATION_NOT_TRAINED");
        assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    }

    @Test
    void knowsNoModelsOfOtherCompanies() throws Exception {
        UUID id = trained("mlp.pt");
        HttpResponse<String> foreign = send(request(TestIdentity.globexScientist(), id));
        HttpResponse<String> missing = send(request(TestIdentity.globexScientist(), UUID.randomUUID()));

        assertProblem(foreign, 404, "TRANSLATION_MODEL_UNKNOWN");
        assertProblem(missing, 404, "TRANSLATION_MODEL_UNKNOWN");
        assertProblem(get(TestIdentity.globexScientist(), id), 404, "TRANSLATION_MODEL_UNKNOWN");
        assertThat(REGISTRY.translations()).isEmpty();
    }

    @Test
    void refusesStrangersAndOtherRoles() throws Exception {
        UUID id = trained("mlp.pt");

        assertProblem(send(HttpRequest.newBuilder(url(id)).POST(BodyPublishers.noBody())), 401, "UNAUTHENTICATED");
        assertProblem(send(request(TestIdentity.forged(), id)), 401, "UNAUTHENTICATED");
        assertProblem(send(request(TestIdentity.acmeOperator(), id)), 403, "FORBIDDEN");
        assertProblem(get(TestIdentity.nobody(), id), 403, "FORBIDDEN");
        assertThat(REGISTRY.downloads()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"GET, check, POST", "POST, keys, GET", "PUT, keys, GET", "DELETE, check, POST"})
    void takesNoOtherPathForAModelsId(String method, String path, String allowed) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(url().resolve(path))
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .method(method, BodyPublishers.noBody()));

        assertProblem(answer, 405, "METHOD_NOT_ALLOWED");
        assertThat(answer.headers().firstValue("Allow").orElse(""))
                .contains(allowed)
                .doesNotContain(method);
    }

    @Test
    void refusesAFormWithoutABoundary() throws Exception {
        HttpResponse<String> answer = send(request(TestIdentity.acmeScientist(), trained("mlp.pt"))
                .header("Content-Type", "multipart/form-data")
                .POST(BodyPublishers.ofString("--b\r\n")));

        assertProblem(answer, 400, "MALFORMED_REQUEST");
        assertThat(REGISTRY.downloads()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"opset=newest", "quantize=perhaps", "static=2.5", "float64=yes%21"})
    void refusesQueryParametersOfAnotherType(String query) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(url(trained("mlp.pt")) + "?" + query))
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .POST(BodyPublishers.noBody()));

        assertProblem(answer, 400, "MALFORMED_REQUEST");
        assertThat(answer.body()).contains(query.substring(0, query.indexOf('=')));
        assertThat(REGISTRY.downloads()).isZero();
    }

    @Test
    void refusesOtherFormatsByName() throws Exception {
        HttpResponse<String> answer =
                translate(REGISTRY.add(TestIdentity.ACME, "TRAINED", "onnx", "m.onnx", new byte[] {1}));

        assertProblem(answer, 422, "TRANSLATION_FORMAT_UNSUPPORTED");
        assertThat(answer.body()).contains("format: onnx (expected: ", "torchscript", "scikit-learn");
        assertThat(REGISTRY.downloads()).isZero();
    }

    @Test
    void refusesAFileThatIsNoModel() throws Exception {
        HttpResponse<String> answer = translate(REGISTRY.add(
                TestIdentity.ACME,
                "TRAINED",
                "torchscript",
                "m.pt",
                "not an archive".getBytes(java.nio.charset.StandardCharsets.UTF_8)));

        assertProblem(answer, 422, "TRANSLATION_REFUSED");
        assertThat(answer.body()).contains("NOT_A_MODEL");
        assertThat(REGISTRY.translations()).isEmpty();
        assertNothingLeft();
    }

    @Test
    void refusesModelsBeyondItsLimit() throws Exception {
        HttpResponse<String> answer =
                translate(REGISTRY.add(TestIdentity.ACME, "TRAINED", "torchscript", "m.pt", new byte[(1 << 20) + 1]));

        assertProblem(answer, 413, "TRANSLATION_TOO_LARGE");
        assertThat(answer.body()).contains("1048577 (expected: <= 1048576");
        assertThat(REGISTRY.downloads()).isZero();
    }

    @Test
    void refusesBytesThatAreNotTheRegisteredOnes() throws Exception {
        byte[] sample = Files.readAllBytes(SAMPLES.resolve("mlp.pt"));
        String registered = FakeRegistry.sha256(sample);
        sample[sample.length / 2] ^= 1;

        HttpResponse<String> answer =
                translate(REGISTRY.add(TestIdentity.ACME, "TRAINED", "torchscript", "m.pt", sample, registered));

        assertProblem(answer, 502, "TRANSLATION_SOURCE_DAMAGED");
        assertThat(answer.body()).contains(registered);
        assertThat(REGISTRY.translations()).isEmpty();
    }

    @Test
    void refusesAModelThatTheRegistryDoesNotDeliver() throws Exception {
        UUID id = REGISTRY.add(TestIdentity.ACME, "TRAINED", "torchscript", FakeRegistry.TAMPERED, new byte[] {1});

        assertProblem(translate(id), 502, "TRANSLATION_SOURCE_DAMAGED");
        assertNothingLeft();
    }

    @Test
    void refusesAModelThatTheCompanyWasNotGrantedToUse() throws Exception {
        UUID id = REGISTRY.add(TestIdentity.ACME, "TRAINED", "torchscript", FakeRegistry.NOT_GRANTED, new byte[] {1});

        assertProblem(translate(id), 403, "TRANSLATION_NOT_GRANTED");
        assertNothingLeft();
    }

    @Test
    void registersNothingThatDiffersFromItsSource() throws Exception {
        error = 0.01f;

        HttpResponse<String> answer = translate(trained("digits-cnn.pt"));

        assertProblem(answer, 422, "TRANSLATION_DIFFERS");
        assertThat(answer.body()).contains("output y[", "expected");
        assertThat(REGISTRY.translations()).isEmpty();
        assertNothingLeft();
    }
}
