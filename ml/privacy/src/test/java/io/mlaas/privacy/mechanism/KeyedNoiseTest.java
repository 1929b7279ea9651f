package io.mlaas.privacy.mechanism;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.apache.commons.statistics.distribution.LaplaceDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class KeyedNoiseTest {
    private static final byte[] SECRET = new byte[32];
    private static final int DRAWN = 20_000;

    @Test
    void isAFunctionOfSecretLabelAndRound() {
        double first = KeyedNoise.of(SECRET, "aggregate", 3).gaussian(1);

        assertThat(KeyedNoise.of(SECRET, "aggregate", 3).gaussian(1)).isEqualTo(first);
        assertThat(KeyedNoise.of(SECRET, "aggregate", 4).gaussian(1)).isNotEqualTo(first);
        assertThat(KeyedNoise.of(SECRET, "votes", 3).gaussian(1)).isNotEqualTo(first);
        byte[] other = SECRET.clone();
        other[31] = 1;
        assertThat(KeyedNoise.of(other, "aggregate", 3).gaussian(1)).isNotEqualTo(first);
        assertThatThrownBy(() -> KeyedNoise.of(new byte[8], "votes", 3))
                .hasMessage("secret: 8 bytes (expected: 16 or more)");
    }

    @Test
    void theStreamIsTheOneOfEarlierReleases() {
        // Computed with Python's hmac and openssl enc -aes-256-ctr. A change of it would have runs go on after an
        // upgrade with other noise than they began with.
        assertThat(KeyedNoise.of(SECRET, "aggregate", 3).nextLong()).isEqualTo(3764962337192361384L);
    }

    @Test
    void hasTheDistributionItSays() {
        KeyedNoise noise = KeyedNoise.of(SECRET, "distribution", 0);
        assertThat(farthest(() -> noise.gaussian(2.5), NormalDistribution.of(0, 2.5)::cumulativeProbability))
                .isLessThan(critical());
        assertThat(farthest(() -> noise.laplace(.7), LaplaceDistribution.of(0, .7)::cumulativeProbability))
                .isLessThan(critical());
        assertThat(farthest(noise::uniform, x -> x)).isLessThan(critical());
    }

    @Test
    void wholeNumbersHaveTheDistributionTheySay() {
        KeyedNoise noise = KeyedNoise.of(SECRET, "whole numbers", 0);
        int[] laplace = new int[2];
        int[] gaussian = new int[2];
        for (int i = 0; i < DRAWN; i++) {
            tally(laplace, noise.discreteLaplace(2));
            tally(gaussian, noise.discreteGaussian(2));
        }
        // P(0) of Laplace: (1 - e^(-1/2)) / (1 + e^(-1/2)); P(1) = P(0) e^(-1/2). Of Gauss: 1 / (2 √(2π)), times
        // e^(-1/8).
        assertThat(laplace[0] / (double) DRAWN).isCloseTo(.244919, within(.013));
        assertThat(laplace[1] / (double) DRAWN).isCloseTo(.148550, within(.011));
        assertThat(gaussian[0] / (double) DRAWN).isCloseTo(.199471, within(.012));
        assertThat(gaussian[1] / (double) DRAWN).isCloseTo(.176033, within(.012));
    }

    @Test
    void drawsBelowABoundEvenly() {
        KeyedNoise noise = KeyedNoise.of(SECRET, "below", 0);
        int[] seen = new int[3];
        for (int i = 0; i < DRAWN; i++) {
            seen[noise.below(3)]++;
        }
        assertThat(seen[0] / (double) DRAWN).isCloseTo(1 / 3.0, within(.015));
        assertThat(seen[2] / (double) DRAWN).isCloseTo(1 / 3.0, within(.015));
    }

    @Test
    void oneReleaseNeedsTheNoiseOfBalleAndWang() {
        double sigma = GaussianMechanism.sigma(1, 1e-5, 1);
        assertThat(GaussianMechanism.delta(1, sigma, 1)).isCloseTo(1e-5, within(1e-15));
        // The textbook's is 4.845; the exact one is smaller.
        assertThat(sigma).isCloseTo(3.7306, within(5e-4));
        assertThat(GaussianMechanism.sigma(1, 1e-5, 2)).isCloseTo(2 * sigma, within(1e-9));
    }

    private static void tally(int[] counts, long value) {
        if (value == 0 || value == 1) {
            counts[(int) value]++;
        }
    }

    /** Kolmogorov and Smirnov's D. */
    private static double farthest(DoubleSupplier drawn, DoubleUnaryOperator distribution) {
        double[] sample = DoubleStream.generate(drawn).limit(DRAWN).toArray();
        Arrays.sort(sample);
        double farthest = 0;
        for (int i = 0; i < DRAWN; i++) {
            double p = distribution.applyAsDouble(sample[i]);
            farthest = Math.max(farthest, Math.max(p - (double) i / DRAWN, (i + 1.0) / DRAWN - p));
        }
        return farthest;
    }

    /** Its value that one sample of 10,000 exceeds. */
    private static double critical() {
        return 2.225 / Math.sqrt(DRAWN);
    }
}
