package io.mlaas.bench.mqtt;

import io.mlaas.bench.GatewayClient.Answer;
import io.mlaas.bench.RunningStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stack as this command uses it: online-learning-service, the broker, Kafka. */
final class Platform {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern RECEIVED = Pattern.compile(
            "^mlaas_learning_received_total\\{[^}]*transport=\"mqtt\"[^}]*} ([0-9.E+]+)", Pattern.MULTILINE);

    private final RunningStack stack = RunningStack.find();
    private final Supplier<String> token = stack.token("acme-scientist");
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** A device's way in. */
    record Credential(String userName, String password) {}

    RunningStack stack() {
        return stack;
    }

    String broker() {
        return stack.member("mqtt").url();
    }

    String kafka() {
        return stack.member("kafka").url().replaceFirst("^.*//", "");
    }

    /** A company's topic as the broker knows it. */
    static String topic(String local) {
        return "mlaas/" + RunningStack.ACME + "/" + local;
    }

    Credential device(String name) throws IOException, InterruptedException {
        JsonNode made = require(send("POST", "/devices", "{\"name\": \"" + name + "\"}"))
                .body();
        return new Credential(
                made.path("user_name").asString(), made.path("password").asString());
    }

    void make(String learner) throws IOException, InterruptedException {
        require(send("POST", "/learners", learner));
    }

    JsonNode progress(String learner) throws IOException, InterruptedException {
        return require(send("GET", "/learners/" + learner, null)).body().path("progress");
    }

    JsonNode predict(String learner, String instances) throws IOException, InterruptedException {
        return require(send("POST", "/learners/" + learner + "/predict", instances))
                .body()
                .path("predictions");
    }

    void delete(String learner) throws IOException, InterruptedException {
        require(send("DELETE", "/learners/" + learner, null));
    }

    /** MQTT messages that the service has made durable since it was started. */
    long received() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(stack.member("online-learning").url() + "/actuator/prometheus"))
                .build();
        Matcher counter =
                RECEIVED.matcher(http.send(request, BodyHandlers.ofString()).body());
        return counter.find() ? (long) Double.parseDouble(counter.group(1)) : 0;
    }

    private static Answer require(Answer answer) {
        if (!answer.good()) {
            throw new IllegalStateException(answer.toString());
        }
        return answer;
    }

    private Answer send(String method, String path, @Nullable String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(stack.gateway().resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token.get())
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
        boolean json = answer.headers().firstValue("Content-Type").orElse("").contains("json");
        return new Answer(answer.statusCode(), json ? JSON.readTree(answer.body()) : JSON.createObjectNode());
    }
}
