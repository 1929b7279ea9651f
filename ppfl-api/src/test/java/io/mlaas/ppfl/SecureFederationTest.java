package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real federation whose updates only come masked, its clients processes of their own. */
class SecureFederationTest extends RunningService {
    @TempDir
    Path folder;

    @Test
    void aModelIsMadeOfMaskedUpdatesThoughAClientIsKilledAmidTheProtocolAndAnotherBeginsAgain() throws Exception {
        Answer made = post("/federations", """
                {"name": "masked", "engine": "fedavg",
                 "topology": {"mode": "real", "clients": 3, "quorum": 2, "rounds": 2, "round_timeout_seconds": 15},
                 "privacy": {"secure_aggregation": {"threshold": 2}},
                 "training": {"local_epochs": 3, "learning_rate": 0.5}, "model": {"net_name": "digits-softmax"}, "seed": 7}
                """);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String id = made.body().path("id").asString();
        try (ClientProcess a = ClientProcess.start(folder, "a", kit(id, "a"), 0, 400);
                ClientProcess b = ClientProcess.start(folder, "b", kit(id, "b"), 400, 700);
                ClientProcess c = ClientProcess.start(folder, "c", kit(id, "c"), 700, 1000)) {
            await().atMost(Duration.ofMinutes(3)).until(() -> c.log().contains("sent share keys"));
            c.kill();
            b.kill();
            b.start(); // with the keys and shares that it had kept
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
            assertThat(a.log())
                    .contains("round 1: sent masked input", "round 1: sent unmask", "round 2: sent unmask", "SHA-256");
        }
        JsonNode ended = await().atMost(Duration.ofMinutes(1))
                .until(() -> get("/federations/" + id).body(), found -> Set.of("SUCCEEDED", "FAILED", "CANCELLED")
                        .contains(found.path("state").asString()));
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
        assertThat(ended.path("rounds").path(1).path("accuracy").asDouble()).isGreaterThan(0.6);
        List<String> kinds = jdbc.sql("select distinct kind from federation_seen where federation_id = :id")
                .param("id", UUID.fromString(id))
                .query(String.class)
                .list();
        assertThat(kinds).containsExactly("MASKED");
    }

    private String kit(String federation, String name) throws Exception {
        Answer invited = post("/federations/" + federation + "/participants", "{\"name\": \"%s\"}".formatted(name));
        assertThat(invited.status()).as(invited.text()).isEqualTo(201);
        return invited.text();
    }
}
