package io.mlaas.neural.data;

import io.mlaas.neural.network.TensorShape;
import java.util.List;

/**
 * A dataset in memory.
 *
 * @param shape shape of one sample
 * @param features one row per sample, elements in row-major order, already scaled
 * @param targets what is to be predicted, one entry per row
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
public record Samples(TensorShape shape, float[][] features, Targets targets) {

    public int count() {
        return features.length;
    }

    /** The same samples in another shape of as many elements. */
    public Samples shaped(TensorShape other) {
        if (other.elements() != shape.elements()) {
            throw new InvalidDataException(
                    "shape " + other + " (expected: " + shape.elements() + " elements, as in " + shape + ")");
        }
        return new Samples(other, features, targets);
    }

    /** Largest magnitude among the features. */
    public float largestMagnitude() {
        float largest = 0;
        for (float[] row : features) {
            for (float value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest;
    }

    /** Multiplies all features, in place: a dataset may fill much of the memory. */
    public void scale(float factor) {
        for (float[] row : features) {
            for (int i = 0; i < row.length; i++) {
                row[i] *= factor;
            }
        }
    }

    /** What is to be predicted. */
    public sealed interface Targets {

        /** One of several classes; {@code labels} are indices into {@code names}. */
        record Classes(int[] labels, List<String> names) implements Targets {}

        /** Numbers, one row per sample. */
        record Values(float[][] values) implements Targets {}
    }
}
