package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Simulations as training jobs, with a registry and a training service that are away, slow and forgetful. */
class SimulationTest extends RunningService {

    @BeforeEach
    void noTroubles() {
        PLATFORM.troubles.clear();
    }

    @Test
    void runsAsATrainingJobAndTellsEveryRound() throws Exception {
        UUID id = UUID.fromString(federation("followed"));
        reach(id, "PREPARING");
        JsonNode order =
                await().atMost(Duration.ofSeconds(20)).until(() -> PLATFORM.models.get(id), found -> found != null);
        assertThat(order.path("train_image").asString()).isEqualTo("mlaas/federated:1");
        assertThat(order.path("name").asString()).isEqualTo("followed");
        assertThat(order.path("definition").path("file_name").asString()).isEqualTo("plan.json");
        assertThat(json.readTree(order.path("definition").path("content").asString())
                        .path("topology")
                        .path("rounds")
                        .asInt())
                .isEqualTo(2);
        assertThat(PLATFORM.orders.stream().filter(told -> told.startsWith(id.toString())))
                .allMatch(told -> told.contains("organization_id=" + TestIdentity.ACME)
                        && told.contains("requested_by=" + TestIdentity.ACME_SCIENTIST));

        FakePlatform.Training training = PLATFORM.begin(id);
        training.told.add(
                "{\"epoch\": 1, \"epochs\": 2, \"loss\": NaN, \"clients\": 2, \"clients_total\": 3, \"epsilon\": 0.5}");
        training.told.add(
                "{\"client\": \"client-02\", \"client_state\": \"refused\", \"client_reason\": \"NaN in its update\"}");
        reach(id, "RUNNING");
        training.told.add(
                "{\"epoch\": 2, \"epochs\": 2, \"loss\": 0.25, \"accuracy\": 0.9, \"clients\": 3, \"epsilon\": 0.75, \"bytes_up\": 4800}");
        training.told.add("not JSON at all");
        training.metrics = "{\"accuracy\": 0.9, \"federated\": {\"rounds\": 2, \"epsilon\": 0.8}}";
        PLATFORM.statuses.put(id, "STORED");
        training.state = "SUCCEEDED";
        reach(id, "REGISTERING");
        PLATFORM.statuses.put(id, "TRAINED");

        JsonNode ended = reach(id, "SUCCEEDED");
        assertThat(ended.path("model_id").asString()).isEqualTo(id.toString());
        assertThat(ended.path("epsilon_spent").asDouble()).isEqualTo(0.8);
        assertThat(ended.path("metrics").path("accuracy").asDouble()).isEqualTo(0.9);
        assertThat(ended.path("rounds_done").asInt()).isEqualTo(2);
        JsonNode rounds = ended.path("rounds");
        assertThat(rounds.path(0).has("loss")).isFalse();
        assertThat(rounds.path(0).path("clients_up").asInt()).isEqualTo(2);
        assertThat(rounds.path(1).path("accuracy").asDouble()).isEqualTo(0.9);
        assertThat(rounds.path(1).path("bytes_up").asLong()).isEqualTo(4800);
        assertThat(ended.path("clients").path(0).path("state").asString()).isEqualTo("REFUSED");
        assertThat(ended.path("clients").path(0).path("reason").asString()).isEqualTo("NaN in its update");
        assertThat(jdbc.sql("select count(*) from federation_job where federation_id = :id")
                        .param("id", id)
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void asksAgainWhenTheRegistryWasAwayAndMakesOneModel() throws Exception {
        PLATFORM.troubles.add(FakePlatform.Trouble.AWAY);
        PLATFORM.troubles.add(FakePlatform.Trouble.ANSWER_LOST);
        UUID id = UUID.fromString(federation("away"));
        PLATFORM.begin(id);
        reach(id, "RUNNING");
        assertThat(PLATFORM.models).containsKey(id);
        assertThat(PLATFORM.orders.stream().filter(order -> order.startsWith(id.toString())))
                .hasSize(2);
    }

    @Test
    void goesOnWhereADeadProcessWas() throws Exception {
        UUID id = UUID.fromString(federation("taken-over"));
        FakePlatform.Training training = PLATFORM.begin(id);
        training.told.add("{\"epoch\": 1, \"loss\": 0.5}");
        reach(id, "RUNNING");
        await().atMost(Duration.ofSeconds(20)).until(() -> rounds(id) == 1);
        // As if whoever worked on it had died with its lease, before it wrote down how far it had read.
        jdbc.sql("""
                update federation_job set log_position = 0, next_at = now() + interval '1 second'
                where federation_id = :id
                """).param("id", id).update();
        training.told.add("{\"epoch\": 2, \"loss\": 0.25}");
        await().atMost(Duration.ofSeconds(20)).until(() -> rounds(id) == 2);
        assertThat(jdbc.sql("select count(*) from outbox_event where key = :key and payload like '%round-finished%'")
                        .param("key", id.toString())
                        .query(Integer.class)
                        .single())
                .isEqualTo(2);
    }

    @Test
    void saysWhyATrainingFailed() throws Exception {
        UUID id = UUID.fromString(federation("failed"));
        FakePlatform.Training training = PLATFORM.begin(id);
        reach(id, "RUNNING");
        training.reason = "\"the program ended with exit code 3\"";
        training.state = "FAILED";
        JsonNode failed = reach(id, "FAILED");
        assertThat(failed.path("reason").asString()).isEqualTo("the program ended with exit code 3");
        assertThat(delete("/federations/" + id).code()).isEqualTo("FEDERATION_OVER");
    }

    @Test
    void endsTheTrainingOfOneThatIsCancelledAlsoIfItBeginsLater() throws Exception {
        UUID id = UUID.fromString(federation("ended"));
        await().atMost(Duration.ofSeconds(20)).until(() -> PLATFORM.models.containsKey(id));
        assertThat(delete("/federations/" + id).status()).isEqualTo(204);
        FakePlatform.Training training = PLATFORM.begin(id);
        await().atMost(Duration.ofSeconds(20)).until(() -> training.cancelled);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> jdbc.sql("select count(*) from federation_job where federation_id = :id")
                                .param("id", id)
                                .query(Integer.class)
                                .single()
                        == 0);
        assertThat(get("/federations/" + id).body().path("state").asString()).isEqualTo("CANCELLED");
    }

    @Test
    void whatWasLearnedBeforeItIsCancelledIsSpentThoughNobodyHadReadIt() throws Exception {
        UUID id = UUID.fromString(post("/federations", """
                {"name": "spent", "engine": "fedavg", "topology": {"clients": 3, "rounds": 2},
                 "privacy": {"mechanism": "gaussian", "target_epsilon": 8, "clipping": {"kind": "fixed", "norm": 1}},
                 "model": {"net_name": "digits-softmax"}}""").body().path("id").asString());
        await().atMost(Duration.ofSeconds(20)).until(() -> PLATFORM.models.containsKey(id));
        assertThat(delete("/federations/" + id).status()).isEqualTo(204);
        FakePlatform.Training training = new FakePlatform.Training();
        training.told.add("{\"epoch\": 1, \"epochs\": 2, \"clients\": 3}");
        training.state = "SUCCEEDED";
        PLATFORM.trainings.put(id, training);
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> jdbc.sql("select state from privacy_entry where federation_id = :id")
                                .param("id", id)
                                .query(String.class)
                                .single(),
                        "SETTLED"::equals);
    }

    @Test
    void registersTheDigitsOnceWithTheUsersRightsAndRefusesOthersData() throws Exception {
        federation("digits-1");
        federation("digits-2");
        assertThat(PLATFORM.uploads.stream().filter(upload -> upload.contains("built-in-digits")))
                .hasSize(1);
        assertThat(PLATFORM.uploads.getFirst()).startsWith("ey").contains("filename=\"digits.csv\"");

        UUID foreign = UUID.randomUUID();
        Answer refused = post("/federations", """
                {"name": "foreign", "engine": "fedavg", "model": {"net_name": "digits-mlp"}, "data": {"dataset_id": "%s"}}
                """.formatted(foreign));
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.detail()).contains("$.data.dataset_id", foreign.toString(), "UNKNOWN_DATASET");
    }

    private int rounds(UUID id) throws Exception {
        return get("/federations/" + id).body().path("rounds_done").asInt();
    }

    private JsonNode reach(UUID id, String state) {
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> get("/federations/" + id).body(),
                        body -> body.path("state").asString().equals(state));
    }
}
