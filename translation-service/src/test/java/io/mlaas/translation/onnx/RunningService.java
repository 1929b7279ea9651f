package io.mlaas.translation.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import io.mlaas.translate.Judge;
import io.mlaas.translate.PyTorchReference;
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
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
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

/** The one context shape of this service's tests: real PostgreSQL and Kafka, tokens of a fake provider, a fake registry. */
@Import(RunningService.Doubts.class)
@SpringBootTest(classes = TranslationApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
abstract class RunningService {
    static final FakeRegistry REGISTRY = new FakeRegistry();
    static final Path SAMPLES = Path.of(System.getProperty("mlaas.home", ".."), "ml/neural/src/test/resources/samples");
    /** Archives that torch made; how: ml/onnx/src/test/python/torch. */
    static final Path TORCH = Path.of(System.getProperty("mlaas.home", ".."), "ml/onnx/src/test/resources/torch");

    static final String BYTES = "application/octet-stream";

    /** Of the one context that all tests share. */
    private static final Path WORK =
            Path.of("target", "translations-" + ProcessHandle.current().pid());

    /** Added to what PyTorch says. */
    static volatile float error;

    /** Where it is there, PyTorch's next batch takes until it is opened, whoever interrupts it. */
    static volatile @Nullable CountDownLatch slow;

    final HttpClient http = HttpClient.newHttpClient();
    final JsonMapper json = JsonMapper.builder().build();

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping handlers;

    @TestConfiguration
    static class Doubts {
        @Bean
        @Primary
        Judge.Bench doubtful() {
            return (source, translation) -> new DoubtfulJudge(PyTorchReference.open(source, translation));
        }
    }

    record DoubtfulJudge(Judge judge) implements Judge {
        @Override
        public NamedTensors run(NamedTensors x) {
            awaitSlow();
            NamedTensors outputs = judge.run(x);
            if (error == 0) {
                return outputs;
            }
            TypedTensor y = outputs.first();
            float[] values = y.floats();
            values[0] += error;
            return NamedTensors.of("y", TypedTensor.float32(values, y.shape()));
        }

        private static void awaitSlow() {
            CountDownLatch until = slow;
            boolean interrupted = false;
            while (until != null && until.getCount() > 0) {
                try {
                    until.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public NamedTensors intermediates(NamedTensors x) {
            return judge.intermediates(x);
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
        registry.add("mlaas.translation.signing.key-file", () -> WORK.resolve("keys/signing.pem"));
        registry.add("mlaas.translation.poll-interval", () -> "100ms");
        registry.add("mlaas.translation.max-reference-size", () -> "256KB");
        registry.add("mlaas.translation.max-dataset-size", () -> "64KB");
        registry.add("mlaas.translation.queue", () -> "2");
        registry.add("mlaas.services.model-sharing", REGISTRY::url);
        registry.add("mlaas.translation.work-directory", () -> WORK.resolve("work"));
        registry.add("mlaas.translation.max-model-size", () -> "1MB");
        registry.add("mlaas.translation.capacity", () -> "1");
        registry.add("mlaas.translation.max-wait", () -> "700ms");
    }

    @BeforeEach
    void reset() {
        REGISTRY.forget();
        error = 0;
        slow = null;
    }

    HttpRequest.Builder asynchronous(UUID id) {
        return HttpRequest.newBuilder(url(id))
                .timeout(Duration.ofSeconds(30))
                .header("Prefer", "respond-async")
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .POST(BodyPublishers.noBody());
    }

    JsonNode status(String path) throws IOException, InterruptedException {
        return json.readTree(send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .GET())
                .body());
    }

    HttpResponse<String> check(UUID id) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/translate/check?model_id=" + id))
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .POST(BodyPublishers.noBody()));
    }

    List<String> eventsOf(UUID model) {
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

    static UUID trained(String sample) throws IOException {
        return trained("torchscript", SAMPLES.resolve(sample));
    }

    static UUID trained(String format, Path file) throws IOException {
        return REGISTRY.add(
                TestIdentity.ACME, "TRAINED", format, String.valueOf(file.getFileName()), Files.readAllBytes(file));
    }

    HttpResponse<String> translate(UUID id) throws IOException, InterruptedException {
        return send(request(TestIdentity.acmeScientist(), id));
    }

    HttpResponse<String> get(String token, UUID id) throws IOException, InterruptedException {
        return send(request(token, id).GET());
    }

    URI url() {
        return URI.create("http://localhost:" + port + "/translate/");
    }

    URI url(UUID id) {
        return url().resolve(id.toString());
    }

    HttpRequest.Builder request(String token, UUID id) {
        return HttpRequest.newBuilder(url(id))
                .timeout(Duration.ofSeconds(60))
                .header("Prefer", "wait=60")
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.noBody());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(json.readTree(answer.body()).get("code").asString()).isEqualTo(code);
        assertThat(answer.body()).doesNotContain("Exception", "io.mlaas");
    }

    static void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(WORK.resolve("work"))) {
            assertThat(left).isEmpty();
        }
    }
}
