package io.mlaas.learning.learner;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.mlaas.learning.OnlineLearningApplication;
import io.mlaas.learning.inference.GrpcServer;
import io.mlaas.learning.inference.grpc.GRPCInferenceServiceGrpc;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.UUID;
import java.util.function.IntToDoubleFunction;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service on a real PostgreSQL and a real Kafka. */
@SpringBootTest(classes = OnlineLearningApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
public abstract class RunningService {
    static final FakeModels MODELS = new FakeModels();

    /** Of the one context that all tests share. */
    private static final String TOPIC = "learner-log-" + UUID.randomUUID();

    protected final HttpClient http = HttpClient.newHttpClient();
    protected final JsonMapper json = JsonMapper.builder().build();

    @LocalServerPort
    protected int port;

    @Autowired
    protected JdbcClient jdbc;

    @Autowired
    GrpcServer grpc;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    protected RequestMappingHandlerMapping handlers;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        TestServers.postgres(registry, "learning");
        TestServers.kafka(registry);
        registry.add("mlaas.services.model-sharing", MODELS::url);
        registry.add("mlaas.learning.registry.poll", () -> "200ms");
        registry.add("mlaas.learning.registry.retry-first", () -> "200ms");
        registry.add("mlaas.learning.registry.retry-most", () -> "1s");
        TestServers.mqtt(registry);
        registry.add("mlaas.learning.log.topic", () -> TOPIC);
        registry.add("mlaas.learning.log.partitions", () -> "4");
        registry.add("mlaas.learning.log.checkpoint-interval", () -> "200ms");
        registry.add("mlaas.learning.streams.answers", () -> TOPIC + "-answers");
        registry.add("mlaas.learning.streams.dead-letters", () -> TOPIC + "-dead-letters");
        registry.add("mlaas.learning.events.topic", () -> TOPIC + "-inference");
        registry.add("mlaas.learning.streams.kafka-group", () -> TOPIC + "-streams");
        registry.add("mlaas.mqtt.client-id", () -> TOPIC);
        registry.add("mlaas.learning.patience", () -> "10s");
        registry.add("mlaas.learning.rows", () -> "5000");
        registry.add("mlaas.learning.transformer-hosts", Doubler::host);
        registry.add("mlaas.learning.request-size", () -> "1MB");
    }

    protected record Answer(int status, String text, JsonNode body) {
        public String code() {
            return body.path("code").asString();
        }

        public String detail() {
            return body.path("detail").asString();
        }
    }

    ManagedChannel grpc() {
        return NettyChannelBuilder.forAddress("127.0.0.1", grpc.port())
                .usePlaintext()
                .build();
    }

    static GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub inference(ManagedChannel channel, String token) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return GRPCInferenceServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    protected Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, null, TestIdentity.acmeScientist());
    }

    protected Answer post(String path, String body) throws IOException, InterruptedException {
        return send("POST", path, body, TestIdentity.acmeScientist());
    }

    protected Answer send(String method, String path, String body, String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        return new Answer(
                answer.statusCode(), answer.body(), json.readTree(answer.body().isEmpty() ? "{}" : answer.body()));
    }

    /** y = 2a - b, by a linear model; made if it is not there. */
    String regression(String name, String update) throws IOException, InterruptedException {
        post("/learners", """
                {"name": "%s", "algorithm": "linear",
                 "configuration": {"optimizer": {"type": "sgd", "learning_rate": "constant", "eta0": 0.05}},
                 "schema": {"inputs": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric"}],
                            "target": {"type": "regression", "outputs": ["y"]}},
                 "update": %s}
                """.formatted(name, update));
        return name;
    }

    /** Rows of y = factor · a - b, different ones for another beginning. */
    static String rows(int from, int count, double factor) {
        return rows(from, count, row -> factor);
    }

    static String rows(int from, int count, IntToDoubleFunction factor) {
        StringBuilder instances = new StringBuilder();
        StringBuilder targets = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            double a = Math.sin(i);
            double b = Math.cos(3.0 * i);
            instances.append(String.format(Locale.ROOT, "%s[%.6f, %.6f]", i == from ? "" : ",", a, b));
            targets.append(String.format(Locale.ROOT, "%s%.6f", i == from ? "" : ",", factor.applyAsDouble(i) * a - b));
        }
        return "{\"instances\": [" + instances + "], \"targets\": [" + targets + "]}";
    }
}
