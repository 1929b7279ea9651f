package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.Notice;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.Receipt;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Real federations whose updates come encrypted, with keys of their full length. */
class EncryptedFederationTest extends RunningService {
    /** Of digits-softmax. */
    private static final int SIZE = 650;

    private static final int SMALL = 60;

    @TempDir
    Path folder;

    @Test
    void theModelIsThatOfPlainUpdatesThoughTheDealerIsKilledBeforeItDeals() throws Exception {
        String plain = federation("plain", 2, 2, "{}");
        try (ClientProcess b = ClientProcess.start(folder.resolve("plain"), "b", kit(plain, "b"), 400, 700);
                ClientProcess c = ClientProcess.start(folder.resolve("plain"), "c", kit(plain, "c"), 700, 1000)) {
            assertThat(b.exit()).as(b.log()).isZero();
            assertThat(c.exit()).as(c.log()).isZero();
        }
        String id = federation("encrypted", 3, 2, "{\"homomorphic_encryption\": true}");
        try (ClientProcess a = ClientProcess.start(folder, "a", kit(id, "a"), 0, 400);
                ClientProcess b = ClientProcess.start(folder, "b", kit(id, "b"), 400, 700);
                ClientProcess c = ClientProcess.start(folder, "c", kit(id, "c"), 700, 1000)) {
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> a.log().contains("sent advertise keys"));
            a.kill(); // it was to deal the key, and is first by name
            assertThat(delete("/federations/" + id + "/participants/a").status())
                    .isEqualTo(204); // else it is waited for
            await().atMost(Duration.ofMinutes(2)).until(() -> c.log().contains("round 1: sent encrypted update"));
            c.kill();
            c.start(); // with the key that it had kept
            assertThat(b.exit()).as(b.log()).isZero();
            assertThat(c.exit()).as(c.log()).isZero();
            assertThat(b.log() + c.log()).contains("round 1: sent deal key", "round 2: sent decrypt", "SHA-256");
            assertThat(c.state().resolve("rounds")).isEmptyDirectory();
        }
        JsonNode ended = ended(id);
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
        assertThat(ended.path("rounds").path(1).path("accuracy").asDouble()).isGreaterThan(0.6);
        float[] expected = weights(plain);
        float[] found = weights(id);
        assertThat(found).hasSize(SIZE);
        for (int i = 0; i < SIZE; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
        }
        List<String> kinds = jdbc.sql("select distinct kind from federation_seen where federation_id = :id")
                .param("id", UUID.fromString(id))
                .query(String.class)
                .list();
        assertThat(kinds).containsExactly("ENCRYPTED");
        assertThat(get("/federations/" + id + "/report").text())
                .contains("Updates are encrypted", "\"kind\":\"ENCRYPTED\"");
    }

    @Test
    void aSilentDealerIsReplacedAndGarbageAndALieAboutTheSumAreRefused() throws Exception {
        String id = liars();
        Map<EncryptedHand, HandClient> clients = new LinkedHashMap<>();
        for (String name : List.of("a", "b", "c", "d")) {
            EnrolmentKit kit = EnrolmentKit.parse(kit(id, name));
            ParticipantKey key = ParticipantKey.generate();
            ParticipantKey.Credentials credentials =
                    ParticipantKey.credentials(key.pem(), HandClient.enrol(kit, key.certificateRequest(name)));
            clients.put(new EncryptedHand(name, credentials), HandClient.join(kit, credentials));
        }
        try {
            for (Map.Entry<EncryptedHand, HandClient> client : clients.entrySet()) {
                Place place = asked(client.getValue(), Phase.ADVERTISE_KEYS);
                ByteString key = client.getKey().advertise(client.getValue().fetch(place));
                assertThat(client.getValue().answer(place, key).getAccepted()).isTrue();
            }
            Place silent = asked(of(clients, "a"), Phase.DEAL_KEY);
            HandClient b = of(clients, "b");
            Place dealing = asked(b, Phase.DEAL_KEY); // when the time-out is over
            assertThat(dealing).isEqualTo(silent);
            ByteString dealt = hand(clients, "b").deal(b.fetch(dealing));
            assertThat(b.answer(dealing, dealt).getAccepted()).isTrue();
            for (Map.Entry<EncryptedHand, HandClient> client : clients.entrySet()) {
                EncryptedHand hand = client.getKey();
                Place place = asked(client.getValue(), Phase.ENCRYPTED_UPDATE);
                EncryptedHand opened = hand.open(client.getValue().fetch(place));
                ByteString update = hand.name.equals("d")
                        ? opened.sent(Collections.nCopies(1, BigInteger.ZERO))
                        : opened.update(new float[SMALL], 10);
                Receipt receipt = client.getValue().answer(place, update);
                assertThat(receipt.getAccepted()).isEqualTo(!hand.name.equals("d"));
            }
            assertThat(client(id, "d").path("reason").asString())
                    .isEqualTo("round 1: encrypted updates: ciphertext 0: no ciphertext of this key"
                            + " (expected: a unit modulo n²)");
            Place reading = asked(b, Phase.DECRYPT);
            Receipt lie = b.answer(reading, hand(clients, "b").decrypt(b.fetch(reading), 1));
            assertThat(lie.getReason())
                    .isEqualTo("round 1: encrypted updates: a sum that is not the one of the updates");
            HandClient c = of(clients, "c");
            Place again = asked(c, Phase.DECRYPT);
            assertThat(c.answer(again, hand(clients, "c").decrypt(c.fetch(again), 0))
                            .getAccepted())
                    .isTrue();
            JsonNode ended = ended(id);
            assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
            assertThat(ended.path("rounds").path(0).path("epsilon").asDouble()).isBetween(1.0, 4.0);
            assertThat(client(id, "a").path("reason").asString()).startsWith("no answer in round 1");
            assertThat(client(id, "b").path("state").asString()).isEqualTo("REFUSED");
            assertThat(client(id, "b").path("reason").asString()).isEqualTo(lie.getReason());
        } finally {
            clients.values().forEach(HandClient::close);
        }
    }

    private static Place asked(HandClient client, Phase phase) throws InterruptedException {
        Place place = client.await(Notice.WhatCase.ASK).getAsk();
        assertThat(place.getPhase()).isEqualTo(phase);
        return place;
    }

    private static HandClient of(Map<EncryptedHand, HandClient> clients, String name) {
        return clients.get(hand(clients, name));
    }

    private static EncryptedHand hand(Map<EncryptedHand, HandClient> clients, String name) {
        return clients.keySet().stream()
                .filter(hand -> hand.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode client(String federation, String name) throws Exception {
        return get("/federations/" + federation)
                .body()
                .path("clients")
                .valueStream()
                .filter(client -> client.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode ended(String id) {
        return await().atMost(Duration.ofMinutes(1))
                .until(() -> get("/federations/" + id).body(), found -> Set.of("SUCCEEDED", "FAILED", "CANCELLED")
                        .contains(found.path("state").asString()));
    }

    private float[] weights(String federation) {
        return Vectors.floats(jdbc.sql("select weights from federation_run where federation_id = :id")
                .param("id", UUID.fromString(federation))
                .query(byte[].class)
                .single());
    }

    private String federation(String name, int clients, int quorum, String privacy) throws Exception {
        return made("""
                {"name": "%s", "engine": "fedavg",
                 "topology": {"mode": "real", "clients": %d, "quorum": %d, "rounds": 2, "round_timeout_seconds": 120},
                 "privacy": %s,
                 "training": {"local_epochs": 3, "learning_rate": 0.5}, "model": {"net_name": "digits-softmax"}, "seed": 7}
                """.formatted(name, clients, quorum, privacy));
    }

    /** So small that one ciphertext is all of an update; with noise on the sum. */
    private String liars() throws Exception {
        return made("""
                {"name": "liars", "engine": "fedavg",
                 "topology": {"mode": "real", "clients": 4, "quorum": 2, "rounds": 1, "round_timeout_seconds": 12},
                 "privacy": {"homomorphic_encryption": true, "mechanism": "gaussian", "noise_multiplier": 2,
                             "clipping": {"kind": "fixed", "norm": 1}},
                 "model": {"network": {"name": "small", "input": {"shape": [5]}, "layers": [{"type": "dense", "units": 10}],
                                       "training": {"loss": "mse"}}}}
                """);
    }

    private String made(String plan) throws Exception {
        Answer made = post("/federations", plan);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.body().path("id").asString();
    }

    private String kit(String federation, String name) throws Exception {
        Answer invited = post("/federations/" + federation + "/participants", "{\"name\": \"%s\"}".formatted(name));
        assertThat(invited.status()).as(invited.text()).isEqualTo(201);
        return invited.text();
    }
}
