package io.mlaas.privacy.pate;

import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.List;
import java.util.OptionalInt;

/**
 * GNMax: argmax of the votes, each with N(0, σ²) added: (α, α/σ²)-RDP (Papernot et al., "Scalable Private Learning with
 * PATE", 2018).
 */
public record GaussianNoisyMax(double sigma) implements VoteMechanism {
    public GaussianNoisyMax {
        if (!(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sigma: " + sigma + " (expected: above 0)");
        }
    }

    @Override
    public OptionalInt answer(Votes votes, KeyedNoise noise) {
        return OptionalInt.of(NoisyMax.argmax(votes, () -> noise.gaussian(sigma)));
    }

    @Override
    public RdpCurve cost(long queries, List<Double> orders) {
        return RdpCurve.of(orders, order -> order / (sigma * sigma)).times(queries);
    }

    @Override
    public DataDependentCost costGiven(Votes votes, boolean answered, List<Double> orders) {
        double logOther = logOther(votes);
        return DataDependentCost.of(RdpCurve.of(orders, order -> dependent(logOther, sigma * sigma, order)));
    }

    /** ln of a bound of the probability that the answer is not the plurality: Q(g / (σ √2)) for each gap g. */
    private double logOther(Votes votes) {
        double sum = Double.NEGATIVE_INFINITY;
        for (double gap : votes.gaps()) {
            sum = NoisyMax.logAdd(sum, NoisyMax.logTail(gap / (sigma * Math.sqrt(2))));
        }
        return Math.min(sum, NoisyMax.logMostOther(votes.classes()));
    }

    /**
     * Theorem 6 of Papernot et al. 2018 with the orders of its proposition 10, for a mechanism of (α, α/v)-RDP whose
     * likeliest outcome is missed with probability q at most; α/v where the theorem does not apply.
     */
    static double dependent(double logOther, double v, double order) {
        double independent = order / v;
        if (logOther == Double.NEGATIVE_INFINITY) {
            return 0;
        }
        double second = Math.sqrt(v * -logOther);
        double first = second + 1;
        if (!(second > 1) || first <= order) {
            return independent;
        }
        double firstCost = first / v;
        double secondCost = second / v;
        double most =
                (second - 1) * secondCost - second * (Math.log(first / (first - 1)) + Math.log(second / (second - 1)));
        if (logOther > most || -logOther <= secondCost) {
            return independent;
        }
        double log1q = NoisyMax.log1mExp(logOther);
        double a = log1q - NoisyMax.log1mExp((logOther + secondCost) * (1 - 1 / second));
        double b = firstCost - logOther / (first - 1);
        double sum = NoisyMax.logAdd(log1q + (order - 1) * a, logOther + (order - 1) * b);
        return Math.clamp(sum / (order - 1), 0, independent);
    }
}
