package io.mlaas.neural.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mlaas.neural.Fixtures;
import io.mlaas.neural.engine.PyTorch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Expected parameters: torch.optim of PyTorch 1.13.1 after the same gradients (make_torch_fixtures.py). */
class OptimizerTest {
    private static final JsonNode FIXTURE = Fixtures.json("torch.json").get("optimizers");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sgd",
                "sgd-momentum",
                "sgd-nesterov",
                "adam",
                "adam-decay",
                "adamw",
                "rmsprop",
                "rmsprop-centered",
                "adagrad",
                "adagrad-decay"
            })
    void takesTheStepsOfTorchOptim(String name) {
        JsonNode example = FIXTURE.get("cases").get(name);
        float[] end = run(OptimizerSettings.parse(example.get("settings")), -1);
        float[] truth = Fixtures.floats(example.get("end"));
        for (int i = 0; i < truth.length; i++) {
            assertThat(end[i]).isCloseTo(truth[i], offset(1e-6f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd-momentum", "adam", "rmsprop-centered", "adagrad"})
    void goesOnFromSavedStateAsIfNeverInterrupted(String name) {
        OptimizerSettings settings =
                OptimizerSettings.parse(FIXTURE.get("cases").get(name).get("settings"));
        assertThat(run(settings, 3)).containsExactly(run(settings, -1));
    }

    private static float[] run(OptimizerSettings settings, int interruptAfter) {
        try (NDManager manager = PyTorch.engineForThisThread().newBaseManager()) {
            NDArray parameter = manager.create(Fixtures.floats(FIXTURE.get("start")));
            Optimizer optimizer = new Optimizer(settings, List.of(parameter), manager);
            int step = 0;
            for (JsonNode gradient : FIXTURE.get("gradients")) {
                if (step++ == interruptAfter) {
                    Optimizer.State saved = optimizer.state();
                    optimizer.close();
                    optimizer = new Optimizer(settings, List.of(parameter), manager);
                    optimizer.restore(saved);
                }
                optimizer.step(List.of(manager.create(Fixtures.floats(gradient))), settings.learningRate());
            }
            optimizer.close();
            return parameter.toFloatArray();
        }
    }

    @Test
    void refusesStateOfAnotherShape() {
        try (NDManager manager = PyTorch.engineForThisThread().newBaseManager();
                Optimizer optimizer = new Optimizer(
                        new OptimizerSettings.Adagrad(0.1, 0, 1e-10, 0),
                        List.of(manager.create(new float[] {1, 2})),
                        manager)) {
            assertThatThrownBy(() -> optimizer.restore(new Optimizer.State(3, Map.of("0.0", new float[3]))))
                    .hasMessage("optimizer state 0.0: 3 numbers (expected: 2 numbers)");
        }
    }
}
