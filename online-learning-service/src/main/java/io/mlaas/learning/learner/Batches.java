package io.mlaas.learning.learner;

import io.mlaas.online.Batch;
import io.mlaas.online.Schema;
import io.mlaas.transform.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows put together and cut. */
final class Batches {
    private Batches() {}

    /** @param samples to learn from, all of them */
    static Batch of(List<Sample> samples) {
        return new Batch(
                samples.size(),
                samples.stream()
                        .flatMapToDouble(sample -> Arrays.stream(sample.input()))
                        .toArray(),
                samples.stream()
                        .flatMapToDouble(sample -> Arrays.stream(Objects.requireNonNull(sample.target())))
                        .toArray());
    }

    /** Parts of so many rows, the last may be shorter. */
    static List<Batch> cut(Batch batch, Schema schema, int size) {
        List<Batch> parts = new ArrayList<>();
        for (int from = 0; from < batch.rows(); from += size) {
            parts.add(part(batch, schema, from, Math.min(batch.rows(), from + size)));
        }
        return parts;
    }

    private static Batch part(Batch batch, Schema schema, int from, int to) {
        if (to - from == batch.rows()) {
            return batch;
        }
        int width = schema.width();
        int wide = schema.target().width();
        double @Nullable [] weights = batch.weights();
        return new Batch(
                to - from,
                Arrays.copyOfRange(batch.inputs(), from * width, to * width),
                Arrays.copyOfRange(batch.targets(), from * wide, to * wide),
                weights == null ? null : Arrays.copyOfRange(weights, from, to));
    }
}
