package io.mlaas.neural.training;

import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.network.TensorShape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** Targets in the form that a loss takes: one row of {@code width} numbers per sample. */
final class TrainingTargets {
    private final Loss loss;
    private final int width;
    private final int[] labels;
    private final double[] classWeights;
    private final float[][] values;

    private TrainingTargets(Loss loss, int width, int[] labels, double[] classWeights, float[][] values) {
        this.loss = loss;
        this.width = width;
        this.labels = labels;
        this.classWeights = classWeights;
        this.values = values;
    }

    static TrainingTargets of(
            Samples samples, TensorShape output, Loss loss, TrainingSettings settings, DataSplit split) {
        return of(
                samples,
                output,
                loss,
                (labels, names) -> settings.weightsFor(
                        names,
                        Arrays.stream(split.train()).map(row -> labels[row]).toArray()));
    }

    /** With each class counting the same. */
    static TrainingTargets of(Samples samples, TensorShape output, Loss loss) {
        return of(samples, output, loss, (labels, names) -> {
            double[] equal = new double[names.size()];
            Arrays.fill(equal, 1);
            return equal;
        });
    }

    private static TrainingTargets of(
            Samples samples, TensorShape output, Loss loss, BiFunction<int[], List<String>, double[]> classWeights) {
        String lossName = loss.name().toLowerCase(Locale.ROOT);
        switch (samples.targets()) {
            case Samples.Targets.Classes(int[] labels, List<String> names) -> {
                if (!loss.classification()) {
                    throw new InvalidDescriptionException("training: loss: \"" + lossName
                            + "\" with classes as labels (expected: cross_entropy, nll or bce_with_logits)");
                }
                int outputs = loss == Loss.BCE_WITH_LOGITS && names.size() == 2 ? 1 : names.size();
                requireOutput(output, outputs, lossName + " over the " + names.size() + " classes " + shortened(names));
                return new TrainingTargets(loss, outputs, labels, classWeights.apply(labels, names), new float[0][]);
            }
            case Samples.Targets.Values(float[][] values) -> {
                if (loss == Loss.CROSS_ENTROPY || loss == Loss.NLL) {
                    throw new InvalidDescriptionException("training: loss: \"" + lossName
                            + "\" with numbers as targets (expected: mse, mae, huber or bce_with_logits)");
                }
                requireOutput(output, values[0].length, values[0].length + " target columns");
                return new TrainingTargets(loss, values[0].length, new int[0], new double[0], values);
            }
        }
    }

    private static void requireOutput(TensorShape output, int expected, String why) {
        if (output.elements() != expected || output.rank() > 1) {
            throw new InvalidDescriptionException(
                    "last layer: output shape " + output + " (expected: [" + expected + "], for " + why + ")");
        }
    }

    private static String shortened(List<String> names) {
        return names.size() <= 12 ? names.toString() : names.subList(0, 12) + " …";
    }

    int width() {
        return width;
    }

    /** Rows {@code from} to {@code to} (exclusive) of {@code rows}. */
    float[] batch(int[] rows, int from, int to) {
        float[] batch = new float[(to - from) * width];
        for (int i = from; i < to; i++) {
            int at = (i - from) * width;
            if (labels.length == 0) {
                System.arraycopy(values[rows[i]], 0, batch, at, width);
            } else if (width == 1) {
                batch[at] = labels[rows[i]];
            } else {
                int label = labels[rows[i]];
                batch[at + label] = loss == Loss.BCE_WITH_LOGITS ? 1 : (float) classWeights[label];
            }
        }
        return batch;
    }

    /** What the loss of these rows is divided by. */
    double weight(int[] rows, int from, int to) {
        if (loss != Loss.CROSS_ENTROPY && loss != Loss.NLL) {
            return (double) (to - from) * width;
        }
        double weight = 0;
        for (int i = from; i < to; i++) {
            weight += (float) classWeights[labels[rows[i]]];
        }
        return weight;
    }

    boolean classes() {
        return labels.length > 0;
    }

    /** How many of the rows are labelled rightly; 0 where there are no labels. */
    int right(int[] rows, float[][] outputs) {
        int right = 0;
        for (int i = 0; i < rows.length && classes(); i++) {
            if (label(outputs[i]) == labels[rows[i]]) {
                right++;
            }
        }
        return right;
    }

    private static int label(float[] output) {
        if (output.length == 1) {
            return output[0] > 0 ? 1 : 0;
        }
        int best = 0;
        for (int i = 1; i < output.length; i++) {
            if (output[i] > output[best]) {
                best = i;
            }
        }
        return best;
    }
}
