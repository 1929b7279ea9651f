package io.mlaas.online.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.mlaas.neural.engine.PyTorch;
import io.mlaas.neural.training.EngineModule;
import io.mlaas.neural.training.Loss;
import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Schema;
import java.util.Arrays;

/**
 * What goes into a network and what comes out of it, in the terms of a schema.
 *
 * @param kind what the network's outputs are
 * @param chosen what is made small
 */
record Outputs(Schema schema, RowEncoding encoding, OutputKind kind, Loss chosen) {
    /** Rows that are asked at a time: more would need memory without being answered sooner. */
    private static final int TOGETHER = 256;

    /** Numbers that the network gives for a row. */
    int width() {
        return chosen == Loss.BCE_WITH_LOGITS ? 1 : schema.outputs();
    }

    /** The loss of {@link OutputKind#forLoss(NDArray)}. */
    Loss loss() {
        return kind == OutputKind.PROBABILITIES ? Loss.NLL : chosen;
    }

    /** Refuses a network that does not take these rows, or gives other numbers than the schema wants. */
    void require(EngineModule module, String path) {
        if (chosen == Loss.BCE_WITH_LOGITS && (schema.outputs() != 2 || kind != OutputKind.LOGITS)) {
            throw new ConfigurationRefused(
                    path + ".loss", "bce_with_logits (expected: with two classes and one logit as the output)");
        }
        long[] shape;
        try (NDManager probe = module.manager().newSubManager()) {
            NDArray zeros = module.input(probe, new float[2 * encoding.width()], 2);
            shape = module.forward(zeros, false).getShape().getShape();
        } catch (EngineException e) {
            ConfigurationRefused refused =
                    new ConfigurationRefused(path, "the network does not take its input: " + Torch.firstLine(e));
            refused.initCause(e);
            throw refused;
        }
        long elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        if (shape.length == 0 || shape[0] != 2 || elements != 2L * width()) {
            throw new ConfigurationRefused(
                    path,
                    "network: output " + Arrays.toString(shape) + " for two rows (expected: [2, " + width()
                            + "], for the target " + schema.target().names() + ")");
        }
    }

    /** Targets as the loss takes them. */
    float[] targets(Batch batch, int row) {
        float[] target = new float[width()];
        if (!schema.classifies()) {
            for (int k = 0; k < target.length; k++) {
                target[k] = (float) batch.targets()[row * target.length + k];
            }
        } else if (target.length == 1) {
            target[0] = (float) batch.targets()[row];
        } else {
            target[(int) batch.targets()[row]] = 1;
        }
        return target;
    }

    /** By how many numbers the sum of a row's losses is divided. */
    int terms() {
        return schema.classifies() ? 1 : width();
    }

    /** What the network gives for each row. */
    float[][] run(EngineModule module, int rows, double[] inputs) {
        PyTorch.engineForThisThread();
        float[] encoded = encoding.encode(rows, inputs);
        float[][] outputs = new float[rows][];
        int width = encoding.width();
        for (int from = 0; from < rows; from += TOGETHER) {
            int to = Math.min(rows, from + TOGETHER);
            try (NDManager call = module.manager().newSubManager()) {
                NDArray x = module.input(call, Arrays.copyOfRange(encoded, from * width, to * width), to - from);
                float[] flat = module.forward(x, false).toFloatArray();
                for (int row = from; row < to; row++) {
                    outputs[row] = Arrays.copyOfRange(flat, (row - from) * width(), (row - from + 1) * width());
                }
            }
        }
        return outputs;
    }

    /** @throws BatchRefused for a row that the network has no finite answer for; nothing is written then */
    void predict(EngineModule module, int rows, double[] inputs, double[] predictions) {
        schema.checkInputs(rows, inputs);
        float[][] outputs = run(module, rows, inputs);
        for (int row = 0; row < rows; row++) {
            for (float value : outputs[row]) {
                if (!Float.isFinite(value)) {
                    throw new BatchRefused("row " + row + ": prediction: " + value
                            + " (expected: inputs for which the network's 32-bit floats suffice)");
                }
            }
        }
        for (int row = 0; row < rows; row++) {
            kind.predict(outputs[row], predictions, row * schema.outputs(), schema.outputs());
        }
    }

    /** Weighted mean of the losses; 0 for no rows. */
    double loss(EngineModule module, Batch batch) {
        schema.check(batch);
        float[][] outputs = run(module, batch.rows(), batch.inputs());
        double sum = 0;
        double weight = 0;
        for (int row = 0; row < batch.rows(); row++) {
            sum += batch.weight(row) * loss().sum(kind.forLoss(outputs[row]), targets(batch, row));
            weight += batch.weight(row) * terms();
        }
        return weight == 0 ? 0 : sum / weight;
    }
}
