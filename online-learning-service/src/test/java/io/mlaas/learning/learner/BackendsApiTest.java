package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Learners of PyTorch and of Vowpal Wabbit, over REST. */
class BackendsApiTest extends RunningService {
    private static final String SCHEMA = """
            {"inputs": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric"}],
             "target": {"type": "regression", "outputs": ["y"]}}""";

    @Test
    void teachesANetwork() throws Exception {
        Answer made = post("/learners", """
                {"name": "network", "algorithm": "torch", "schema": %s,
                 "configuration": {"network": {"layers": [{"type": "dense", "units": 8}, {"type": "dense", "units": 1}]},
                                   "optimizer": {"type": "adam", "learning_rate": 0.02}, "batch_size": 32, "epochs": 10}}
                """.formatted(SCHEMA));
        assertThat(made.status()).as(made.text()).isEqualTo(201);

        Answer update = post("/learners/network/update", rows(0, 1000, 2));

        assertThat(update.status()).as(update.text()).isEqualTo(200);
        assertThat(predicted("network", 0.5, -0.5)).isCloseTo(1.5, within(0.1));
    }

    @Test
    void changesHowANetworkLearns() throws Exception {
        Answer made = post("/learners", """
                {"name": "freezing", "schema": %s,
                 "network": {"layers": [{"type": "dense", "units": 4}, {"type": "dense", "units": 1}]},
                 "update": {"learning_rate": 0.05, "validation_share": 0}}
                """.formatted(SCHEMA));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        post("/learners/freezing/update", rows(0, 200, 2));
        double before = predicted("freezing", 0.5, -0.5);

        Answer refused = patch("{\"frozen_layers\": [\"dense_9\"]}");
        Answer changed = patch("{\"frozen_layers\": [\"dense_0\"], \"epochs\": 5, \"learning_rate\": 0.01}");

        assertThat(refused.detail()).startsWith("$.update.frozen_layers[0]: \"dense_9\"");
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.body().at("/document/configuration/freeze/0").asString())
                .isEqualTo("dense_0");
        assertThat(changed.body().at("/document/configuration/epochs").asInt()).isEqualTo(5);
        assertThat(predicted("freezing", 0.5, -0.5)).isEqualTo(before);
        Answer update = post("/learners/freezing/update", rows(200, 200, 2));
        assertThat(update.body().at("/progress/learned").asInt())
                .as(update.text())
                .isEqualTo(400);
        assertThat(predicted("freezing", 0.5, -0.5)).isNotEqualTo(before);
    }

    private Answer patch(String update) throws Exception {
        return send(
                "PATCH",
                "/learners/freezing",
                "{\"update\": " + update.replace("{", "{\"validation_share\": 0, ") + "}",
                TestIdentity.acmeScientist());
    }

    @Test
    void teachesVowpalWabbit() throws Exception {
        Answer made = post("/learners", """
                {"name": "wabbit", "algorithm": "vowpal_wabbit", "configuration": {"bits": 10}, "schema": %s}
                """.formatted(SCHEMA));
        assertThat(made.status()).as(made.text()).isEqualTo(201);

        Answer update = post("/learners/wabbit/update", rows(0, 2000, 2));

        assertThat(update.status()).as(update.text()).isEqualTo(200);
        assertThat(predicted("wabbit", 0.5, -0.5)).isCloseTo(1.5, within(0.1));
    }

    @Test
    void goesOnWhenTheProcessOfVowpalWabbitDies() throws Exception {
        post("/learners", """
                {"name": "restarted", "algorithm": "vowpal_wabbit", "configuration": {"bits": 10}, "schema": %s}
                """.formatted(SCHEMA));
        post("/learners/restarted/update", rows(0, 1000, 2));
        await().untilAsserted(() -> assertThat(get("/learners/restarted")
                        .body()
                        .at("/progress/learned")
                        .asInt())
                .isEqualTo(900));
        double before = predicted("restarted", 0.5, -0.5);

        ProcessHandle child = ProcessHandle.current()
                .children()
                .filter(process -> process.info().commandLine().orElse("").contains("WabbitMain"))
                .findFirst()
                .orElseThrow();
        child.destroyForcibly();
        child.onExit().get(30, TimeUnit.SECONDS);

        assertThat(predicted("restarted", 0.5, -0.5)).isEqualTo(before);
        Answer update = post("/learners/restarted/update", rows(1000, 1000, 2));
        assertThat(update.status()).as(update.text()).isEqualTo(200);
        assertThat(update.body().at("/progress/learned").asInt()).isEqualTo(1800);
    }

    private double predicted(String name, double a, double b) throws Exception {
        return post("/learners/" + name + "/predict", String.format(Locale.ROOT, "{\"instances\": [[%f, %f]]}", a, b))
                .body()
                .at("/predictions/0")
                .asDouble();
    }
}
