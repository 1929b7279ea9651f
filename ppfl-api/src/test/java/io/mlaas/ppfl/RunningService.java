package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service on a real PostgreSQL and a real Kafka. */
@SpringBootTest(classes = PpflApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(FakeAnchors.InPlaceOfTheChain.class)
abstract class RunningService {
    static final FakePlatform PLATFORM = new FakePlatform();

    final HttpClient http = HttpClient.newHttpClient();
    final JsonMapper json = JsonMapper.builder().build();

    @Value("${mlaas.sharing.s3.endpoint}")
    String store;

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping handlers;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        TestServers.postgres(registry, "ppfl");
        TestServers.kafka(registry);
        registry.add("mlaas.services.model-sharing", PLATFORM::url);
        registry.add("mlaas.services.training", PLATFORM::url);
        TestServers.s3(registry);
        registry.add("mlaas.ppfl.delivery.allowed-networks", () -> "127.0.0.1/32");
        registry.add("mlaas.ppfl.delivery.allow-http", () -> "true");
        registry.add("mlaas.ppfl.delivery.poll", () -> "50ms");
        registry.add("mlaas.ppfl.watch.gauges", () -> "200ms");
        registry.add("mlaas.ppfl.job.poll", () -> "50ms");
        registry.add("mlaas.ppfl.job.follow", () -> "50ms");
        registry.add("mlaas.ppfl.job.lease", () -> "2s");
        registry.add("mlaas.ppfl.job.retry-first", () -> "50ms");
        registry.add("mlaas.ppfl.federation.port", () -> 0);
        registry.add("mlaas.ppfl.federation.poll", () -> "200ms");
        registry.add("mlaas.ppfl.master-key", () -> Base64.getEncoder().encodeToString(new byte[32]));
    }

    record Answer(int status, String text, JsonNode body, HttpResponse<String> response) {
        String code() {
            return body.path("code").asString();
        }

        String detail() {
            return body.path("detail").asString();
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, null, TestIdentity.acmeScientist());
    }

    Answer post(String path, String body) throws IOException, InterruptedException {
        return send("POST", path, body, TestIdentity.acmeScientist());
    }

    Answer delete(String path) throws IOException, InterruptedException {
        return send("DELETE", path, null, TestIdentity.acmeScientist());
    }

    Answer send(String method, String path, String body, String token) throws IOException, InterruptedException {
        return send(method, path, "application/json", body, token);
    }

    Answer send(String method, String path, String type, String body, String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        boolean isJson = answer.headers()
                .firstValue("Content-Type")
                .filter(given -> given.contains("json"))
                .isPresent();
        return new Answer(answer.statusCode(), answer.body(), json.readTree(isJson ? answer.body() : "{}"), answer);
    }

    /** A simulation with this name. */
    String federation(String name) throws IOException, InterruptedException {
        Answer made = post("/federations", """
                {"name": "%s", "engine": "fedavg", "topology": {"mode": "simulation", "clients": 3, "rounds": 2},
                 "model": {"net_name": "digits-mlp"}}
                """.formatted(name));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.body().path("id").asString();
    }

    /** One whose clients are elsewhere. */
    String realFederation(String name, int clients, int quorum, int rounds) throws IOException, InterruptedException {
        Answer made = post("/federations", """
                {"name": "%s", "engine": "fedavg",
                 "topology": {"mode": "real", "clients": %d, "quorum": %d, "rounds": %d, "round_timeout_seconds": 60},
                 "training": {"local_epochs": 3, "learning_rate": 0.5}, "model": {"net_name": "digits-softmax"}, "seed": 7}
                """.formatted(name, clients, quorum, rounds));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.body().path("id").asString();
    }
}
