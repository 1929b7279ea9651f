package io.mlaas.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.kit.event.Inbox;
import io.mlaas.kit.event.Outbox;
import io.mlaas.testkit.sample.SampleApplication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The outbox and the inbox on a real PostgreSQL and a real Kafka. */
@SpringBootTest(classes = SampleApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class EventsTest {
    private static final UUID ASSET = UUID.randomUUID();

    record Changed(String fullName, int number) {}

    @Autowired
    private Outbox outbox;

    @Autowired
    private Inbox inbox;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private JsonMapper json;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        TestServers.postgres(registry, "sample");
        TestServers.kafka(registry);
        registry.add("mlaas.outbox.keep", () -> "1s");
    }

    @Test
    void forgetsWhatWasPublishedLongAgoAndNothingElse() {
        for (String published : List.of("now() - interval '2 seconds'", "now() + interval '1 hour'")) {
            jdbc.sql("insert into outbox_event (id, topic, key, payload, published_at) values (:id, 'swept', 'k', :p, "
                            + published + ")")
                    .param("id", UUID.randomUUID())
                    .param("p", published)
                    .update();
        }

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(jdbc.sql("select payload from outbox_event where topic = 'swept'")
                                .query(String.class)
                                .list())
                        .containsExactly("now() + interval '1 hour'"));
    }

    @Test
    void publishesInTheOrderOfTheCommits() {
        List<CloudEvent<Changed>> events =
                IntStream.range(0, 450).mapToObj(EventsTest::event).toList();
        for (int i = 0; i < events.size(); i += 50) {
            List<CloudEvent<Changed>> together = events.subList(i, i + 50);
            transactions.executeWithoutResult(status -> together.forEach(event -> outbox.publish("test.order", event)));
        }

        List<ConsumerRecord<String, String>> published = consume("test.order", 450);

        assertThat(published).extracting(ConsumerRecord::key).containsOnly(ASSET.toString());
        assertThat(published.stream().map(record -> json.readTree(record.value())
                        .get("data")
                        .get("number")
                        .asInt()))
                .containsExactlyElementsOf(IntStream.range(0, 450).boxed().toList());
        await().until(() -> waiting() == 0);
    }

    @Test
    void writesCloudEvents() {
        CloudEvent<Changed> event = event(7);
        transactions.executeWithoutResult(status -> outbox.publish("test.form", event));

        JsonNode published = json.readTree(consume("test.form", 1).getFirst().value());

        assertThat(published.propertyNames())
                .containsExactlyInAnyOrder(
                        "specversion",
                        "id",
                        "source",
                        "type",
                        "subject",
                        "time",
                        "datacontenttype",
                        "organizationid",
                        "data");
        assertThat(published.get("specversion").asString()).isEqualTo("1.0");
        assertThat(published.get("id").asString()).isEqualTo(event.id().toString());
        assertThat(published.get("subject").asString()).isEqualTo(ASSET.toString());
        assertThat(published.get("organizationid").asString()).isEqualTo(TestIdentity.ACME.toString());
        assertThat(published.get("time").asString()).endsWith("Z");
        assertThat(published.get("data").toString()).isEqualTo("{\"full_name\":\"seven\",\"number\":7}");
    }

    @Test
    void publishesNothingOfATransactionThatFails() {
        transactions.executeWithoutResult(status -> {
            outbox.publish("test.rollback", event(1));
            status.setRollbackOnly();
        });
        transactions.executeWithoutResult(status -> outbox.publish("test.rollback", event(2)));

        List<ConsumerRecord<String, String>> published = consume("test.rollback", 1);

        assertThat(published).hasSize(1);
        assertThat(published.getFirst().value()).contains("\"number\":2");
    }

    @Test
    void refusesToPublishOutsideATransaction() {
        assertThatThrownBy(() -> outbox.publish("test.none", event(1)))
                .isInstanceOf(IllegalTransactionStateException.class);
        assertThatThrownBy(() -> inbox.firstTime(UUID.randomUUID()))
                .isInstanceOf(IllegalTransactionStateException.class);
    }

    @Test
    void handlesAnEventOnce() {
        UUID id = UUID.randomUUID();

        assertThat(transactions.<Boolean>execute(status -> inbox.firstTime(id))).isTrue();
        assertThat(transactions.<Boolean>execute(status -> inbox.firstTime(id))).isFalse();
    }

    @Test
    void handlesAnEventAgainWhoseHandlingFailed() {
        UUID id = UUID.randomUUID();
        transactions.executeWithoutResult(status -> {
            assertThat(inbox.firstTime(id)).isTrue();
            status.setRollbackOnly();
        });

        assertThat(transactions.<Boolean>execute(status -> inbox.firstTime(id))).isTrue();
    }

    private static CloudEvent<Changed> event(int number) {
        return CloudEvent.of(
                "/sample-service", "io.mlaas.sample.changed", ASSET, TestIdentity.ACME, new Changed("seven", number));
    }

    private long waiting() {
        return jdbc.sql("select count(*) from outbox_event where published_at is null")
                .query(Long.class)
                .single();
    }

    private static List<ConsumerRecord<String, String>> consume(String topic, int count) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                TestServers.kafkaBootstrap(),
                "group.id",
                UUID.randomUUID().toString(),
                "auto.offset.reset",
                "earliest",
                "metadata.max.age.ms",
                "500");
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return records.size() >= count;
            });
        }
        return records;
    }
}
