package io.mlaas.federated.training;

import io.mlaas.federated.aggregation.Aggregator;
import io.mlaas.federated.aggregation.ModelUpdate;
import io.mlaas.privacy.accounting.Conversion;
import io.mlaas.privacy.accounting.GaussianRdp;
import io.mlaas.privacy.accounting.Orders;
import io.mlaas.privacy.accounting.PrivacyCost;
import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * DP-FedAvg (McMahan et al., Learning Differentially Private Recurrent Language Models, ICLR 2018): the clients' updates
 * are clipped to C, added up unweighted, covered with N(0, (zC)²) by the server, and divided by how many clients were
 * expected. Neighbours differ in all the data of one client. The server sees what it adds noise to.
 */
public final class CentralPrivacy {
    private final Settings settings;
    private final byte[] secret;
    private final double updateNoise;
    private final double countNoise;
    private final @Nullable RdpCurve perRound;

    /**
     * What is promised.
     *
     * @param noiseMultiplier z, of a whole round; 0 clips without noise and promises nothing
     * @param delta δ at which ε is told
     * @param clients how many there are
     * @param samplingRate q, the probability with which a client is part of a round
     */
    public record Settings(Clipping clipping, double noiseMultiplier, double delta, int clients, double samplingRate) {
        public Settings {
            if (!(noiseMultiplier >= 0 && noiseMultiplier < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("noise multiplier: " + noiseMultiplier + " (expected: >= 0)");
            }
            if (!(delta > 0 && delta < 1)) {
                throw new IllegalArgumentException("delta: " + delta + " (expected: > 0 and < 1)");
            }
            if (clients < 1) {
                throw new IllegalArgumentException("clients: " + clients + " (expected: >= 1)");
            }
            if (!(samplingRate > 0 && samplingRate <= 1)) {
                throw new IllegalArgumentException("sampling rate: " + samplingRate + " (expected: > 0, at most 1)");
            }
        }

        /** m, what sums are divided by; a number that does not depend on who came. */
        public double expectedClients() {
            return clients * samplingRate;
        }

        /** σ_b, as much as Andrew et al. use. */
        double countNoise() {
            return expectedClients() / 20;
        }
    }

    /** @param secret what the noise is drawn from, at least 16 bytes; who knows it can take the noise away */
    public CentralPrivacy(Settings settings, byte[] secret) {
        this.settings = settings;
        this.secret = secret.clone();
        double z = settings.noiseMultiplier();
        boolean adaptive = settings.clipping() instanceof Clipping.Adaptive && z > 0;
        this.countNoise = adaptive ? settings.countNoise() : 0;
        this.updateNoise = adaptive ? Clipping.updateNoiseMultiplier(z, countNoise) : z;
        this.perRound = z == 0 ? null : GaussianRdp.sampled(z, settings.samplingRate(), Orders.PATE);
    }

    /** The secret of a simulation that is to be repeatable: whoever knows the seed can take the noise away. */
    public static byte[] secretOf(long seed) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update("noise of a simulation".getBytes(StandardCharsets.UTF_8));
            return sha256.digest(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    public Settings settings() {
        return settings;
    }

    /** Whether anything covers the updates. */
    public boolean noisy() {
        return settings.noiseMultiplier() > 0;
    }

    /** What so many rounds cost. */
    public PrivacyCost cost(int rounds) {
        if (perRound == null) {
            return PrivacyCost.unbounded("Updates are clipped, but no noise covers them.");
        }
        return PrivacyCost.of(
                perRound.times(rounds),
                settings.delta(),
                Conversion.TIGHT,
                rounds + " rounds of the sampled Gaussian mechanism, noise multiplier " + settings.noiseMultiplier()
                        + ", sampling rate " + settings.samplingRate() + "; of each client all data is protected");
    }

    /**
     * The sum of a round's clipped updates made public.
     *
     * @param sum of updates no longer than {@code norm}; changed in place
     * @return the noisy mean
     */
    public double[] release(double[] sum, double norm, int round) {
        double sigma = updateNoise * norm;
        KeyedNoise noise = sigma > 0 ? KeyedNoise.of(secret, "aggregate", round) : null;
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (noise == null ? sum[i] : sum[i] + noise.gaussian(sigma)) / settings.expectedClients();
        }
        return sum;
    }

    /**
     * C of the next round.
     *
     * @param unclipped how many updates were not longer than {@code norm}
     * @param clipped how many were
     */
    public double nextNorm(double norm, int unclipped, int clipped, int round) {
        return switch (settings.clipping()) {
            case Clipping.Fixed fixed -> norm;
            case Clipping.Adaptive adaptive -> {
                double noise = countNoise > 0
                        ? KeyedNoise.of(secret, "clipping", round).gaussian(countNoise)
                        : 0;
                // counted as ±1/2, so that a client changes the sum by no more than 1/2
                double share = 0.5 + ((unclipped - clipped) / 2.0 + noise) / settings.expectedClients();
                yield adaptive.next(norm, share);
            }
        };
    }

    /** One round where the server sees the updates; it clips those that are too long. */
    public Round start(int size, double norm, int round) {
        return new Round(size, norm, round);
    }

    /** A round's sum. */
    public final class Round implements Aggregator {
        private final double[] sum;
        private final double norm;
        private final int round;
        private @Nullable String last;
        private int unclipped;
        private int clipped;

        private Round(int size, double norm, int round) {
            this.sum = new double[size];
            this.norm = norm;
            this.round = round;
        }

        /** Shortens the update's own array where it is too long. */
        @Override
        public void add(ModelUpdate update) {
            if (last != null && last.compareTo(update.client()) >= 0) {
                throw new IllegalArgumentException("update of " + update.client() + " after that of " + last
                        + " (expected: each client once, in the order of their names)");
            }
            if (update.delta().length != sum.length) {
                throw new IllegalArgumentException(
                        update.client() + ": " + update.delta().length + " numbers (expected: " + sum.length + ")");
            }
            last = update.client();
            if (Clipping.clip(update.delta(), norm)) {
                unclipped++;
            } else {
                clipped++;
            }
            for (int i = 0; i < sum.length; i++) {
                sum[i] += update.delta()[i];
            }
        }

        @Override
        public int clients() {
            return unclipped + clipped;
        }

        /** The noisy mean; to be called once. */
        @Override
        public double[] finish() {
            return release(sum, norm, round);
        }

        /** C of the next round. */
        public double nextNorm() {
            return CentralPrivacy.this.nextNorm(norm, unclipped, clipped, round);
        }
    }
}
