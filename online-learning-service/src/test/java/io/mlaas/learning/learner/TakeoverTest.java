package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.learning.OnlineLearningApplication;
import io.mlaas.stack.process.Jvm;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

/** Two instances share what devices send; the one takes over when the other is killed. */
class TakeoverTest extends RunningService {
    private static final Logger log = LoggerFactory.getLogger(TakeoverTest.class);
    private static final int LEARNERS = 8;
    private static final int SESSIONS = 16;
    private static final Duration LONG = Duration.ofMinutes(2);

    @Autowired
    private Environment environment;

    @Autowired
    private MeterRegistry meters;

    @Test
    void receivesWhatDevicesSendWhenTheOtherIsKilled() throws Exception {
        await().atMost(LONG).until(() -> sessions() == SESSIONS);
        for (int i = 0; i < LEARNERS; i++) {
            make("taken-" + i);
        }
        Process other = another();
        long killed;
        try (Device device = new Device("none")) {
            await().atMost(LONG).until(() -> sessions() < SESSIONS);
            assertThat(sessions()).isPositive();
            send(device, 0, 5);
            await().atMost(LONG).untilAsserted(() -> assertThat(learned()).isEqualTo(LEARNERS * 5));
            send(device, 5, 10);
            killed = System.nanoTime();
            other.destroyForcibly();
            send(device, 10, 15);
        } finally {
            other.destroyForcibly().waitFor();
        }
        await().atMost(LONG).until(() -> sessions() == SESSIONS);
        log.info(
                "taken over {} ms after the kill",
                Duration.ofNanos(System.nanoTime() - killed).toMillis());
        try (Device device = new Device("none")) {
            send(device, 15, 20);
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(learned()).isEqualTo(LEARNERS * 20));
    }

    private void make(String name) throws IOException, InterruptedException {
        Answer answer = post("/learners", """
                {"name": "%s", "algorithm": "linear", "update": {"validation_share": 0},
                 "transformer": {"version": 1, "payload": {"format": "json"},
                   "steps": [{"step": "extract", "fields": [{"name": "a", "path": "$.a"}, {"name": "y", "path": "$.y"}]},
                             {"step": "sample", "inputs": ["a"], "targets": ["y"]}]},
                 "sources": [{"type": "mqtt", "topic": "%s/+"}]}
                """.formatted(name, name));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    private static void send(Device device, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            String id = Integer.toString(i);
            for (int learner = 0; learner < LEARNERS; learner++) {
                device.send(
                        "taken-" + learner + "/1",
                        "{\"a\": 1, \"y\": 2}".getBytes(StandardCharsets.UTF_8),
                        properties -> properties.getUserProperties().add(new UserProperty("id", id)));
            }
        }
    }

    private int sessions() {
        return (int) meters.get("mlaas.learning.mqtt.connected").gauge().value();
    }

    /** Messages that are learned and written down. */
    private int learned() {
        return jdbc.sql("""
                select coalesce(sum(cast(c.progress ->> 'learned' as integer)), 0)
                from checkpoint c join learner l on l.id = c.learner_id where l.name like 'taken-%'
                """).query(Integer.class).single();
    }

    /** In a process of its own, which can be killed. */
    private Process another() throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        arguments.add(OnlineLearningApplication.class.getName());
        for (String name : List.of(
                "spring.datasource.url",
                "spring.datasource.username",
                "spring.datasource.password",
                "spring.kafka.bootstrap-servers",
                "mlaas.learning.log.topic",
                "mlaas.learning.log.partitions",
                "mlaas.learning.log.checkpoint-interval",
                "mlaas.learning.streams.answers",
                "mlaas.learning.streams.dead-letters",
                "mlaas.learning.streams.kafka-group",
                "mlaas.mqtt.url",
                "mlaas.mqtt.user-name",
                "mlaas.mqtt.password",
                "mlaas.services.model-sharing",
                "mlaas.security.issuer",
                "mlaas.security.jwk-set-uri",
                "mlaas.security.token-uri",
                "mlaas.security.client-secret")) {
            arguments.add("--" + name + "=" + Objects.requireNonNull(environment.getProperty(name), name));
        }
        arguments.add("--server.port=0");
        arguments.add("--mlaas.learning.grpc.port=0");
        return new ProcessBuilder(Jvm.command(300, arguments.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(new File("target/the-other-instance.log"))
                .start();
    }
}
