package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Real federations whose clients are processes of their own, over mutual TLS. */
class RealFederationTest extends RunningService {
    @TempDir
    Path folder;

    @Test
    void twoClientsTrainAModelThatIsRegistered() throws Exception {
        String id = realFederation("two-clients", 2, 2, 3);
        try (ClientProcess a = ClientProcess.start(folder, "a", kit(id, "a"), 0, 400);
                ClientProcess b = ClientProcess.start(folder, "b", kit(id, "b"), 400, 700)) {
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
            assertThat(a.log()).contains("round 3/3 closed: 2 of 2 clients, loss", "SHA-256");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(kept(a, "key.pem").getFirst())))
                    .isEqualTo("rw-------");
        }
        JsonNode ended = ended(id);
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
        assertThat(ended.path("rounds").size()).isEqualTo(3);
        JsonNode last = ended.path("rounds").path(2);
        assertThat(last.path("clients_up").asInt()).isEqualTo(2);
        assertThat(last.path("accuracy").asDouble()).isGreaterThan(0.6);
        assertThat(last.path("bytes_up").asLong()).isGreaterThan(2L * 650 * 4).isLessThan(10_000);
        assertThat(ended.path("clients").path(1).path("rounds").asInt()).isEqualTo(3);
        assertThat(PLATFORM.snapshots.forms).containsKey(java.util.UUID.fromString(id));
    }

    @Test
    void whoseDataDoNotFitIsNamedWithTheReasonAndMayComeAgain() throws Exception {
        String id = realFederation("unfit", 2, 2, 1);
        try (ClientProcess clinic =
                ClientProcess.start(folder, "unfit", kit(id, "clinic"), 0, 100, "--label", "diagnosis")) {
            assertThat(clinic.exit()).as(clinic.log()).isEqualTo(2);
            assertThat(clinic.log()).contains("--data: shard.csv: no column \"diagnosis\" (expected: ");
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            get("/federations/" + id + "/participants").text().contains("UNFIT"));
            // its connection is gone by now, or is in a moment; the reason stays
            JsonNode refused = get("/federations/" + id).body().path("clients").path(0);
            assertThat(refused.path("state").asString()).isEqualTo("REFUSED");
            assertThat(refused.path("reason").asString())
                    .startsWith("unfit data: ")
                    .contains("diagnosis");

            clinic.start();
            try (ClientProcess other = ClientProcess.start(folder, "fit", kit(id, "other"), 100, 300)) {
                assertThat(clinic.exit()).as(clinic.log()).isZero();
                assertThat(other.exit()).as(other.log()).isZero();
            }
        }
        assertThat(ended(id).path("state").asString()).isEqualTo("SUCCEEDED");
    }

    @Test
    void whoWasRemovedAndIsInvitedAnewComesBackWithTheNewKitOnly() throws Exception {
        String id = realFederation("again", 2, 2, 1);
        String kit = kit(id, "again");
        try (ClientProcess clinic = ClientProcess.start(folder, "again", kit, 0, 100)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> clinic.log().contains("joined federation"));
            assertThat(delete("/federations/" + id + "/participants/again").status())
                    .isLessThan(300);
            assertThat(clinic.exit()).as(clinic.log()).isEqualTo(3);
        }
        String newKit = kit(id, "again");
        try (ClientProcess back = ClientProcess.start(folder, "again", newKit, 0, 100)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> back.log().split("joined federation", -1).length == 3);
            assertThat(kept(back, "certificate.pem")).hasSize(2);
        }
        try (ClientProcess mistaken = ClientProcess.start(folder, "again", kit, 0, 100)) {
            assertThat(mistaken.exit()).as(mistaken.log()).isEqualTo(3);
        }
        try (ClientProcess back = ClientProcess.start(folder, "again", newKit, 0, 100);
                ClientProcess other = ClientProcess.start(folder, "another", kit(id, "another"), 100, 300)) {
            assertThat(back.exit()).as(back.log()).isZero();
            assertThat(other.exit()).as(other.log()).isZero();
        }
        assertThat(ended(id).path("state").asString()).isEqualTo("SUCCEEDED");
    }

    private static List<Path> kept(ClientProcess client, String file) throws IOException {
        try (Stream<Path> all = Files.walk(client.state())) {
            return all.filter(path -> path.endsWith(file)).toList();
        }
    }

    JsonNode ended(String id) {
        return await().atMost(Duration.ofSeconds(60))
                .until(() -> get("/federations/" + id).body(), found -> Set.of("SUCCEEDED", "FAILED", "CANCELLED")
                        .contains(found.path("state").asString()));
    }

    String kit(String federation, String name) throws IOException, InterruptedException {
        Answer invited = post("/federations/" + federation + "/participants", "{\"name\": \"%s\"}".formatted(name));
        assertThat(invited.status()).as(invited.text()).isEqualTo(201);
        return invited.text();
    }
}
