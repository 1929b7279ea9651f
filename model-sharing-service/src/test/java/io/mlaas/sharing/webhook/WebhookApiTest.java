package io.mlaas.sharing.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.monitoring.MonitoringEvents;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.sharing.RegistryServer;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.kafka.core.KafkaTemplate;
import tools.jackson.databind.JsonNode;

/** Events as signed HTTP requests to a real receiver. */
class WebhookApiTest extends RegistryServer {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Autowired
    private WebhookRelay relay;

    @Autowired
    private WebhookEvents events;

    @Autowired
    private KafkaTemplate<String, String> kafka;

    private final Receiver receiver = new Receiver();
    private final UUID company = UUID.randomUUID();
    private final String user = TestIdentity.user(UUID.randomUUID(), "scientist", company, "DATA_SCIENTIST");
    private final String operator = TestIdentity.user(UUID.randomUUID(), "operator", company, "OPERATOR");

    @AfterEach
    void close() {
        receiver.close();
        jdbc.sql("delete from webhook where organization_id = :company")
                .param("company", company)
                .update();
    }

    private JsonNode create(String url, String... types) throws Exception {
        String listed = types.length == 0 ? "[]" : "[\"" + String.join("\",\"", types) + "\"]";
        return postJson("/webhooks", operator, "{\"url\":\"%s\",\"event_types\":%s}".formatted(url, listed))
                .expect(201)
                .json();
    }

    private String id(JsonNode webhook) {
        return webhook.path("id").asString();
    }

