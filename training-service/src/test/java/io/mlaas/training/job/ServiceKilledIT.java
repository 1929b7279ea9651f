package io.mlaas.training.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import io.mlaas.training.TrainingApplication;
import io.mlaas.training.registry.FakeRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own that is killed with SIGKILL, twice within one job or reproduction. */
class ServiceKilledIT {
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final String PROGRAM = """
            echo run >> "$HOME/starts"
            while [ ! -e "$HOME/go" ]; do sleep 0.02; done
            printf model > "$MLAAS_OUTPUT_DIR/model.pt"
            """;

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private FakeRegistry registry;
    private String database;
    private Process service;
    private int lives;

    @BeforeEach
    void prepare() throws IOException {
        registry = new FakeRegistry();
        database = TestServers.database("training") + "?currentSchema=training";
        Files.writeString(directory.resolve("program.sh"), PROGRAM);
        Files.createDirectories(work());
        service = start();
    }

    @AfterEach
    void end() {
        service.destroyForcibly();
    }

    @Test
    void runsAndRegistersAJobOnceThoughTheServiceIsKilledTwice() throws Exception {
        TrainingRequested order = order();
        UUID model = order.modelId();
        registry.add(order, "1,2", "{}");
        FakeRegistry.Trouble trouble = registry.loseAnswer("PUT /model/" + model);
        assertThat(send("POST", "/train/" + model)).contains("QUEUED");
        Path run = waiting();

        kill();
        service = start();
        Files.createFile(run.resolve("go"));
        assertThat(trouble.happens()).isTrue();
        FakeRegistry.Stored stored = registry.result(model).orElseThrow();
        assertThat(send("GET", "/train/" + model)).contains("REGISTERING");

        kill();
        trouble.end();
        service = start();
        awaitState("/train/" + model, "SUCCEEDED");
        assertThat(registry.result(model)).containsSame(stored);
        assertThat(stored.content()).asString(StandardCharsets.UTF_8).isEqualTo("model");
        assertThat(run.resolve("starts")).hasContent("run");
        assertThat(send("GET", "/train/" + model)).contains("\"attempts\":1").contains("\"runs\":1");
    }

    @Test
    void endsAReproductionWithOneVerdictThoughTheServiceIsKilledTwice() throws Exception {
        TrainingRequested order = order();
        UUID model = order.modelId();
        registry.add(order, "1,2", "{}");
        send("POST", "/train/" + model);
        Files.createFile(waiting().resolve("go"));
        awaitState("/train/" + model, "SUCCEEDED");
        registry.status(model, "TRAINED");
        String verdicts = "PUT /internal/model/" + model + "/reproductions/";
        for (int refusals = 0; refusals < 20; refusals++) {
            registry.refuse(verdicts, 503);
        }
        String reproduction = "/model/" + model + "/reproduce";
        assertThat(send("POST", reproduction)).contains("QUEUED");
        Path run = waiting();

        kill();
        service = start();
        Files.createFile(run.resolve("go"));
        await().atMost(Duration.ofSeconds(90))
                .until(() -> registry.requests().stream().anyMatch(request -> request.startsWith(verdicts)));

        kill();
        assertThat(registry.verdicts(model)).isEmpty();
        registry.recover();
        service = start();
        awaitState(reproduction, "DONE");
        assertThat(registry.verdicts(model)).singleElement().satisfies(verdict -> {
            assertThat(verdict.outcome()).isEqualTo(ReproductionVerdict.Outcome.REPRODUCED);
            assertThat(verdict.runs()).hasSize(1);
        });
        assertThat(run.resolve("starts")).hasContent("run");
    }

    /** The directory of the program that waits. */
    private Path waiting() {
        return await().atMost(Duration.ofSeconds(90))
                .until(this::findWaiting, Optional::isPresent)
                .orElseThrow();
    }

    private Optional<Path> findWaiting() throws IOException {
        try (Stream<Path> jobs = Files.list(work())) {
            return jobs.filter(job -> Files.exists(job.resolve("starts")) && !Files.exists(job.resolve("go")))
                    .findFirst();
        }
    }

    private void awaitState(String path, String state) {
        await().atMost(Duration.ofSeconds(90)).until(() -> send("GET", path).contains("\"state\":\"" + state + "\""));
    }

    private void kill() {
        service.destroyForcibly();
        await().until(() -> !service.isAlive());
    }

    private Process start() throws IOException {
        lives++;
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TrainingApplication.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        Path program = directory.resolve("program.sh");
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
                        "MLAAS_SERVICES_MODELSHARING",
                        registry.url(),
                        "MLAAS_TRAINING_WORKDIRECTORY",
                        work().toString(),
                        "MLAAS_TRAINING_IMAGES_0_REFERENCE",
                        "test/program:1"));
        builder.environment()
                .putAll(Map.of(
                        "MLAAS_SECURITY_CLIENTSECRET", "secret",
                        "MLAAS_TRAINING_IMAGES_0_COMMAND_0", "sh",
                        "MLAAS_TRAINING_IMAGES_0_COMMAND_1", program.toString(),
                        "MLAAS_TRAINING_IMAGES_0_FILES_0", program.toString(),
                        "MLAAS_TRAINING_IMAGES_0_ENVIRONMENT_JAVA_HOME", "/opt/java"));
        return builder.start();
    }

    private Path log() {
        return directory.resolve("service-" + lives + ".log");
    }

    private Path work() {
        return directory.resolve("work");
    }

    private int port() {
        Matcher started = await().atMost(Duration.ofSeconds(90))
                .until(
                        () -> PORT.matcher(Files.readString(log(), StandardCharsets.ISO_8859_1)),
                        matcher -> matcher.find() || !service.isAlive());
        return Integer.parseInt(started.group(1));
    }

    private String send(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .header("Content-Type", "application/json")
                .method(
                        method,
                        method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString("{}")
                                : HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static TrainingRequested order() throws Exception {
        byte[] line = ("program.sh\0" + FakeRegistry.sha256(PROGRAM.getBytes(StandardCharsets.UTF_8)) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        String image =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(line));
        return new TrainingRequested(
                UUID.randomUUID(),
                TestIdentity.ACME,
                TestIdentity.ACME_SCIENTIST,
                UUID.randomUUID(),
                "test/program:1",
                image,
                Map.of(),
                FakeRegistry.sha256("1,2".getBytes(StandardCharsets.UTF_8)),
                "numbers.csv",
                Map.of(),
                null,
                null);
    }
}
