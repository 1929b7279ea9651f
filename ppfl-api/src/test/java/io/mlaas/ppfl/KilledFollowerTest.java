package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service is killed while it follows a simulation's training. */
class KilledFollowerTest {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int ROUNDS = 60;

    @Test
    void tellsEveryRoundOnceAndSettlesTheLedgerOnce() throws Exception {
        try (ServerProcess server = new ServerProcess()) {
            server.start();
            UUID id = simulation(server);
            FakePlatform.Training training = server.platform.begin(id);
            tell(training, 1, 5);
            await().atMost(LONG).until(() -> roundsDone(server, id) == 5);
            tell(training, 6, ROUNDS / 2);
            await().atMost(LONG).pollInterval(Duration.ofMillis(5)).until(() -> roundsDone(server, id) > 5);
            server.kill();
            assertThat(events(server, "round-finished")).isBetween(6, ROUNDS / 2);

            tell(training, ROUNDS / 2 + 1, ROUNDS);
            training.metrics = "{\"accuracy\": 0.9, \"federated\": {\"rounds\": 60, \"epsilon\": 0.8}}";
            server.platform.statuses.put(id, "TRAINED");
            training.state = "SUCCEEDED";
            server.start();

            await().atMost(LONG).untilAsserted(() -> assertThat(
                            server.get("/federations/" + id).path("state").asString())
                    .isEqualTo("SUCCEEDED"));
            JsonNode ended = server.get("/federations/" + id);
            assertThat(ended.path("rounds").valueStream().map(round -> round.path("round")
                            .asInt()))
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, ROUNDS).boxed().toList());
            assertThat(events(server, "round-finished")).isEqualTo(ROUNDS);
            assertThat(server.platform.models).containsOnlyKeys(id);
            JsonNode budget = server.get("/privacy-budgets").path(0);
            assertThat(budget.path("settled").asInt()).isEqualTo(1);
            assertThat(budget.path("reserved").asInt()).isZero();
            assertThat(events(server, "privacy.settled")).isEqualTo(1);
        }
    }

    private static UUID simulation(ServerProcess server) throws Exception {
        HttpResponse<String> made = server.send("POST", "/federations", """
                {"name": "followed", "engine": "fedavg",
                 "topology": {"mode": "simulation", "clients": 20, "clients_per_round": 20, "rounds": %d},
                 "privacy": {"mechanism": "gaussian", "target_epsilon": 5,
                             "clipping": {"kind": "fixed", "norm": 0.5}},
                 "model": {"net_name": "digits-mlp"}}
                """.formatted(ROUNDS));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return UUID.fromString(
                JsonMapper.shared().readTree(made.body()).path("id").asString());
    }

    private static void tell(FakePlatform.Training training, int from, int to) {
        training.told.addAll(IntStream.rangeClosed(from, to)
                .mapToObj(round -> "{\"epoch\": %d, \"epochs\": %d, \"loss\": 0.5, \"clients\": 20, \"epsilon\": 0.5}"
                        .formatted(round, ROUNDS))
                .toList());
    }

    private static int roundsDone(ServerProcess server, UUID id) throws Exception {
        return server.get("/federations/" + id).path("rounds_done").asInt();
    }

    private static int events(ServerProcess server, String type) throws SQLException {
        try (var connection = DriverManager.getConnection(server.database + "?currentSchema=ppfl", "postgres", "test");
                var statement = connection.prepareStatement(
                        "select count(*) from outbox_event where payload like '%' || ? || '%'")) {
            statement.setString(1, type);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }
}
