package io.mlaas.explanation;

import java.util.List;

/**
 * What one sample's outputs owe to its elements.
 *
 * @param shape of the sample, without the batch, such as steps and features
 * @param prediction all outputs at the input, flat
 * @param atReference all outputs at the reference
 * @param attributions one for each output that was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // numbers for the caller, never compared as a whole
public record Explanation(int[] shape, double[] prediction, double[] atReference, List<Attribution> attributions) {
    public Explanation {
        attributions = List.copyOf(attributions);
    }
}
