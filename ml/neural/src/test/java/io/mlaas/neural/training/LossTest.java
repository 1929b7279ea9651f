package io.mlaas.neural.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.mlaas.neural.Fixtures;
import io.mlaas.neural.engine.PyTorch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Expected losses: torch.nn.functional of PyTorch 1.13.1 (make_torch_fixtures.py). */
class LossTest {
    private static final JsonNode FIXTURE = Fixtures.json("torch.json").get("losses");

    @ParameterizedTest
    @CsvSource({
        "cross_entropy, CROSS_ENTROPY",
        "cross_entropy_weighted, CROSS_ENTROPY",
        "nll, NLL",
        "bce_with_logits, BCE_WITH_LOGITS",
        "mse, MSE",
        "mae, MAE",
        "huber, HUBER"
    })
    void equalsPyTorchInTheEngineAndInJava(String name, Loss loss) {
        float truth = FIXTURE.get(name).floatValue();
        float[] scores = Fixtures.floats(FIXTURE.get("scores"));
        float[] targets = targets(name, loss);
        float weight = 12;
        if (loss == Loss.CROSS_ENTROPY || loss == Loss.NLL) {
            weight = 0;
            for (float target : targets) {
                weight += target;
            }
        }
        try (NDManager manager = PyTorch.engineForThisThread().newBaseManager()) {
            NDArray output = manager.create(scores, new Shape(4, 3));
            if (loss == Loss.NLL) {
                output = output.logSoftmax(-1);
                scores = output.toFloatArray();
            }
            NDArray value = loss.of(output, manager.create(targets, new Shape(4, 3)), null, weight);
            assertThat(value.getFloat()).isCloseTo(truth, offset(1e-6f));
        }
        double sum = 0;
        for (int row = 0; row < 4; row++) {
            sum += loss.sum(
                    java.util.Arrays.copyOfRange(scores, 3 * row, 3 * row + 3),
                    java.util.Arrays.copyOfRange(targets, 3 * row, 3 * row + 3));
        }
        assertThat((float) (sum / weight)).isCloseTo(truth, offset(1e-6f));
    }

    private static float[] targets(String name, Loss loss) {
        float[] targets = Fixtures.floats(FIXTURE.get("targets"));
        if (loss == Loss.BCE_WITH_LOGITS) {
            for (int i = 0; i < targets.length; i++) {
                targets[i] = targets[i] > 0 ? 1 : 0;
            }
        } else if (loss == Loss.CROSS_ENTROPY || loss == Loss.NLL) {
            float[] weights = Fixtures.floats(FIXTURE.get("weights"));
            int[] labels = Fixtures.ints(FIXTURE.get("labels"));
            targets = new float[12];
            for (int row = 0; row < 4; row++) {
                targets[row * 3 + labels[row]] = name.endsWith("weighted") ? weights[labels[row]] : 1;
            }
        }
        return targets;
    }
}
