package io.mlaas.neural.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Network;
import org.jspecify.annotations.Nullable;

/** What training makes small; names and formulas are PyTorch's, averaged over the batch. */
public enum Loss {
    CROSS_ENTROPY(true),
    NLL(true),
    BCE_WITH_LOGITS(true),
    MSE(false),
    MAE(false),
    HUBER(false);

    private final boolean classification;

    Loss(boolean classification) {
        this.classification = classification;
    }

    public boolean classification() {
        return classification;
    }

    /**
     * The network whose output this loss is calculated from: a softmax (or sigmoid) that serves probabilities is left
     * out in training, because its logarithm is exact only when taken together with it.
     */
    public Network trained(Network network) {
        boolean drop =
                switch (this) {
                    case CROSS_ENTROPY -> network.endsWith(Layer.Function.SOFTMAX);
                    case BCE_WITH_LOGITS -> network.endsWith(Layer.Function.SIGMOID);
                    case NLL, MSE, MAE, HUBER -> false;
                };
        if (this == NLL && !network.endsWith(Layer.Function.LOG_SOFTMAX)) {
            throw new InvalidDescriptionException("training: loss: \"nll\" (expected: a network that ends in "
                    + "log_softmax, or \"cross_entropy\")");
        }
        return drop && network.nodes().size() > 1 ? network.withoutLast() : network;
    }

    /**
     * @param output [batch, outputs]
     * @param target same shape; for class losses each row holds its class's weight at the class, else zeros
     * @param rows [batch, 1], what each row counts; null where all count the same
     * @param weight total weight of the batch; for the mean losses times the number of outputs
     */
    NDArray of(NDArray output, NDArray target, @Nullable NDArray rows, float weight) {
        NDArray terms = terms(output, target);
        NDArray sum = (rows == null ? terms : terms.mul(rows)).sum();
        return sum.div(constant(sum, weight));
    }

    private NDArray terms(NDArray output, NDArray target) {
        return switch (this) {
            case CROSS_ENTROPY -> output.logSoftmax(-1).mul(target).neg();
            case NLL -> output.mul(target).neg();
            case BCE_WITH_LOGITS -> JniUtils.softPlus((PtNDArray) output).sub(output.mul(target));
            case MSE -> output.sub(target).square();
            case MAE -> output.sub(target).abs();
            case HUBER -> {
                NDArray distance = output.sub(target).abs();
                NDArray near = distance.minimum(constant(distance, 1));
                yield near.square().mul(constant(near, 0.5)).add(distance.sub(near));
            }
        };
    }

    /**
     * A number in the engine's own memory. What is recorded for the gradients keeps it until they are calculated; the
     * engine's methods that take a Java number would lend it a Java buffer instead, which garbage collection may have
     * freed by then.
     */
    private static NDArray constant(NDArray beside, double value) {
        return beside.getManager().ones(new Shape()).muli(value);
    }

    /** The same in Java, in double precision, for validation and held-out data; the sum, not the mean. */
    public double sum(float[] output, float[] target) {
        return switch (this) {
            case CROSS_ENTROPY -> {
                double max = Double.NEGATIVE_INFINITY;
                for (float o : output) {
                    max = Math.max(max, o);
                }
                double exponentials = 0;
                for (float o : output) {
                    exponentials += StrictMath.exp(o - max);
                }
                double log = max + StrictMath.log(exponentials);
                double sum = 0;
                for (int i = 0; i < output.length; i++) {
                    sum += target[i] * (log - output[i]);
                }
                yield sum;
            }
            case NLL -> {
                double sum = 0;
                for (int i = 0; i < output.length; i++) {
                    sum -= (double) target[i] * output[i];
                }
                yield sum;
            }
            case BCE_WITH_LOGITS, MSE, MAE, HUBER -> {
                double sum = 0;
                for (int i = 0; i < output.length; i++) {
                    sum += element(output[i], target[i]);
                }
                yield sum;
            }
        };
    }

    private double element(double output, double target) {
        double distance = Math.abs(output - target);
        return switch (this) {
            case BCE_WITH_LOGITS ->
                Math.max(output, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(output))) - output * target;
            case MSE -> distance * distance;
            case MAE -> distance;
            case HUBER -> distance < 1 ? distance * distance / 2 : distance - 0.5;
            case CROSS_ENTROPY, NLL -> throw new IllegalStateException("calculated over all outputs");
        };
    }
}
