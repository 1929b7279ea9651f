package io.mlaas.privacy.filter;

import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Sends a share of the changes, chosen by a noisy threshold and with noise, as NVIDIA FLARE's {@code SVTPrivacy} (after W. Li
 * et al., "Privacy-preserving Federated Brain Tumour Segmentation", 2019). A <em>heuristic</em>: it asks until its quota is
 * full, which the sparse vector technique's proof (Dwork and Roth 2014, section 3.6; M. Lyu, D. Su and N. Li 2017) does not
 * allow, and it says nothing of several rounds. So no ε is claimed, whatever the parameters are called.
 *
 * @param fraction share of the values that is sent
 * @param epsilon ε₁ of the threshold's noise Lap(2γ/ε₁); that of the questions is Lap(4γn/ε₂), ε₂ = ε₁ (2n)^(2/3)
 * @param noiseEpsilon ε₃ of the noise Lap(2γ/ε₃) of what is sent (FLARE's {@code noise_var}, which is no variance)
 * @param gamma γ: changes per step are cut to ±γ
 * @param tau τ, the threshold before noise
 * @param replace whether values are chosen with replacement, as FLARE does by default, so that fewer are sent
 */
public record SparseVectorFilter(
        double fraction, double epsilon, double noiseEpsilon, double gamma, double tau, boolean replace)
        implements UpdateFilter {
    public static final SparseVectorFilter DEFAULT = new SparseVectorFilter(.1, .1, .1, 1e-5, 1e-6, true);

    /** Each asks of every value that was not accepted yet; with the default, a few are enough. */
    private static final int MOST_PASSES = 10_000;

    public SparseVectorFilter {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction: " + fraction + " (expected: above 0, 1 at most)");
        }
        Arguments.positive("epsilon", epsilon);
        Arguments.positive("noise epsilon", noiseEpsilon);
        Arguments.positive("gamma", gamma);
        if (!Double.isFinite(tau)) {
            throw new IllegalArgumentException("tau: " + tau + " (expected: a finite number)");
        }
    }

    @Override
    public SortedMap<String, float[]> apply(SortedMap<String, float[]> update, long steps, KeyedNoise noise) {
        Arguments.steps(steps);
        double[] changes = Arguments.perStep(update, steps);
        if (changes.length == 0) {
            return update;
        }
        int quota = (int) Math.ceil(fraction * changes.length);
        int[] accepted = accept(changes, quota, noise).stream().toArray();
        BitSet chosen = choose(accepted, quota, noise);
        for (int i = 0; i < changes.length; i++) {
            changes[i] =
                    chosen.get(i) ? Math.clamp(changes[i] + noise.laplace(2 * gamma / noiseEpsilon), -gamma, gamma) : 0;
        }
        return Arguments.timesSteps(update, changes, steps);
    }

    private BitSet accept(double[] changes, int quota, KeyedNoise noise) {
        double threshold = tau + noise.laplace(2 * gamma / epsilon);
        double epsilonOfQuestions = epsilon * Math.pow(2.0 * quota, 2 / 3.0);
        double scale = 4 * gamma * quota / epsilonOfQuestions;
        BitSet accepted = new BitSet(changes.length);
        for (int pass = 0; accepted.cardinality() < quota; pass++) {
            if (pass == MOST_PASSES) {
                throw new IllegalArgumentException("tau: " + tau + " (expected: one that " + quota + " of "
                        + changes.length + " values reach with noise of scale " + scale + ")");
            }
            for (int i = accepted.nextClearBit(0); i < changes.length; i = accepted.nextClearBit(i + 1)) {
                if (Math.min(Math.abs(changes[i]), gamma) + noise.laplace(scale) >= threshold) {
                    accepted.set(i);
                }
            }
        }
        return accepted;
    }

    private BitSet choose(int[] accepted, int quota, KeyedNoise noise) {
        BitSet chosen = new BitSet();
        for (int i = 0; i < quota; i++) {
            int place = replace ? noise.below(accepted.length) : i + noise.below(accepted.length - i);
            chosen.set(accepted[place]);
            if (!replace) {
                accepted[place] = accepted[i];
            }
        }
        return chosen;
    }

    @Override
    public Optional<RdpCurve> cost(List<Double> orders) {
        return Optional.empty();
    }
}
