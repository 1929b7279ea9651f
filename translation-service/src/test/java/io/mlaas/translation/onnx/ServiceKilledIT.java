package io.mlaas.translation.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import io.mlaas.translation.TranslationApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as a process of its own that is killed with SIGKILL in the middle of a translation. */
class ServiceKilledIT {
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Path SAMPLES =
            Path.of(System.getProperty("mlaas.home", ".."), "ml/neural/src/test/resources/samples");

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.builder().build();
    private FakeRegistry registry;
    private String database;
    private Process service;
    private int lives;

    @BeforeEach
    void prepare() throws IOException {
        registry = new FakeRegistry();
        database = TestServers.database("translation") + "?currentSchema=translation";
        service = start();
    }

    @AfterEach
    void end() {
        registry.forget();
        service.destroyForcibly();
    }

    @Test
    void goesOnWithATranslationAfterItWasKilled() throws Exception {
        UUID model = registry.add(
                TestIdentity.ACME, "TRAINED", "torchscript", "mlp.pt", Files.readAllBytes(SAMPLES.resolve("mlp.pt")));
        byte[] recorded = Recorded.inputsAndOutputs(SAMPLES.resolve("mlp.pt"), 0);
        CountDownLatch held = registry.hold();
        HttpResponse<String> answer = translate(model, recorded);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String status = answer.headers().firstValue("Location").orElseThrow();
        await().until(() -> registry.downloads() == 1);

        service.destroyForcibly();
        await().until(() -> !service.isAlive());
        held.countDown();
        service = start();

        JsonNode done = await().atMost(Duration.ofMinutes(2))
                .until(() -> get(status), now -> now.path("state").asString().equals("DONE"));
        assertThat(done.path("attempts").asInt()).isEqualTo(2);
        assertThat(registry.translations()).hasSize(1);
        FakeRegistry.Model made = registry.translations().getFirst();
        assertThat(done.path("model_id").asString()).isEqualTo(made.id().toString());
        assertThat(json.readTree(made.certificate()).at("/recorded/passed").asBoolean())
                .isTrue();
        assertThat(translate(model, recorded).statusCode()).isEqualTo(200);
    }

    private Process start() throws IOException {
        lives++;
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TranslationApplication.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment()
                .putAll(Map.of(
                        "SERVER_PORT",
                        "0",
                        "SPRING_DATASOURCE_URL",
                        database,
                        "SPRING_DATASOURCE_USERNAME",
                        "postgres",
                        "SPRING_DATASOURCE_PASSWORD",
                        "test",
                        "SPRING_KAFKA_BOOTSTRAP_SERVERS",
                        TestServers.kafkaBootstrap(),
                        "MLAAS_SECURITY_ISSUER",
                        TestIdentity.issuer(),
                        "MLAAS_SECURITY_CLIENTSECRET",
                        "secret",
                        "MLAAS_SERVICES_MODELSHARING",
                        registry.url(),
                        "MLAAS_TRANSLATION_WORKDIRECTORY",
                        directory.resolve("work").toString(),
                        "MLAAS_TRANSLATION_SIGNING_KEYFILE",
                        directory.resolve("key.pem").toString()));
        return builder.start();
    }

    private Path log() {
        return directory.resolve("service-" + lives + ".log");
    }

    private int port() {
        Matcher started = await().atMost(Duration.ofMinutes(3))
                .until(
                        () -> PORT.matcher(Files.readString(log(), StandardCharsets.ISO_8859_1)),
                        matcher -> matcher.find() || !service.isAlive());
        return Integer.parseInt(started.group(1));
    }

    private HttpResponse<String> translate(UUID model, byte[] recorded) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/translate/" + model))
                .header("Content-Type", "multipart/form-data; boundary=" + Recorded.BOUNDARY)
                .header("Prefer", "wait=1")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Recorded.form("reference", "io.npz", recorded))));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return json.readTree(send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)))
                .body());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(
                request.header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
