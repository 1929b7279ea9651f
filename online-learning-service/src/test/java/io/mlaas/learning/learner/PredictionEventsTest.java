package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.mlaas.learning.inference.grpc.ModelInferRequest;
import io.mlaas.testkit.TestIdentity;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

/** Every prediction is told as an event, with a real Kafka. */
class PredictionEventsTest extends RunningService {
    private static final String CLASSES = """
            {"name": "told-classes", "algorithm": "linear", "monitoring": {"events": true},
             "schema": {"inputs": [{"name": "a", "type": "numeric"}, {"name": "valve", "type": "nominal", "values": ["open", "shut"]}],
                        "target": {"type": "classification", "classes": ["no", "yes"]}}}
            """;

    @Autowired
    private Environment environment;

    @Autowired
    private KafkaProperties kafka;

    @Test
    void tellsOfEveryAnswerWhateverTheProtocol() throws Exception {
        UUID learner = make(CLASSES);
        String rows = "{\"instances\": [[1, \"open\"], [2, \"shut\"]]}";
        HttpResponse<String> generated = ask("/learners/told-classes/predict", rows, null);
        HttpResponse<String> given = ask("/v1/models/told-classes:predict", rows, "my-own-1");
        String tensors =
                "{\"id\": \"oip-1\", \"inputs\": [{\"name\": \"a\", \"datatype\": \"FP64\", \"shape\": [1], \"data\": [3]},"
                        + " {\"name\": \"valve\", \"datatype\": \"BYTES\", \"shape\": [1], \"data\": [\"shut\"]}]}";
        HttpResponse<String> inference = ask("/v2/models/told-classes/infer", tensors, null);
        String overGrpc = overGrpc("told-classes");

        List<JsonNode> events = events(learner, 4);

        assertThat(events)
                .extracting(event -> event.path("id").asString())
                .containsExactlyInAnyOrder(
                        generated.headers().firstValue("ce-id").orElseThrow(),
                        "my-own-1",
                        inference.headers().firstValue("ce-id").orElseThrow(),
                        overGrpc);
        assertThat(given.headers().firstValue("ce-id")).contains("my-own-1");
        assertThat(inference.headers().firstValue("ce-id")).contains("oip-1");
        JsonNode first = events.stream()
                .filter(event -> event.path("id").asString().equals("my-own-1"))
                .findFirst()
                .orElseThrow();
        assertThat(first.path("specversion").asString()).isEqualTo("1.0");
        assertThat(first.path("type").asString()).isEqualTo("io.mlaas.inference.predicted");
        assertThat(first.path("source").asString()).isEqualTo("/learners/" + learner);
        assertThat(first.path("subject").asString()).isEqualTo(learner.toString());
        assertThat(first.path("organizationid").asString())
                .isEqualTo(get("/learners/told-classes")
                        .body()
                        .path("organization_id")
                        .asString());
        assertThat(Instant.parse(first.path("time").asString())).isBefore(Instant.now());
        JsonNode data = first.path("data");
        assertThat(data.path("model").asString()).isEqualTo(learner.toString());
        assertThat(data.path("name").asString()).isEqualTo("told-classes");
        assertThat(data.path("names").toString()).isEqualTo("[\"a\",\"valve\"]");
        assertThat(data.path("instances").toString()).isEqualTo("[[1.0,\"open\"],[2.0,\"shut\"]]");
        assertThat(data.path("predictions").toString()).isEqualTo("[\"no\",\"no\"]");
        assertThat(data.path("probabilities").toString()).isEqualTo("[[0.5,0.5],[0.5,0.5]]");
        assertThat(data.path("latency_ms").asDouble()).isPositive();
        assertThat(data.path("digest").asString()).hasSize(64);
        assertThat(data.has("device")).isFalse();
        assertThat(events)
                .extracting(event -> event.at("/data/digest").asString())
                .containsOnly(data.path("digest").asString());
    }

