package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Server and clients are killed in the middle of rounds; the model is that of a run which nobody disturbed. */
class KilledFederationTest {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration MOMENT = Duration.ofMillis(5);
    private static final int ROUNDS = 10;

    @TempDir
    Path folder;

    private final ServerProcess server = new ServerProcess();

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void endsWithTheSameModelWhoeverIsKilled() throws Exception {
        server.start();
        String undisturbed = federation("undisturbed");
        try (ClientProcess a = client(undisturbed, "a", 0);
                ClientProcess b = client(undisturbed, "b", 300)) {
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
        }
        String killed = federation("killed");
        try (ClientProcess a = client(killed, "a", 0);
                ClientProcess b = client(killed, "b", 300)) {
            await().atMost(LONG).until(() -> a.log().contains("round 2/10 closed"));
            a.kill();
            a.start();
            await().atMost(LONG).until(() -> b.log().contains("round 4/10 closed"));
            server.kill();
            b.kill();
            server.start();
            b.start();
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
            assertThat(a.log()).contains("connected again");
        }
        JsonNode first = server.get("/federations/" + undisturbed);
        JsonNode second = server.get("/federations/" + killed);
        assertThat(second.path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(second.path("rounds").size()).isEqualTo(ROUNDS);
        assertThat(second.path("rounds").valueStream().map(round -> round.path("clients_up")
                        .asInt()))
                .containsOnly(2);
        assertThat(second.path("metrics").path("model_sha256").asString())
                .hasSize(64)
                .isEqualTo(first.path("metrics").path("model_sha256").asString());
        assertThat(server.platform.snapshots.forms).hasSize(2);
    }

    @Test
    void endsWithTheSameModelWhoeverIsKilledWhileUpdatesAreEncrypted() throws Exception {
        server.start();
        String undisturbed = federation("undisturbed", 2, "{\"homomorphic_encryption\": true}");
        String killed = federation("killed", 2, "{\"homomorphic_encryption\": true}");
        try (ClientProcess a = client(undisturbed, "a", 0);
                ClientProcess b = client(undisturbed, "b", 300)) {
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
        }
        try (ClientProcess a = client(killed, "a", 0);
                ClientProcess b = client(killed, "b", 300)) {
            await().atMost(LONG).pollInterval(MOMENT).until(() -> a.log().contains("round 1: sent deal key"));
            a.kill();
            a.start();
            await().atMost(LONG).pollInterval(MOMENT).until(() -> b.log().contains("round 1: sent encrypted update"));
            server.kill();
            b.kill(); // it has the key, and is to read the sum
            server.start();
            b.start();
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
        }
        JsonNode first = server.get("/federations/" + undisturbed);
        JsonNode second = server.get("/federations/" + killed);
        assertThat(second.path("state").asString()).as(second.toString()).isEqualTo("SUCCEEDED");
        assertThat(second.path("rounds").valueStream().map(round -> round.path("clients_up")
                        .asInt()))
                .containsExactly(2, 2);
        assertThat(second.path("metrics").path("model_sha256").asString())
                .hasSize(64)
                .isEqualTo(first.path("metrics").path("model_sha256").asString());
    }

    private ClientProcess client(String federation, String name, int from) throws Exception {
        String kit = server.send(
                        "POST", "/federations/" + federation + "/participants", "{\"name\": \"%s\"}".formatted(name))
                .body();
        return ClientProcess.start(folder.resolve(federation), name, kit, from, from + 300);
    }

    private String federation(String name) throws Exception {
        return federation(name, ROUNDS, "{}");
    }

    private String federation(String name, int rounds, String privacy) throws Exception {
        HttpResponse<String> made = server.send("POST", "/federations", """
                {"name": "%s", "engine": "fedavg",
                 "topology": {"mode": "real", "clients": 2, "quorum": 2, "rounds": %d, "round_timeout_seconds": 120},
                 "privacy": %s,
                 "training": {"local_epochs": 40, "learning_rate": 0.05}, "model": {"net_name": "digits-softmax"}, "seed": 7}
                """.formatted(name, rounds, privacy));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return JsonMapper.shared().readTree(made.body()).path("id").asString();
    }
}
