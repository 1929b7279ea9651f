package io.mlaas.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service on a real PostgreSQL and a real Kafka. */
@SpringBootTest(classes = MonitoringApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
abstract class RunningService {
    static final FakeTrainers TRAINERS = new FakeTrainers();
    static final FakeDatasets DATASETS = new FakeDatasets(TRAINERS);
    static final String INFERENCE = "inference-" + UUID.randomUUID();
    static final String FEEDBACK = "feedback-" + UUID.randomUUID();
    static final String NAMESPACE = "acme-models";

    /** An hour that is over, so that its windows can close. */
    static final Instant HOUR = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(3, ChronoUnit.DAYS);

    final HttpClient http = HttpClient.newHttpClient();
    final JsonMapper json = JsonMapper.builder().build();

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    KafkaTemplate<String, String> kafka;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping handlers;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        TestServers.postgres(registry, "monitoring");
        TestServers.kafka(registry);
        registry.add("mlaas.services.model-sharing", DATASETS::url);
        registry.add("mlaas.services.online-learning", TRAINERS::url);
        registry.add("mlaas.monitoring.retraining.poll", () -> "100ms");
        registry.add("mlaas.monitoring.retraining.retry-first", () -> "100ms");
        registry.add("mlaas.monitoring.retraining.retry-most", () -> "300ms");
        registry.add("mlaas.monitoring.retraining.follow", () -> "100ms");
        registry.add("mlaas.monitoring.retraining.lease", () -> "2s");
        registry.add("mlaas.monitoring.request-size", () -> "1MB");
        registry.add("mlaas.monitoring.intake.inference", () -> INFERENCE);
        registry.add("mlaas.monitoring.intake.feedback", () -> FEEDBACK);
        registry.add("mlaas.monitoring.intake.partitions", () -> "3");
        registry.add("mlaas.monitoring.intake.linger", () -> "50ms");
        registry.add("mlaas.monitoring.intake.namespaces." + NAMESPACE, TestIdentity.ACME::toString);
        registry.add("mlaas.monitoring.windows.poll", () -> "100ms");
        registry.add("mlaas.monitoring.windows.at-most-every", () -> "100ms");
        registry.add("mlaas.monitoring.windows.sweep", () -> "1s");
        registry.add("mlaas.monitoring.sample-values", () -> "100000");
        registry.add("mlaas.monitoring.windows.metrics", () -> "200ms");
        registry.add("mlaas.monitoring.metrics-devices", () -> "2");
        registry.add("mlaas.monitoring.evidently-names", () -> "true");
    }

    record Answer(int status, String text, JsonNode body) {
        String code() {
            return body.path("code").asString();
        }

        String detail() {
            return body.path("detail").asString();
        }
    }

    /** What Prometheus reads. */
    String metrics() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/prometheus"))
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, null, TestIdentity.acmeScientist());
    }

    Answer post(String path, String body) throws IOException, InterruptedException {
        return send("POST", path, body, TestIdentity.acmeScientist());
    }

    Answer send(String method, String path, String body, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        return new Answer(
                answer.statusCode(), answer.body(), json.readTree(answer.body().isEmpty() ? "{}" : answer.body()));
    }

    /** A regression of y = 2a by a learner of this name, whose windows are hours. */
    String monitor(String name, String more) throws IOException, InterruptedException {
        return monitorOf("""
                {"name": "%s", "learner": "%s", "task": "regression",
                 "schema": {"features": [{"name": "a", "type": "numeric", "min": -100, "max": 100},
                                         {"name": "valve", "type": "categorical"}], "segments": ["device"]},
                 "reference": {"instances": [[1, "open"], [2, "shut"], [3, "open"]], "predictions": [2, 4, 6.3],
                               "targets": [2, 4, 6]},
                 "windows": {"event_time": "PT1H", "lateness": "PT0S", "idle": "PT1S"} %s}
                """.formatted(name, name, more));
    }

    String monitorOf(String document) throws IOException, InterruptedException {
        Answer made = post("/monitors", document);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.body().path("id").asString();
    }

    /** An event of ours about a learner of acme. */
    String predicted(String id, String learner, Instant at, List<Double> inputs) {
        return """
                {"specversion": "1.0", "id": "%s", "source": "/learners/%s", "type": "io.mlaas.inference.predicted",
                 "time": "%s", "subject": "%s", "organizationid": "%s", "datacontenttype": "application/json",
                 "data": {"model": "%s", "name": "%s", "digest": "abc", "device": "pmu-1", "latency_ms": 0.5,
                          "names": ["a", "valve"], "instances": [%s], "predictions": %s}}
                """.formatted(
                        id,
                        learner,
                        at,
                        UUID.nameUUIDFromBytes(learner.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        TestIdentity.ACME,
                        learner,
                        learner,
                        inputs.stream().map(a -> "[" + a + ", \"open\"]").collect(Collectors.joining(",")),
                        inputs.stream().map(a -> 2 * a).toList());
    }

    String labelled(String id, String learner, String row, double target, Instant at) {
        return """
                {"specversion": "1.0", "id": "%s", "source": "/meters", "type": "io.mlaas.feedback.label", "time": "%s",
                 "subject": "%s", "organizationid": "%s",
                 "data": {"model": "%s", "labels": [{"id": "%s", "target": %s, "at": "%s"}]}}
                """.formatted(id, at, learner, TestIdentity.ACME, learner, row, target, at);
    }

    /** The report of a window, once it is of all that came. */
    JsonNode report(String monitor, Instant of) {
        return report(monitor, of.getEpochSecond() / 3600, 0);
    }

    JsonNode report(String monitor, long window, long leastLabels) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> reportNow(monitor, window),
                        report -> report.path("labelled").asLong(-1) >= leastLabels);
    }

    private JsonNode reportNow(String monitor, long window) throws IOException, InterruptedException {
        boolean current = get("/monitors/" + monitor + "/status")
                .body()
                .path("windows")
                .valueStream()
                .anyMatch(one -> one.path("window").asLong() == window
                        && one.path("current").asBoolean()
                        && one.path("state").asString().equals("CLOSED"));
        Answer answer = get("/monitors/" + monitor + "/report?window=" + window);
        return current && answer.status() == 200 ? answer.body() : json.missingNode();
    }
}