    private String overGrpc(String name) throws Exception {
        ManagedChannel channel = grpc();
        try {
            ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(name);
            request.addInputsBuilder()
                    .setName("a")
                    .setDatatype("FP64")
                    .addShape(1)
                    .getContentsBuilder()
                    .addFp64Contents(4);
            request.addInputsBuilder()
                    .setName("valve")
                    .setDatatype("BYTES")
                    .addShape(1)
                    .getContentsBuilder()
                    .addBytesContents(com.google.protobuf.ByteString.copyFromUtf8("open"));
            return inference(channel, TestIdentity.acmeScientist())
                    .modelInfer(request.build())
                    .getId();
        } finally {
            channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void tellsOfPredictionsFromMessagesByTheirPlaceInTheLog() throws Exception {
        UUID learner = make("""
                {"name": "told-stream", "algorithm": "linear", "update": {"validation_share": 0},
                 "transformer": {"version": 1,
                   "payload": {"format": "json", "time": {"path": "$.t", "format": "iso_8601"}}, "steps": [
                   {"step": "extract", "fields": [
                       {"name": "a", "path": "$.a"}, {"name": "y", "path": "$.y", "required": false}]},
                   {"step": "sample", "inputs": ["a"], "targets": ["y"]}]}}
                """);
        for (int i = 0; i < 5; i++) {
            String target = i % 2 == 0 ? "" : ", \"y\": 2";
            Answer received = post(
                    "/learners/told-stream/messages?source=meter-7",
                    "{\"t\": \"2026-01-01T00:00:0" + i + "Z\", \"a\": " + i + target + "}");
            assertThat(received.status()).as(received.text()).isEqualTo(200);
        }

        List<JsonNode> events = events(learner, 3);

        assertThat(events)
                .extracting(event -> event.path("id").asString())
                .allMatch(id -> id.matches("[0-9]+-[0-9]+-0"))
                .doesNotHaveDuplicates();
        assertThat(events)
                .extracting(event -> event.at("/data/device").asString())
                .containsOnly("meter-7");
        assertThat(events.getFirst().at("/data/event_time").asString()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(events)
                .extracting(event -> event.at("/data/digest").asString())
                .doesNotHaveDuplicates();
    }

    @Test
    void tellsWhenAndToWhomRowsBelong() throws Exception {
        UUID learner = make(CLASSES.replace("told-classes", "told-occasions"));
        String path = "/learners/told-occasions/predict";
        String rows = "{\"instances\": [[1, \"open\"]], ";
        ask(
                path,
                rows
                        + "\"event_time\": \"2026-01-01T02:00:00+01:00\", \"segments\": {\"site\": \"s-1\", \"device\": \"d-7\"}}",
                "one");

        JsonNode data = events(learner, 1).getFirst().path("data");

        assertThat(data.path("event_time").asString()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(data.path("segments").toString()).isEqualTo("{\"device\":\"d-7\",\"site\":\"s-1\"}");
        assertThat(post(path, rows + "\"event_time\": 17}").detail()).startsWith("$.event_time: 17 (expected: a time");
        assertThat(post(path, rows + "\"segments\": {\"site\": 3}}").detail())
                .isEqualTo("$.segments.site: 3 (expected: a text of 1 to 200 characters)");
    }

    @Test
    void tellsNothingWhereThatIsNotWanted() throws Exception {
        UUID learner = make(CLASSES.replace("told-classes", "told-nothing"));
        String rows = "{\"instances\": [[1, \"open\"]]}";
        Answer refused = patch("{\"monitoring\": {\"event\": false}}");
        Answer changed = patch("{\"monitoring\": {\"events\": false}}");
        assertThat(refused.detail()).startsWith("$.monitoring.event: unknown field");
        assertThat(changed.body().at("/document/monitoring/events").asBoolean()).isFalse();
        ask("/learners/told-nothing/predict", rows, "unheard");
        patch("{\"monitoring\": {\"events\": true}}");
        ask("/learners/told-nothing/predict", rows, "heard");

        assertThat(events(learner, 1))
                .extracting(event -> event.path("id").asString())
                .containsExactly("heard");
    }

    private Answer patch(String body) throws Exception {
        return send("PATCH", "/learners/told-nothing", body, TestIdentity.acmeScientist());
    }

    private UUID make(String document) throws Exception {
        Answer made = post("/learners", document);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return UUID.fromString(made.body().path("learner_id").asString());
    }

    private HttpResponse<String> ask(String path, String body, String id) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (id != null) {
            request.header("ce-id", id);
        }
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    /** All of the learner, once there are so many. */
    private List<JsonNode> events(UUID learner, int count) {
        String topic = environment.getRequiredProperty("mlaas.learning.events.topic");
        Map<String, Object> settings = kafka.buildConsumerProperties();
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        List<JsonNode> events = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofMillis(200))) {
                    if (message.key().equals(learner.toString())) {
                        events.add(json.readTree(message.value().getBytes(StandardCharsets.UTF_8)));
                    }
                }
                assertThat(events).hasSize(count);
            });
        }
        return events;
    }
}
