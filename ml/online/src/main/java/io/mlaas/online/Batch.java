package io.mlaas.online;

import org.jspecify.annotations.Nullable;

/**
 * Rows to learn from. The arrays are not copied: they must stay as they are while a learner reads them.
 *
 * <p>{@code inputs} holds {@code rows × schema.width()} values, row after row, tensors flattened, nominal values as
 * indices; {@code targets} holds {@code rows × schema.target().width()} values, classes as indices; {@code weights} holds
 * one value {@code >= 0} a row, or is absent, when every row weighs 1.
 */
public final class Batch {
    private final int rows;
    private final double[] inputs;
    private final double[] targets;
    private final double @Nullable [] weights;

    public Batch(int rows, double[] inputs, double[] targets) {
        this(rows, inputs, targets, null);
    }

    public Batch(int rows, double[] inputs, double[] targets, double @Nullable [] weights) {
        this.rows = rows;
        this.inputs = inputs;
        this.targets = targets;
        this.weights = weights;
    }

    public int rows() {
        return rows;
    }

    public double[] inputs() {
        return inputs;
    }

    public double[] targets() {
        return targets;
    }

    public double @Nullable [] weights() {
        return weights;
    }

    public double weight(int row) {
        return weights == null ? 1 : weights[row];
    }
}
