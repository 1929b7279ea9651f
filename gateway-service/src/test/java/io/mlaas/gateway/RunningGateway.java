package io.mlaas.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway between callers and three stub services; others are not there. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
abstract class RunningGateway {
    protected static final StubService SHARING = new StubService("sharing");
    protected static final StubService TRAINING = new StubService("training");
    protected static final StubService LEARNING = new StubService("learning");
    protected static final String PROBLEM = "application/problem+json";

    protected final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    protected final JsonMapper json = JsonMapper.builder().build();

    @LocalServerPort
    protected int port;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        registry.add("mlaas.services.model-sharing", SHARING::url);
        registry.add("mlaas.services.training", TRAINING::url);
        registry.add("mlaas.services.translation", StubService::nobody);
        registry.add("mlaas.services.online-learning", LEARNING::url);
        registry.add("mlaas.services.monitoring", StubService::nobody);
        registry.add("mlaas.services.ppfl", StubService::nobody);
        registry.add("mlaas.services.blockchain", StubService::nobody);
        registry.add("mlaas.gateway.status-max-age", () -> "0s");
    }

    @BeforeEach
    void forget() {
        SHARING.forget();
        TRAINING.forget();
        LEARNING.forget();
    }

    protected HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    /** A GET with a token; another method replaces it. */
    protected HttpRequest.Builder get(String path) {
        return request(path).header("Authorization", "Bearer " + TestIdentity.acmeScientist());
    }

    protected HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    protected void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(PROBLEM);
        JsonNode problem = json.readTree(answer.body());
        assertThat(problem.get("code").asString()).isEqualTo(code);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("correlation_id").asString())
                .isEqualTo(answer.headers().firstValue("X-Correlation-Id").orElseThrow());
        assertThat(answer.body()).doesNotContain("Exception", "org.springframework", "java.");
    }
}
