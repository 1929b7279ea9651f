package io.mlaas.explanation;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Which outputs are explained: classes, steps of a horizon; counted flat, from 0. */
public sealed interface Target {

    /** Every output. */
    record All() implements Target {}

    /** The largest output, chosen for each sample. */
    record Largest() implements Target {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Outputs(int... indices) implements Target {}

    static Target all() {
        return new All();
    }

    static Target largest() {
        return new Largest();
    }

    static Target of(int... outputs) {
        return new Outputs(outputs);
    }

    /** @return indices of the outputs to explain */
    default int[] resolve(double... prediction) {
        return switch (this) {
            case All all -> IntStream.range(0, prediction.length).toArray();
            case Largest largest -> new int[] {largest(prediction)};
            case Outputs(int[] indices) -> required(indices, prediction.length);
        };
    }

    private static int largest(double... prediction) {
        int best = 0;
        for (int i = 1; i < prediction.length; i++) {
            best = prediction[i] > prediction[best] ? i : best;
        }
        return best;
    }

    private static int[] required(int[] indices, int outputs) {
        if (indices.length == 0 || !Arrays.stream(indices).allMatch(i -> i >= 0 && i < outputs)) {
            throw new ExplanationRefused(
                    "target: " + Arrays.toString(indices) + " (expected: outputs from 0 to " + (outputs - 1) + ")");
        }
        return indices;
    }
}
