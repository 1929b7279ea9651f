package io.mlaas.translation.onnx;

import static io.mlaas.testkit.authorization.AuthorizationMatrix.ADMIN;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DATA_SCIENTIST;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.DEVICE;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.OPERATOR;
import static io.mlaas.testkit.authorization.AuthorizationMatrix.SERVICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.onnx.parity.SignedCertificate;
import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import io.mlaas.testkit.authorization.AuthorizationMatrix;
import io.mlaas.translation.TranslationApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Import(TranslationApiTest.Doubts.class)
@SpringBootTest(classes = TranslationApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class TranslationApiTest {
    private static final FakeRegistry REGISTRY = new FakeRegistry();
    private static final Path SAMPLES =
            Path.of(System.getProperty("mlaas.home", ".."), "ml/neural/src/test/resources/samples");
    private static final String BYTES = "application/octet-stream";

    @TempDir
    static Path workDirectory;

    /** Added to what PyTorch says. */
    private static volatile float error;

    /** Holds translations up until it is counted down. */
    private static volatile @Nullable CountDownLatch gate;

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.builder().build();

    @LocalServerPort
    private int port;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping handlers;

    @TestConfiguration
    static class Doubts {
        @Bean
        @Primary
        Judge.Bench doubtful() {
            return (source, translation) -> {
                CountDownLatch held = gate;
                if (held != null) {
                    awaitOpen(held);
                }
                return new DoubtfulJudge(PyTorchReference.open(source, translation));
            };
        }
    }

    private record DoubtfulJudge(Judge judge) implements Judge {
        @Override
        public NamedTensors run(NamedTensors x) {
            TypedTensor y = judge.run(x).first();
            float[] values = y.floats();
            values[0] += error;
            return NamedTensors.of("y", TypedTensor.float32(values, y.shape()));
        }

        @Override
        public String engine() {
            return judge.engine();
        }

        @Override
        public void close() {
            judge.close();
        }
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        TestServers.postgres(registry, "translation");
        TestServers.kafka(registry);
        registry.add("mlaas.translation.signing.key-file", () -> workDirectory.resolve("keys/signing.pem"));
        registry.add("mlaas.translation.poll-interval", () -> "100ms");
        registry.add("mlaas.translation.max-reference-size", () -> "256KB");
        registry.add("mlaas.translation.max-dataset-size", () -> "64KB");
        registry.add("mlaas.translation.queue", () -> "2");
        registry.add("mlaas.services.model-sharing", REGISTRY::url);
        registry.add("mlaas.translation.work-directory", () -> workDirectory.resolve("work"));
        registry.add("mlaas.translation.max-model-size", () -> "1MB");
        registry.add("mlaas.translation.capacity", () -> "1");
        registry.add("mlaas.translation.max-wait", () -> "700ms");
    }

    @BeforeEach
    void reset() {
        REGISTRY.forget();
        error = 0;
        gate = null;
    }

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
    void showsTheCertificateAlone() throws Exception {
        UUID id = trained("mlp.pt");
        JsonNode made = json.readTree(translate(id).body());

        HttpResponse<String> shown = send(HttpRequest.newBuilder(URI.create(url(id) + "/certificate"))
                .header("Authorization", "Bearer " + TestIdentity.acmeOperator())
                .GET());

        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(json.readTree(shown.body())).isEqualTo(made.get("certificate"));
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

    private HttpResponse<String> wished(UUID id, String query) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url(id) + query))
                .timeout(Duration.ofSeconds(60))
                .header("Prefer", "wait=60")
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .POST(BodyPublishers.noBody()));
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
    void waitsForTheChainBeforeItSaysThatItIsDone() throws Exception {
        REGISTRY.registersAs("STORED");
        UUID id = trained("mlp.pt");

        HttpResponse<String> answer = send(asynchronous(id));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String status = answer.headers().firstValue("Location").orElseThrow();
        await().until(() -> status(status).path("step").asString("").equals("ANCHORING"));
        assertThat(status(status).path("state").asString()).isEqualTo("RUNNING");
        REGISTRY.anchor();

        await().until(() -> status(status).path("state").asString().equals("DONE"));
        assertThat(status(status).path("model_id").asString())
                .isEqualTo(REGISTRY.translations().getFirst().id().toString());
    }

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

    @Test
    void translatesAModelOnceForAllWhoAskAtOnce() throws Exception {
        UUID id = trained("mlp.pt");
        List<Callable<HttpResponse<String>>> requests = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            requests.add(() -> translate(id));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<HttpResponse<String>> answer : threads.invokeAll(requests)) {
                assertThat(answer.get().statusCode()).isIn(200, 201, 503);
            }
        }
        assertThat(REGISTRY.translations()).hasSize(1);
        assertThat(REGISTRY.downloads()).isEqualTo(1);
    }

    @Test
    void answersWhereToLookWhenItTakesLonger() throws Exception {
        CountDownLatch held = REGISTRY.hold();
        UUID id = trained("mlp.pt");

        HttpResponse<String> answer = send(asynchronous(id));
        HttpResponse<String> same = send(asynchronous(id));
        HttpResponse<String> second = send(asynchronous(trained("gru.pt")));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Retry-After")).contains("2");
        String path = answer.headers().firstValue("Location").orElseThrow();
        assertThat(same.headers().firstValue("Location")).contains(path);
        await().until(() -> status(path).path("step").asString("").equals("DOWNLOADING"));
        JsonNode waiting = status(second.headers().firstValue("Location").orElseThrow());
        assertThat(waiting.path("state").asString()).isEqualTo("QUEUED");
        assertThat(waiting.path("queue_place").asInt()).isEqualTo(1);
        held.countDown();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> status(path).path("state").asString().equals("DONE"));
        HttpResponse<String> made = translate(id);
        assertThat(made.statusCode()).isEqualTo(200);
        assertThat(json.readTree(made.body()).path("model_id"))
                .isEqualTo(status(path).path("model_id"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> REGISTRY.translations().size() == 2);
        assertThat(eventsOf(id)).containsExactly("io.mlaas.translation.started", "io.mlaas.translation.succeeded");
    }

    @Test
    void takesOnlySoManyIntoTheQueueAndChecksNothingMeanwhile() throws Exception {
        CountDownLatch held = REGISTRY.hold();
        String running = send(asynchronous(trained("mlp.pt")))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        await().until(() -> status(running).path("state").asString().equals("RUNNING"));
        for (int i = 0; i < 2; i++) {
            assertThat(send(asynchronous(trained("gru.pt"))).statusCode()).isEqualTo(202);
        }

        HttpResponse<String> beyond = send(asynchronous(trained("lstm.pt")));
        HttpResponse<String> check = check(trained("mlp.pt"));

        assertProblem(beyond, 503, "TRANSLATION_BUSY");
        assertThat(beyond.headers().firstValue("Retry-After")).contains("5");
        assertProblem(check, 503, "TRANSLATION_BUSY");
        held.countDown();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> REGISTRY.translations().size() == 3);
    }

    @Test
    void saysOfAFailedTranslationWhatWentWrong() throws Exception {
        error = 0.01f;
        UUID id = trained("digits-cnn.pt");

        String path = send(asynchronous(id)).headers().firstValue("Location").orElseThrow();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> status(path).path("state").asString().equals("FAILED"));
        JsonNode problem = status(path).path("problem");
        assertThat(problem.path("code").asString()).isEqualTo("TRANSLATION_DIFFERS");
        assertThat(problem.path("detail").asString()).contains("output y[");
        assertThat(eventsOf(id)).containsExactly("io.mlaas.translation.started", "io.mlaas.translation.refused");
        error = 0;
        assertThat(translate(id).statusCode()).isEqualTo(201);
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
    void signsItsCertificatesWithAKeyThatItPublishes() throws Exception {
        UUID id = trained("mlp.pt");
        translate(id);
        String certificate = send(HttpRequest.newBuilder(URI.create(url(id) + "/certificate"))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .GET())
                .body();
        JsonNode keys =
                json.readTree(send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/translate/keys"))
                                .header("Authorization", "Bearer " + TestIdentity.acmeOperator())
                                .GET())
                        .body());

        assertThat(certificate).isEqualTo(REGISTRY.translations().getFirst().certificate());
        assertThat(keys.at("/keys/0/current").asBoolean()).isTrue();
        PublicKey published = KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(
                        Base64.getDecoder().decode(keys.at("/keys/0/public_key").asString())));
        assertThat(SignedCertificate.fromJson(certificate).isSignedBy(published))
                .isTrue();
        assertThat(json.readTree(certificate).path("source_model_id").asString())
                .isEqualTo(id.toString());
        String changed = certificate.replace("\"passed\":true", "\"passed\":false");
        assertThatThrownBy(() -> SignedCertificate.fromJson(changed))
                .hasMessageContaining("other fields are shown than are signed");
    }

    @Test
    void comparesWithWhatTheSourceFrameworkComputed() throws Exception {
        UUID id = trained("mlp.pt");
        byte[] recorded = Recorded.inputsAndOutputs(SAMPLES.resolve("mlp.pt"), 0);

        HttpResponse<String> made = withReference(id, recorded);
        HttpResponse<String> again = withReference(id, recorded);
        HttpResponse<String> plain = translate(id);

        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode certificate = json.readTree(made.body()).get("certificate");
        assertThat(certificate.at("/recorded/sha256").asString()).isEqualTo(FakeRegistry.sha256(recorded));
        assertThat(certificate.at("/recorded/passed").asBoolean()).isTrue();
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(plain.statusCode()).isEqualTo(201);
        assertThat(json.readTree(plain.body()).get("model_id"))
                .isNotEqualTo(json.readTree(made.body()).get("model_id"));
        assertNothingLeft();
    }

    @Test
    void refusesWhatDiffersFromTheRecordedAndWhatIsNoRecord() throws Exception {
        UUID id = trained("mlp.pt");

        assertProblem(
                withReference(id, Recorded.inputsAndOutputs(SAMPLES.resolve("mlp.pt"), 0.5f)),
                422,
                "TRANSLATION_DIFFERS");
        assertProblem(withReference(id, new byte[] {1, 2, 3}), 422, "TRANSLATION_REFERENCE_UNFIT");
        assertProblem(
                withReference(id, Recorded.zipped("z.npy", Recorded.npy(3, 1))), 422, "TRANSLATION_REFERENCE_UNFIT");
        assertProblem(withReference(id, new byte[(256 << 10) + 1]), 413, "TOO_LARGE");
        byte[] bomb = Recorded.zipped("inputs.npy", new byte[1 << 20]);
        assertThat(bomb.length).isLessThan(10_000);
        assertProblem(withReference(id, bomb), 413, "TRANSLATION_REFERENCE_TOO_LARGE");
        assertThat(REGISTRY.translations()).isEmpty();
        assertNothingLeft();
    }

    @Test
    void takesTheInputsFromTheRangesOfTheDataset() throws Exception {
        UUID model = trained("mlp.pt");
        UUID dataset = REGISTRY.addDataset(
                TestIdentity.ACME, "rows.csv", "class,a,b,c,d,e,f\n1,1,2,3,4,5,6\n0,-1,7,3,4,5,9\n", "{}");
        REGISTRY.trainedOn(model, dataset, null);

        JsonNode certificate = json.readTree(translate(model).body()).get("certificate");

        assertThat(certificate.path("input_ranges").asString()).isEqualTo("dataset " + dataset);
    }

    @Test
    void saysWhyItDidNotTakeTheRangesOfTheDataset() throws Exception {
        UUID model = trained("mlp.pt");
        UUID dataset = REGISTRY.addDataset(TestIdentity.ACME, "rows.csv", "a,b,class\n1,2,3\n4,5,6\n", "{}");
        REGISTRY.trainedOn(model, dataset, null);
        assertRandom(model, "dataset " + dataset + ": 2 features (expected: 6");
        UUID other = trained("mlp.pt");
        UUID large = REGISTRY.addDataset(TestIdentity.ACME, "rows.csv", "1,".repeat(40_000), "{}");
        REGISTRY.trainedOn(other, large, null);
        assertRandom(other, "80000 bytes (expected: <= 65536)");
        UUID third = trained("mlp.pt");
        REGISTRY.trainedOn(third, REGISTRY.addDataset(TestIdentity.GLOBEX, "rows.csv", "1,2", "{}"), null);
        assertRandom(third, "the registry does not give it");
    }

    private void assertRandom(UUID model, String why) throws Exception {
        JsonNode certificate = json.readTree(translate(model).body()).get("certificate");
        assertThat(certificate.path("input_ranges").asString()).isEqualTo("standard_normal");
        assertThat(certificate.path("input_ranges_note").asString()).contains(why);
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

    private HttpRequest.Builder asynchronous(UUID id) {
        return HttpRequest.newBuilder(url(id))
                .timeout(Duration.ofSeconds(30))
                .header("Prefer", "respond-async")
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .POST(BodyPublishers.noBody());
    }

    private JsonNode status(String path) throws IOException, InterruptedException {
        return json.readTree(send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .GET())
                .body());
    }

    private HttpResponse<String> check(UUID id) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/translate/check?model_id=" + id))
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .POST(BodyPublishers.noBody()));
    }

    private HttpResponse<String> withReference(UUID id, byte[] npz) throws IOException, InterruptedException {
        return send(request(TestIdentity.acmeScientist(), id)
                .header("Content-Type", "multipart/form-data; boundary=" + Recorded.BOUNDARY)
                .POST(BodyPublishers.ofByteArray(Recorded.form("reference", "io.npz", npz))));
    }

    private List<String> eventsOf(UUID model) {
        return jdbc
                .sql(
                        "select payload from outbox_event where key = :key and topic = 'mlaas.translation' order by sequence")
                .param("key", model.toString())
                .query(String.class)
                .list()
                .stream()
                .map(payload -> json.readTree(payload).path("type").asString())
                .toList();
    }

    private static UUID trained(String sample) throws IOException {
        return REGISTRY.add(
                TestIdentity.ACME, "TRAINED", "torchscript", sample, Files.readAllBytes(SAMPLES.resolve(sample)));
    }

    private static void awaitOpen(CountDownLatch held) throws IOException {
        try {
            if (!held.await(20, TimeUnit.SECONDS)) {
                throw new IOException("the gate stayed closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private HttpResponse<String> translate(UUID id) throws IOException, InterruptedException {
        return send(request(TestIdentity.acmeScientist(), id));
    }

    private HttpResponse<String> get(String token, UUID id) throws IOException, InterruptedException {
        return send(request(token, id).GET());
    }

    private URI url(UUID id) {
        return URI.create("http://localhost:" + port + "/translate/" + id);
    }

    private HttpRequest.Builder request(String token, UUID id) {
        return HttpRequest.newBuilder(url(id))
                .timeout(Duration.ofSeconds(60))
                .header("Prefer", "wait=60")
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.noBody());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(json.readTree(answer.body()).get("code").asString()).isEqualTo(code);
        assertThat(answer.body()).doesNotContain("Exception", "io.mlaas");
    }

    private static void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(workDirectory.resolve("work"))) {
            assertThat(left).isEmpty();
        }
    }
}