    private Answer patch(String webhook, String json) throws Exception {
        return send(request("/webhooks/" + webhook, operator)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    private JsonNode deliveries(String webhook) throws Exception {
        return get("/webhooks/" + webhook + "/deliveries", operator)
                .expect(200)
                .json()
                .path("items");
    }

    private JsonNode test(String webhook) throws Exception {
        return postJson("/webhooks/" + webhook + "/test", operator, "")
                .expect(202)
                .json();
    }

    private JsonNode delivery(String webhook, JsonNode delivery) throws Exception {
        for (JsonNode one : deliveries(webhook)) {
            if (one.path("id").equals(delivery.path("id"))) {
                return one;
            }
        }
        throw new AssertionError("no delivery " + delivery);
    }

    private void awaitState(String webhook, JsonNode delivery, String state) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        delivery(webhook, delivery).path("state").asString())
                .isEqualTo(state));
    }

    @Test
    void tellsOfTheCompanysEventsSignedAsStandardWebhooks() throws Exception {
        JsonNode webhook = create(receiver.url());
        UUID dataset = registerDataset(user, random(10));
        registerDataset(TestIdentity.globexScientist(), random(10));

        await().atMost(PATIENCE)
                .until(() -> !receiver.of(RegistryEvents.DATASET_REGISTERED).isEmpty());

        Receiver.Request request =
                receiver.of(RegistryEvents.DATASET_REGISTERED).getFirst();
        JsonNode event = JSON.readTree(request.body());
        assertThat(event.path("subject").asString()).isEqualTo(dataset.toString());
        assertThat(event.path("organizationid").asString()).isEqualTo(company.toString());
        assertThat(request.id()).isEqualTo(event.path("id").asString());
        assertThat(request.type()).startsWith("application/cloudevents+json");
        assertThat(Instant.ofEpochSecond(Long.parseLong(request.timestamp())))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
        assertThat(request.signature())
                .isEqualTo(signature(webhook.path("secret").asString(), request));
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode delivery = deliveries(id(webhook)).path(0);
            assertThat(delivery.path("state").asString()).isEqualTo("DELIVERED");
            assertThat(delivery.path("log").path(0).path("status").asInt()).isEqualTo(200);
        });
        assertThat(receiver.requests()).allMatch(got -> got.body().contains(company.toString()));
    }

    /** As a receiver computes it, from the secret that it was given. */
    private static String signature(String secret, Receiver.Request request) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
        String signed = request.id() + "." + request.timestamp() + "." + request.body();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theSecretIsShownOnceAndSealed() throws Exception {
        JsonNode webhook = create(receiver.url());
        String secret = webhook.path("secret").asString();
        assertThat(secret).startsWith("whsec_");
        for (String path : List.of("/webhooks", "/webhooks/" + id(webhook))) {
            assertThat(new String(get(path, operator).expect(200).body(), StandardCharsets.UTF_8))
                    .contains(receiver.url())
                    .doesNotContain(secret)
                    .doesNotContain("secret");
        }
        byte[] sealed = jdbc.sql("select sealed_secret from webhook where id = cast(:id as uuid)")
                .param("id", id(webhook))
                .query((row, number) -> row.getBytes(1))
                .single();
        byte[] raw = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(raw, StandardCharsets.ISO_8859_1));
    }

    @Test
    void tellsOnlyOfWhatIsAskedFor() throws Exception {
        JsonNode models = create(receiver.url(), RegistryEvents.MODEL_TRAINED);
        UUID model = trainedModel(user, random(10));
        await().atMost(PATIENCE).until(() -> !receiver.requests().isEmpty());
        assertThat(receiver.requests()).singleElement().satisfies(request -> assertThat(request.body())
                .contains(RegistryEvents.MODEL_TRAINED)
                .contains(model.toString()));
        assertThat(deliveries(id(models))).hasSize(1);
    }

    @Test
    void tellsWhatMonitorsFindSigned() throws Exception {
        JsonNode webhook = create(receiver.url(), MonitoringEvents.DRIFT_DETECTED);
        UUID monitor = UUID.randomUUID();
        CloudEvent<MonitoringEvents.WindowAlert> drift = alert(MonitoringEvents.DRIFT_DETECTED, monitor, company);
        for (CloudEvent<?> event : List.of(
                alert(MonitoringEvents.PERFORMANCE_DEGRADED, monitor, company),
                alert(MonitoringEvents.DRIFT_DETECTED, monitor, TestIdentity.GLOBEX),
                drift)) {
            kafka.send(Topics.MONITORING, monitor.toString(), JSON.writeValueAsString(event));
        }

        await().atMost(PATIENCE)
                .until(() -> !receiver.of(MonitoringEvents.DRIFT_DETECTED).isEmpty());
        Receiver.Request request = receiver.requests().getFirst();
        assertThat(request.id()).isEqualTo(drift.id().toString());
        assertThat(request.signature())
                .isEqualTo(signature(webhook.path("secret").asString(), request));
        assertThat(JSON.readTree(request.body()).at("/data/finding").asString()).isEqualTo("2 of 3 features drifted");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        deliveries(id(webhook)).path(0).path("state").asString())
                .isEqualTo("DELIVERED"));
        assertThat(receiver.requests()).hasSize(1);
    }

    private static CloudEvent<MonitoringEvents.WindowAlert> alert(String type, UUID monitor, UUID company) {
        return CloudEvent.of(
                "/monitoring-service",
                type,
                monitor,
                company,
                new MonitoringEvents.WindowAlert(
                        monitor,
                        "pump-7",
                        "learner:pump-7",
                        "drift",
                        "2 of 3 features drifted",
                        7,
                        Instant.EPOCH,
                        Instant.EPOCH.plusSeconds(3600),
                        100,
                        0,
                        null));
    }

    @Test
    void triesAgainUntilItArrivesAlwaysWithTheSameId() throws Exception {
        String webhook = id(create(receiver.url()));
        receiver.answersNext(500, 302, 404, 200);
        JsonNode delivery = test(webhook);
        awaitState(webhook, delivery, "DELIVERED");
        assertThat(receiver.requests()).hasSize(4);
        assertThat(receiver.requests()).allSatisfy(request -> assertThat(request.id())
                .isEqualTo(delivery.path("event_id").asString()));
        JsonNode log = delivery(webhook, delivery).path("log");
        assertThat(log).hasSize(4);
        assertThat(log.path(1).path("status").asInt()).isEqualTo(302);
        assertThat(log.path(3).path("status").asInt()).isEqualTo(200);
    }

    @Test
    void whatAKilledProcessWasSendingIsSentAgain() throws Exception {
        String webhook = id(create(receiver.url()));
        receiver.hangs();
        JsonNode delivery = test(webhook);
        await().atMost(PATIENCE).until(() -> receiver.requests().size() == 1);

        relay.stop(); // nothing is written down of the request that is under way
        receiver.answersAgain();
        relay.start();

        awaitState(webhook, delivery, "DELIVERED");
        assertThat(receiver.requests()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(receiver.requests().stream().map(Receiver.Request::id).distinct())
                .containsExactly(delivery.path("event_id").asString());
    }

    @Test
    void anEventThatComesTwiceIsOrderedOnce() throws Exception {
        String webhook = id(create(receiver.url()));
        String event = JSON.writeValueAsString(
                CloudEvent.of("/model-sharing-service", "io.mlaas.some.thing", UUID.randomUUID(), company, Map.of()));
        events.on(event);
        events.on(event);
        events.on("{");
        await().atMost(PATIENCE).until(() -> receiver.requests().size() == 1);
        assertThat(deliveries(webhook)).hasSize(1);
    }

    @Test
    void aSlowReceiverDoesNotKeepTheOthersWaiting() throws Exception {
        try (Receiver slow = new Receiver()) {
            slow.hangs();
            String stuck = id(create(slow.url()));
            for (int i = 0; i < 20; i++) {
                test(stuck);
            }
            String webhook = id(create(receiver.url()));
            await().atMost(PATIENCE).until(() -> slow.requests().size() >= 4);
            long before = System.nanoTime();
            awaitState(webhook, test(webhook), "DELIVERED");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
            assertThat(slow.requests().size()).isLessThan(20);
        }
    }

    @Test
    void isDisabledWhenNothingArrivesForLongAndGoesOnWhenItIsEnabledAgain() throws Exception {
        String webhook = id(create(receiver.url()));
        receiver.answers(500, null);
        jdbc.sql("update webhook set failing_since = now() - interval '6 days' where id = cast(:id as uuid)")
                .param("id", webhook)
                .update();
        JsonNode delivery = test(webhook);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get("/webhooks/" + webhook, operator)
                        .json()
                        .path("enabled")
                        .asBoolean(true))
                .isFalse());
        assertThat(get("/webhooks/" + webhook, operator)
                        .json()
                        .path("disabled_reason")
                        .asString())
                .startsWith("Nothing could be delivered since");
        assertThat(postJson("/webhooks/" + webhook + "/test", operator, "")
                        .expect(409)
                        .code())
                .isEqualTo("WEBHOOK_DISABLED");

        receiver.answers(200, null);
        JsonNode enabled = patch(webhook, "{\"enabled\":true}").expect(200).json();
        assertThat(enabled.has("disabled_reason")).isFalse();
        awaitState(webhook, delivery, "DELIVERED");
    }

    @Test
    void aReceiverThatIsGoneIsNotAskedAgain() throws Exception {
        String webhook = id(create(receiver.url()));
        receiver.answers(410, null);
        JsonNode delivery = test(webhook);
        awaitState(webhook, delivery, "FAILED");
        assertThat(get("/webhooks/" + webhook, operator).json().path("enabled").asBoolean(true))
                .isFalse();
        assertThat(receiver.requests()).hasSize(1);
    }

    @Test
    void deliversAgainWhatIsAskedForAndShowsTheLogInPages() throws Exception {
        String webhook = id(create(receiver.url()));
        List<JsonNode> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(test(webhook));
        }
        for (JsonNode delivery : sent) {
            awaitState(webhook, delivery, "DELIVERED");
        }
        String again = sent.getFirst().path("id").asString();
        postJson("/webhooks/%s/deliveries/%s/redeliver".formatted(webhook, again), operator, "")
                .expect(202);
        await().atMost(PATIENCE).until(() -> receiver.requests().size() == 6);
        awaitState(webhook, sent.getFirst(), "DELIVERED");
        assertThat(delivery(webhook, sent.getFirst()).path("log")).hasSize(2);

        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = get("/webhooks/" + webhook + "/deliveries?limit=2&status=DELIVERED" + cursor, operator)
                    .expect(200)
                    .json();
            page.path("items").forEach(item -> seen.add(item.path("id").asString()));
            cursor = page.has("next_cursor")
                    ? "&cursor=" + page.path("next_cursor").asString()
                    : "";
        } while (!cursor.isEmpty());
        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
        get("/webhooks/" + webhook + "/deliveries?cursor=x", operator).expect(400);
        get("/webhooks/" + webhook + "/deliveries?limit=0", operator).expect(422);
        get("/webhooks/" + webhook + "/deliveries?status=odd", operator).expect(422);
        postJson("/webhooks/%s/deliveries/%s/redeliver".formatted(webhook, UUID.randomUUID()), operator, "")
                .expect(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"url\":\"\"}",
                "{\"url\":\"ftp://example.com/\"}",
                "{\"url\":\"https://user:pass@example.com/\"}",
                "{\"url\":\"https://example.com/#x\"}",
                "{\"url\":\"http://[::1]/\"}",
                "{\"url\":\"http://[::ffff:10.0.0.1]/\"}",
                "{\"url\":\"http://169.254.169.254/latest/meta-data\"}",
                "{\"url\":\"https://example.com/\",\"event_types\":[\"a b\"]}",
                "{\"url\":\"https://example.com/\",\"event_types\":[null]}"
            })
    void refusesWhatIsNoWebhook(String json) throws Exception {
        assertThat(postJson("/webhooks", operator, json).expect(422).code()).isEqualTo("INVALID_WEBHOOK");
    }

    @Test
    void changesAndDeletes() throws Exception {
        String webhook = id(create("https://example.com/a"));
        JsonNode changed = patch(webhook, "{\"url\":\"" + receiver.url() + "\",\"description\":\"é\"}")
                .expect(200)
                .json();
        assertThat(changed.path("url").asString()).isEqualTo(receiver.url());
        assertThat(changed.path("description").asString()).isEqualTo("é");
        assertThat(patch(webhook, "{\"enabled\":false}")
                        .expect(200)
                        .json()
                        .path("enabled")
                        .asBoolean(true))
                .isFalse();
        patch(webhook, "{\"url\":\"http://10.0.0.1/\"}").expect(422);
        send(request("/webhooks/" + webhook, operator).DELETE().build()).expect(204);
        get("/webhooks/" + webhook, operator).expect(404);
    }

    @Test
    void aCompanyHasOnlySoMany() throws Exception {
        for (int i = 0; i < 5; i++) {
            create("https://example.com/" + i);
        }
        assertThat(postJson("/webhooks", operator, "{\"url\":\"https://example.com/6\"}")
                        .expect(409)
                        .code())
                .isEqualTo("TOO_MANY_WEBHOOKS");
    }
}
