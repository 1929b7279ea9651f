package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.federated.plan.Plan;
import io.mlaas.federated.training.LocalTraining;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.Weights;
import io.mlaas.ppfl.protocol.message.Vectors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Clients that filter their updates before they mask them. */
class FilteredFederationTest extends RunningService {
    /** Of digits-softmax: weights first, then ten biases. */
    private static final int WEIGHTS = 640;

    private static final String OWNER_A = "filtered-a";
    private static final String OWNER_B = "filtered-b";

    @TempDir
    Path folder;

    @Test
    void excludedParametersStayAndTheClientsOwnNoiseIsAccountedThoughOneIsKilled() throws Exception {
        Answer made = post("/federations", """
                {"name": "filtered", "engine": "fedavg",
                 "topology": {"mode": "real", "clients": 2, "quorum": 2, "rounds": 3, "round_timeout_seconds": 60},
                 "privacy": {"secure_aggregation": {"threshold": 2}, "accept_weak_privacy": true,
                             "filters": [{"kind": "exclude", "variables": ["*.bias"]}, {"kind": "percentile", "gamma": 1},
                                         {"kind": "gaussian", "norm": 2, "noise_multiplier": 0.5},
                                         {"kind": "exclude", "variables": ["*.bias"]}]},
                 "training": {"local_epochs": 2, "learning_rate": 0.5}, "model": {"net_name": "digits-softmax"}, "seed": 7}
                """);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String id = made.body().path("id").asString();
        try (ClientProcess a = ClientProcess.start(folder, "a", kit(id, OWNER_A), 0, 400);
                ClientProcess b = ClientProcess.start(folder, "b", kit(id, OWNER_B), 400, 700)) {
            await().atMost(Duration.ofMinutes(3)).until(() -> a.log().contains("round 1: filtered by"));
            a.kill();
            a.start();
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
            assertThat(b.log())
                    .contains(
                            OWNER_B + ": filters its updates by exclude: changes of *.bias stay here",
                            OWNER_B + ": filters its updates by percentile: the largest changes only; a heuristic",
                            OWNER_B + ": filters its updates by gaussian: norm 2.0 at most and noise of 0.5 times",
                            "round 3: filtered by exclude, percentile, gaussian, exclude")
                    .doesNotContain(", loss"); // a measure would not be covered by the noise
        }
        JsonNode ended = await().atMost(Duration.ofMinutes(1))
                .until(() -> get("/federations/" + id).body(), found -> Set.of("SUCCEEDED", "FAILED", "CANCELLED")
                        .contains(found.path("state").asString()));
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");

        Plan plan = Plan.of(ended.path("plan"));
        for (int round = 1; round <= 3; round++) {
            assertThat(ended.path("rounds").path(round - 1).path("epsilon").asDouble())
                    .isEqualTo(plan.privacyCostAfter(round).epsilon());
        }
        assertThat(get("/federations/" + id + "/report").text())
                .contains("noise of 0.5 times the clipping norm added by the client itself", "heuristic");
        JsonNode entry = await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> get("/privacy-budgets/" + OWNER_A + "/entries")
                                .body()
                                .path("items")
                                .path(0),
                        found -> found.path("state").asString().equals("SETTLED"));
        assertThat(entry.path("mechanism").asString()).isEqualTo("gaussian_filter");
        assertThat(entry.path("epsilon").asDouble())
                .isCloseTo(plan.privacyCost().epsilon(), within(1e-9));

        float[] initial = initial(plan, 7);
        float[] trained = Vectors.floats(jdbc.sql("select weights from federation_run where federation_id = :id")
                .param("id", UUID.fromString(id))
                .query((row, number) -> row.getBytes(1))
                .single());
        assertThat(Arrays.copyOfRange(trained, WEIGHTS, trained.length))
                .containsExactly(Arrays.copyOfRange(initial, WEIGHTS, initial.length));
        assertThat(Arrays.copyOf(trained, WEIGHTS)).isNotEqualTo(Arrays.copyOf(initial, WEIGHTS));
    }

    private static float[] initial(Plan plan, long seed) {
        Network network = plan.model().description().resolve(null);
        return ParameterLayout.of(network)
                .flatten(Weights.initial(network, LocalTraining.seedOf(seed, "initial model", 0)));
    }

    private String kit(String federation, String name) throws Exception {
        Answer invited = post("/federations/" + federation + "/participants", "{\"name\": \"%s\"}".formatted(name));
        assertThat(invited.status()).as(invited.text()).isEqualTo(201);
        return invited.text();
    }
}
