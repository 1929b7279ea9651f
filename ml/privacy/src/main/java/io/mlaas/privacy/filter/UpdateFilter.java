package io.mlaas.privacy.filter;

import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Changes what a client sends: from the difference of its weights by parameter to another one of the same shapes. What was
 * given is left as it is.
 */
public sealed interface UpdateFilter permits GaussianFilter, PercentileFilter, SparseVectorFilter, ExcludeFilter {
    /**
     * @param update weights after training minus weights before, by the parameter's name
     * @param steps how many steps of optimisation it comes from, 1 or more
     * @param noise of this client and round; drawn in the order of names
     */
    SortedMap<String, float[]> apply(SortedMap<String, float[]> update, long steps, KeyedNoise noise);

    /** What one application costs; empty if no ε is claimed: a heuristic. */
    Optional<RdpCurve> cost(List<Double> orders);
}
