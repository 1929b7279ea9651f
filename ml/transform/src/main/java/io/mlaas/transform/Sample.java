package io.mlaas.transform;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a learner takes: {@code input} and, for training, {@code target}, both flattened row-major in the shapes of
 * {@link Transformer#describe()}.
 *
 * @param time of the last input row
 * @param target nothing where the sample is one to predict from
 * @param scaling the parameters that take a prediction back as this sample was scaled; opaque
 */
@SuppressWarnings("ArrayRecordComponent") // handed to a learner, never compared
public record Sample(String source, Instant time, double[] input, double @Nullable [] target, double[] scaling) {
    public boolean training() {
        return target != null;
    }
}
