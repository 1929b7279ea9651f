package io.mlaas.privacy.pate;

import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.List;
import java.util.OptionalInt;

/**
 * Confident GNMax (Papernot et al. 2018, algorithm 1): answers only if the most votes and N(0, σ₁²) reach a threshold, and
 * then as GNMax with σ₂. The check costs α/(2 σ₁²) for every query, an answer α/σ₂² more.
 *
 * @param threshold T, votes
 * @param thresholdSigma σ₁
 * @param sigma σ₂
 */
public record ConfidentGaussianNoisyMax(double threshold, double thresholdSigma, double sigma)
        implements VoteMechanism {
    public ConfidentGaussianNoisyMax {
        if (!(threshold >= 0 && threshold < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("threshold: " + threshold + " (expected: 0 or more)");
        }
        if (!(thresholdSigma > 0 && thresholdSigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("threshold sigma: " + thresholdSigma + " (expected: above 0)");
        }
        if (!(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sigma: " + sigma + " (expected: above 0)");
        }
    }

    @Override
    public OptionalInt answer(Votes votes, KeyedNoise noise) {
        if (votes.count(votes.plurality()) + noise.gaussian(thresholdSigma) < threshold) {
            return OptionalInt.empty();
        }
        return new GaussianNoisyMax(sigma).answer(votes, noise);
    }

    /** As if every query were answered: what must be reserved. */
    @Override
    public RdpCurve cost(long queries, List<Double> orders) {
        return cost(queries, queries, orders);
    }

    /**
     * What was spent once it is known how many queries were answered, which the answers themselves show. Valid against
     * adversaries that choose queries by earlier answers only within a reservation made before (V. Feldman and T. Zrnic,
     * "Individual Privacy Accounting via a Rényi Filter", 2021).
     */
    public RdpCurve cost(long queries, long answered, List<Double> orders) {
        if (answered < 0 || answered > queries) {
            throw new IllegalArgumentException("answered: " + answered + " (expected: from 0 to " + queries + ")");
        }
        RdpCurve checks = RdpCurve.of(orders, order -> order / (2 * thresholdSigma * thresholdSigma))
                .times(queries);
        return checks.plus(new GaussianNoisyMax(sigma).cost(answered, orders));
    }

    @Override
    public DataDependentCost costGiven(Votes votes, boolean answered, List<Double> orders) {
        double logAnswered = NoisyMax.logTail((threshold - votes.count(votes.plurality())) / thresholdSigma);
        double logUnlikely = logAnswered > -Math.log(2) ? NoisyMax.log1mExp(logAnswered) : logAnswered;
        double v = 2 * thresholdSigma * thresholdSigma;
        DataDependentCost check =
                DataDependentCost.of(RdpCurve.of(orders, order -> GaussianNoisyMax.dependent(logUnlikely, v, order)));
        return answered ? check.plus(new GaussianNoisyMax(sigma).costGiven(votes, true, orders)) : check;
    }
}
