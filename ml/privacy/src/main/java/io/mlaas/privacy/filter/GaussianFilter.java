package io.mlaas.privacy.filter;

import io.mlaas.privacy.accounting.GaussianRdp;
import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Scales the whole update to an L2 norm of C at most and adds N(0, (z C)²) to each value. Neighbours: the client's update is
 * there or not. Every round costs, and no sampling is taken into account: it hides clients from the server itself.
 *
 * @param norm C
 * @param noiseMultiplier z
 */
public record GaussianFilter(double norm, double noiseMultiplier) implements UpdateFilter {
    public GaussianFilter {
        Arguments.positive("norm", norm);
        Arguments.positive("noise multiplier", noiseMultiplier);
    }

    @Override
    public SortedMap<String, float[]> apply(SortedMap<String, float[]> update, long steps, KeyedNoise noise) {
        double squares = 0;
        for (float[] values : update.values()) {
            for (float value : values) {
                squares += (double) value * value;
            }
        }
        double length = Math.sqrt(squares);
        if (!Double.isFinite(length)) {
            throw new IllegalArgumentException("update: norm " + length + " (expected: a finite one)");
        }
        double scale = length > norm ? norm / length : 1;
        double sigma = noiseMultiplier * norm;
        return Arguments.eachValue(update, value -> value * scale + noise.gaussian(sigma));
    }

    @Override
    public Optional<RdpCurve> cost(List<Double> orders) {
        return Optional.of(GaussianRdp.gaussian(noiseMultiplier, orders));
    }
}
