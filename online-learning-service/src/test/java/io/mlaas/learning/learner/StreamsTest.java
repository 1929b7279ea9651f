package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.stack.process.Ports;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.JsonNode;

/** Learners with sources, on a real broker and a real Kafka. */
class StreamsTest extends RunningService {
    private static final String ACME = TestIdentity.ACME.toString();
    private static final String JSON_PAYLOAD = "{\"format\": \"json\"}";
    private static final String JSON_FIELDS = """
            {"name": "a", "path": "$.a"}, {"name": "b", "path": "$.b"}, {"name": "y", "path": "$.y", "required": false}""";

    @Autowired
    private ApplicationContext context;

    @Value("${mlaas.learning.streams.dead-letters}")
    private String deadLetters;

    private void make(String name, String sources, String publish) throws IOException, InterruptedException {
        make(name, sources, publish, JSON_PAYLOAD, JSON_FIELDS);
    }

    /** y = 2a - b, of messages in a format. */
    private void make(String name, String sources, String publish, String payload, String fields)
            throws IOException, InterruptedException {
        Answer answer = post("/learners", """
                {"name": "%s", "algorithm": "linear",
                 "configuration": {"optimizer": {"type": "sgd", "learning_rate": "constant", "eta0": 0.1}},
                 "update": {"validation_share": 0},
                 "transformer": {"version": 1, "payload": %s,
                   "steps": [{"step": "extract", "fields": [%s]}, {"step": "sample", "inputs": ["a", "b"], "targets": ["y"]}]},
                 "sources": %s, "publish": %s}
                """.formatted(name, payload, fields, sources, publish));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    private static String row(int i) {
        double a = Math.sin(i);
        double b = Math.cos(3.0 * i);
        return "{\"a\": " + a + ", \"b\": " + b + ", \"y\": " + (2 * a - b) + "}";
    }

    private JsonNode progress(String name) throws IOException, InterruptedException {
        return get("/learners/" + name).body().path("progress");
    }

    private void awaitLearned(String name, int rows) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(progress(name).path("learned").asInt()).isEqualTo(rows));
    }

    @Test
    void learnsWhatDevicesSendAndAnswersWhoAsks() throws Exception {
        make(
                "asked",
                "[{\"type\": \"mqtt\", \"topic\": \"asked/+\"}]",
                "[{\"type\": \"mqtt\", \"topic\": \"forecasts/asked\"}, {\"type\": \"kafka\", \"topic\": \"asked\"}]");
        try (Device device = new Device("answers/7");
                Device listener = new Device("forecasts/asked")) {
            for (int i = 0; i < 300; i++) {
                device.send("asked/" + i % 3, row(i));
            }
            awaitLearned("asked", 300);
            device.send("asked/1", "{\"a\": 1, \"b\": 1}".getBytes(StandardCharsets.UTF_8), properties -> {
                properties.setResponseTopic(Device.PREFIX + "answers/7");
                properties.setCorrelationData(new byte[] {4, 2});
            });

            MqttMessage answered = device.next();
            assertThat(answered.getProperties().getCorrelationData()).containsExactly(4, 2);
            assertThat(value(answered.getPayload())).isBetween(0.9, 1.1);
            assertThat(value(listener.next().getPayload())).isBetween(0.9, 1.1);
            assertThat(value(records("mlaas.out." + ACME + ".asked", 1)
                            .getFirst()
                            .getBytes(StandardCharsets.UTF_8)))
                    .isBetween(0.9, 1.1);
        }
    }

    private double value(byte[] answer) {
        return json.readTree(answer).at("/predictions/0/values/0").asDouble();
    }

    @Test
    void answersRequestsForPredictions() throws Exception {
        make("requests", "[{\"type\": \"mqtt\", \"topic\": \"requests\", \"purpose\": \"predict\"}]", "[]");
        try (Device device = new Device("answers/8")) {
            for (String payload : List.of("{\"instances\": [[1, 2], [3, 4]]}", "{\"instances\": [[1]]}", "{")) {
                device.send(
                        "requests",
                        payload.getBytes(StandardCharsets.UTF_8),
                        properties -> properties.setResponseTopic(Device.PREFIX + "answers/8"));
            }
            assertThat(json.readTree(device.next().getPayload())
                            .path("predictions")
                            .size())
                    .isEqualTo(2);
            assertThat(json.readTree(device.next().getPayload()).path("error").asString())
                    .contains("$.instances[0]");
            assertThat(json.readTree(device.next().getPayload()).path("error").asString())
                    .contains("no JSON");
        }
    }

    @Test
    void garbageBecomesADeadLetterAndTheStreamGoesOn() throws Exception {
        make("garbage", "[{\"type\": \"mqtt\", \"topic\": \"garbage/#\"}]", "[]");
        try (Device device = new Device("none")) {
            device.send("garbage/7", "{\"a\": ");
            device.send(
                    "garbage/7",
                    row(1).getBytes(StandardCharsets.UTF_8),
                    properties -> properties.setResponseTopic("mlaas/somebody-else"));
            device.send("garbage/8", new byte[600 * 1024], _ -> {});
            device.send("garbage/7", row(2));
            awaitLearned("garbage", 1);
        }
        JsonNode progress = progress("garbage");
        assertThat(progress.path("rejected").asInt()).isEqualTo(3);
        assertThat(progress.at("/last_rejection/source").asString()).isEqualTo("garbage/8");
        assertThat(progress.at("/last_rejection/reason").asString()).contains("614400 bytes (expected: at most");

        JsonNode kept = get("/learners/garbage/dead-letters?limit=2").body().path("items");
        assertThat(kept).hasSize(2);
        assertThat(kept.at("/1/reason").asString()).contains("response topic: mlaas/somebody-else (expected: below");
        List<JsonNode> sent = records(deadLetters, 3).stream()
                .map(json::readTree)
                .filter(letter -> letter.path("learner").asString().equals("garbage"))
                .toList();
        assertThat(sent).hasSize(3);
        assertThat(sent.getFirst().path("topic").asString()).isEqualTo("garbage/7");
        assertThat(new String(
                        Base64.getDecoder()
                                .decode(sent.getFirst().path("payload").asString()),
                        StandardCharsets.UTF_8))
                .isEqualTo("{\"a\": ");
    }

    @Test
    void learnsOnceWhatIsDeliveredAgain() throws Exception {
        make("again", "[{\"type\": \"mqtt\", \"topic\": \"again\"}]", "[]");
        try (Device device = new Device("none")) {
            for (String id : List.of("1", "2", "1", "2", "3")) {
                device.send("again", row(1).getBytes(StandardCharsets.UTF_8), properties -> properties
                        .getUserProperties()
                        .add(new UserProperty("id", id)));
            }
            awaitLearned("again", 3);
            await().untilAsserted(() ->
                    assertThat(progress("again").path("duplicates").asInt()).isEqualTo(2));
        }
    }

    @Test
    void losesNothingWhileTheBrokerIsKilledAndComesBack() throws Exception {
        make("restarts", "[{\"type\": \"mqtt\", \"topic\": \"restarts\"}]", "[]");
        try (Device device = new Device("none")) {
            device.send("restarts", row(1));
            awaitLearned("restarts", 1);
        }
        TestServers.mqttBroker().child().kill();
        assertThat(TestServers.mqttBroker().child().awaitExit(Duration.ofSeconds(10)))
                .isTrue();
        int broker = URI.create(TestServers.mqttBroker().server().url()).getPort();
        await().atMost(Duration.ofSeconds(90)).until(() -> Ports.isFree(broker));
        TestServers.startMqttAgain();
        try (Device device = new Device("none")) {
            for (int i = 2; i <= 20; i++) {
                device.send("restarts", row(i));
            }
        }
        awaitLearned("restarts", 20);
    }

    @Test
    void getsWhatWasSentWhileItWasAway() throws Exception {
        make("away", "[{\"type\": \"mqtt\", \"topic\": \"away\"}]", "[]");
        SmartLifecycle listening = context.getBean("mqttIn", SmartLifecycle.class);
        listening.stop();
        try (Device device = new Device("none")) {
            for (int i = 0; i < 10; i++) {
                device.send("away", row(i));
            }
        }
        assertThat(progress("away").isMissingNode()).isTrue();
        listening.start();
        awaitLearned("away", 10);
    }

    @Test
    void allHearWhatSeveralListenTo() throws Exception {
        make("first-listener", "[{\"type\": \"mqtt\", \"topic\": \"together/+\"}]", "[]");
        make("second-listener", "[{\"type\": \"mqtt\", \"topic\": \"together/+\"}]", "[]");
        make("third-listener", "[{\"type\": \"mqtt\", \"topic\": \"together/#\"}]", "[]");
        try (Device device = new Device("none")) {
            for (int i = 0; i < 10; i++) {
                device.send("together/1", row(i));
            }
        }
        awaitLearned("first-listener", 10);
        awaitLearned("second-listener", 10);
        awaitLearned("third-listener", 10);
    }

    @Test
    void followsChangesAndPauses() throws Exception {
        make("changing", "[{\"type\": \"mqtt\", \"topic\": \"before\"}]", "[]");
        String token = TestIdentity.acmeScientist();
        try (Device device = new Device("none")) {
            device.send("before", row(1));
            awaitLearned("changing", 1);
            send("PATCH", "/learners/changing", "{\"sources\": [{\"type\": \"mqtt\", \"topic\": \"after\"}]}", token);
            device.send("before", row(2));
            device.send("after", row(3));
            awaitLearned("changing", 2);
            send("PATCH", "/learners/changing", "{\"state\": \"PAUSED\"}", token);
            device.send("after", row(4));
            send("PATCH", "/learners/changing", "{\"state\": \"RUNNING\"}", token);
            device.send("after", row(5));
            awaitLearned("changing", 3);
        }
    }

    @Test
    void learnsFromKafka() throws Exception {
        String topic = "mlaas.in." + ACME + ".meters";
        make("kafka", "[{\"type\": \"kafka\", \"topic\": \"meters\"}]", "[]");
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestServers.kafkaBootstrap()),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = 0; i < 50; i++) {
                producer.send(new ProducerRecord<>(topic, "meter-" + i % 5, row(i)));
            }
            for (int i = 0; i < 2; i++) {
                ProducerRecord<String, String> known = new ProducerRecord<>(topic, "meter-7", row(i));
                known.headers().add("id", "same".getBytes(StandardCharsets.UTF_8));
                producer.send(known);
            }
        }
        awaitLearned("kafka", 51);
        await().untilAsserted(() ->
                assertThat(progress("kafka").path("duplicates").asInt()).isEqualTo(1));
    }

    static Stream<Arguments> formats() {
        String senml = """
                {"name": "a", "path": "$.a.value"}, {"name": "b", "path": "$.b.value"}, {"name": "y", "path": "$.y.value"}""";
        return Stream.of(
                Arguments.of("senml", "{\"format\": \"senml\"}", senml, "formats/senml", """
                        [{"n": "a", "v": 1}, {"n": "b", "v": 2}, {"n": "y", "v": 3}]""".getBytes(
                                StandardCharsets.UTF_8)),
                Arguments.of(
                        "cbor",
                        "{\"format\": \"senml_cbor\"}",
                        senml,
                        "formats/cbor",
                        // [{0: "a", 2: 1}, {0: "b", 2: 2}, {0: "y", 2: 3}]
                        HexFormat.of().parseHex("83a20061610201a20061620202a20061790203")),
                Arguments.of(
                        "numbers",
                        "{\"format\": \"numbers\", \"encoding\": \"uint16_le\"}",
                        """
                        {"name": "a", "path": "$.values[0]"}, {"name": "b", "path": "$.values[1]"}, {"name": "y", "path": "$.values[2]"}""",
                        "formats/numbers",
                        new byte[] {1, 0, 2, 0, 3, 0}),
                Arguments.of(
                        "sparkplug",
                        "{\"format\": \"sparkplug_b\"}",
                        senml,
                        "spBv1.0/plant/NBIRTH/edge-1",
                        sparkplug(Map.of("a", 1.0, "b", 2.0, "y", 3.0))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("formats")
    void learnsFromEveryFormat(String name, String payload, String fields, String topic, byte[] message)
            throws Exception {
        make("format-" + name, "[{\"type\": \"mqtt\", \"topic\": \"" + topic + "\"}]", "[]", payload, fields);
        try (Device device = new Device("none")) {
            device.send(topic, message, _ -> {});
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(progress("format-" + name).toString()).contains("\"learned\":1"));
    }

    @Test
    void readsASourceInItsOwnFormat() throws Exception {
        make("own-format", """
                [{"type": "mqtt", "topic": "own/json"},
                 {"type": "mqtt", "topic": "own/numbers", "payload": {"format": "numbers", "encoding": "uint16_le"}},
                 {"type": "kafka", "topic": "own-csv", "payload": {"format": "csv", "columns": ["a"]}}]
                """, "[]", JSON_PAYLOAD, """
                {"name": "a", "path": "$.values[0]"}, {"name": "b", "path": "$.values[1]"}, {"name": "y", "path": "$.values[2]"}""");
        try (Device device = new Device("none")) {
            device.send("own/json", "{\"values\": [1, 2, 3]}");
            device.send("own/numbers", new byte[] {1, 0, 2, 0, 3, 0}, _ -> {});
            device.send("own/numbers", "{\"values\": [1, 2, 3]}");
        }
        awaitLearned("own-format", 2);
        await().untilAsserted(() ->
                assertThat(progress("own-format").path("rejected").asInt()).isEqualTo(1));
        assertThat(get("/learners/own-format")
                        .body()
                        .at("/document/sources/1/payload/format")
                        .asString())
                .isEqualTo("numbers");
        Answer refused = send(
                "PATCH",
                "/learners/own-format",
                "{\"sources\": [{\"type\": \"mqtt\", \"topic\": \"own/json\", \"payload\": {\"format\": \"morse\"}}]}",
                TestIdentity.acmeScientist());
        assertThat(refused.code()).isEqualTo("LEARNER_REFUSED");
        assertThat(refused.detail()).startsWith("$.sources[0].payload.format: ");
    }

    /** A birth of metrics that are doubles: Payload { timestamp = 1; metrics = 2 { name = 1; datatype = 4; double = 13 } }. */
    private static byte[] sparkplug(Map<String, Double> metrics) {
        java.io.ByteArrayOutputStream payload = new java.io.ByteArrayOutputStream();
        payload.write(0x08);
        for (long time = System.currentTimeMillis(); ; time >>>= 7) {
            payload.write((int) (time & 0x7f) | (time > 0x7f ? 0x80 : 0));
            if (time <= 0x7f) {
                break;
            }
        }
        metrics.forEach((name, value) -> {
            payload.write(0x12);
            payload.write(2 + name.length() + 2 + 9);
            payload.write(0x0a);
            payload.write(name.length());
            payload.writeBytes(name.getBytes(StandardCharsets.UTF_8));
            payload.write(0x20);
            payload.write(10);
            payload.write(0x69);
            payload.writeBytes(java.nio.ByteBuffer.allocate(8)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .putDouble(value)
                    .array());
        });
        return payload.toByteArray();
    }

    @Test
    void namesEveryMistakeOfAStream() throws Exception {
        Map<String, String> mistakes = Map.of(
                "\"sources\": [{\"type\": \"mqtt\", \"topic\": \"a/#/b\"}]", "$.sources[0].topic",
                "\"sources\": [{\"type\": \"mqtt\", \"topic\": \"a\", \"qos\": 2}]", "$.sources[0].qos",
                "\"sources\": [{\"type\": \"kafka\", \"topic\": \"a b\"}]", "$.sources[0].topic",
                "\"sources\": [{\"type\": \"amqp\", \"topic\": \"a\"}]", "$.sources[0].type",
                "\"publish\": [{\"type\": \"mqtt\", \"topic\": \"a/+\"}]", "$.publish[0].topic",
                "\"sources\": [{\"type\": \"mqtt\", \"topic\": \"#\"}], \"publish\": [{\"type\": \"mqtt\", \"topic\": \"a\"}]",
                        "$.publish[0].topic",
                "\"sources\": [{\"type\": \"mqtt\", \"topic\": \"a\"}]", "$.transformer",
                "\"sources\": [{\"type\": \"mqtt\", \"topic\": \"a\", \"payload\": \"json\"}]", "$.sources[0].payload",
                "\"sources\": [{\"type\": \"mqtt\", \"topic\": \"a\", \"purpose\": \"predict\", \"payload\": {}}]",
                        "$.sources[0].payload");
        for (Map.Entry<String, String> mistake : mistakes.entrySet()) {
            Answer answer = post("/learners", """
                    {"name": "wrong", "algorithm": "linear",
                     "schema": {"inputs": [{"name": "a", "type": "numeric"}], "target": {"type": "regression", "outputs": ["y"]}},
                     %s}
                    """.formatted(mistake.getKey()));
            assertThat(answer.code()).as(mistake.getKey()).isEqualTo("LEARNER_REFUSED");
            assertThat(answer.detail()).startsWith(mistake.getValue() + ": ");
        }
    }

    /** So many of a topic, from its beginning. */
    private static List<String> records(String topic, int count) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        TestServers.kafkaBootstrap(),
                        "group.id",
                        UUID.randomUUID().toString(),
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            List<String> found = new ArrayList<>();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(message -> found.add(message.value()));
                return found.size() >= count;
            });
            return found;
        }
    }
}
