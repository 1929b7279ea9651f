package io.mlaas.neural.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One step of training: forward in training mode, the loss, its gradients, the optimiser.
 *
 * @param width outputs of a sample
 * @param output what the loss is calculated from, made of the module's output
 * @param reduction makes the whole batch's gradients of this rank's
 */
public record TrainingStep(
        EngineModule module,
        Optimizer optimizer,
        Loss loss,
        GradientClip clip,
        int width,
        UnaryOperator<NDArray> output,
        GradientReduction reduction) {

    public TrainingStep(
            EngineModule module,
            Optimizer optimizer,
            Loss loss,
            GradientClip clip,
            int width,
            UnaryOperator<NDArray> output) {
        this(module, optimizer, loss, clip, width, output, GradientReduction.NONE);
    }

    /**
     * A minibatch.
     *
     * @param inputs of all samples, row-major
     * @param targets {@code width} numbers for each sample, as {@link Loss} takes them
     * @param rowWeights what each sample counts; null where all count the same, or the targets hold it
     * @param weight what the sum of the losses is divided by
     */
    @SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
    public record Samples(int count, float[] inputs, float[] targets, float @Nullable [] rowWeights, double weight) {}

    /** Takes the step. @return the loss before it, which may be no finite number */
    public double take(Samples samples, double learningRate) {
        try (NDManager step = module.manager().newSubManager()) {
            GradientReduction.Reduced mine = samples.count() == 0 ? nothing(step) : gradients(samples, step);
            GradientReduction.Reduced all = reduction.reduce(mine.gradients(), mine.loss(), step);
            optimizer.step(clip.apply(all.gradients()), learningRate);
            module.zeroGradients();
            return all.loss();
        }
    }

    private GradientReduction.Reduced gradients(Samples samples, NDManager step) {
        int count = samples.count();
        NDArray x = module.input(step, samples.inputs(), count);
        NDArray y = module.target(step, samples.targets(), count, width);
        NDArray rows = samples.rowWeights() == null ? null : module.target(step, samples.rowWeights(), count, 1);
        JniUtils.setGradMode(true);
        try {
            NDArray predicted = output.apply(module.forward(x, true).reshape(count, width));
            NDArray value = loss.of(predicted, y, rows, (float) samples.weight());
            float mean = value.getFloat();
            return new GradientReduction.Reduced(module.gradients(value, step), mean);
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    /** The share of a rank that got none of a small batch. */
    private GradientReduction.Reduced nothing(NDManager step) {
        List<NDArray> zeros = module.trained().stream()
                .map(parameter -> step.zeros(parameter.getShape(), parameter.getDataType()))
                .toList();
        return new GradientReduction.Reduced(zeros, 0);
    }
}
