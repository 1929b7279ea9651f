package io.mlaas.neural.data;

import java.util.Arrays;

/**
 * Where the features of a dataset lie, as the file has them: not scaled.
 *
 * @param low smallest value of each feature, in the order in which a network gets them
 * @param high largest value, likewise
 * @param samples how many were looked at
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
public record FeatureRanges(float[] low, float[] high, long samples) {

    static FeatureRanges none(int features) {
        float[] low = new float[features];
        float[] high = new float[features];
        Arrays.fill(low, Float.POSITIVE_INFINITY);
        Arrays.fill(high, Float.NEGATIVE_INFINITY);
        return new FeatureRanges(low, high, 0);
    }

    /** Widens the ranges in place. */
    FeatureRanges with(float[] sample) {
        for (int i = 0; i < low.length; i++) {
            low[i] = Math.min(low[i], sample[i]);
            high[i] = Math.max(high[i], sample[i]);
        }
        return new FeatureRanges(low, high, samples + 1);
    }
}
