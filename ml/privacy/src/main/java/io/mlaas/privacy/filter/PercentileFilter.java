package io.mlaas.privacy.filter;

import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Sends the largest changes only (R. Shokri and V. Shmatikov, "Privacy-Preserving Deep Learning", 2015): of the changes per
 * step, those below a percentile of their magnitudes become 0, the others are cut to ±γ. NVIDIA FLARE's filter of this name
 * and its defaults. A heuristic: no ε.
 *
 * @param percentile from 0 to 100
 * @param gamma γ, of a change per step
 */
public record PercentileFilter(double percentile, double gamma) implements UpdateFilter {
    public static final PercentileFilter DEFAULT = new PercentileFilter(10, .01);

    public PercentileFilter {
        if (!(percentile >= 0 && percentile <= 100)) {
            throw new IllegalArgumentException("percentile: " + percentile + " (expected: from 0 to 100)");
        }
        Arguments.positive("gamma", gamma);
    }

    @Override
    public SortedMap<String, float[]> apply(SortedMap<String, float[]> update, long steps, KeyedNoise noise) {
        Arguments.steps(steps);
        double[] changes = Arguments.perStep(update, steps);
        if (changes.length == 0) {
            return update;
        }
        double cutoff = cutoff(changes);
        for (int i = 0; i < changes.length; i++) {
            changes[i] = Math.abs(changes[i]) < cutoff ? 0 : Math.clamp(changes[i], -gamma, gamma);
        }
        return Arguments.timesSteps(update, changes, steps);
    }

    /** The percentile of magnitudes, between two of them by a line, as NumPy's. */
    private double cutoff(double[] changes) {
        double[] magnitudes = Arrays.stream(changes).map(Math::abs).sorted().toArray();
        double place = percentile / 100 * (magnitudes.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, magnitudes.length - 1);
        return magnitudes[below] + (place - below) * (magnitudes[above] - magnitudes[below]);
    }

    @Override
    public Optional<RdpCurve> cost(List<Double> orders) {
        return Optional.empty();
    }
}
