package io.mlaas.privacy.pate;

import io.mlaas.privacy.accounting.RdpCurve;
import io.mlaas.privacy.mechanism.KeyedNoise;
import java.util.List;
import java.util.OptionalInt;

/**
 * LNMax: argmax of the votes, each with Lap(b) added (Papernot et al. 2017). One teacher's change moves two counts by one, so
 * a query is 2/b-differentially private. (The reports call it "GNMax with Laplacian noise"; GNMax is the Gaussian one.)
 *
 * @param scale b
 */
public record LaplaceNoisyMax(double scale) implements VoteMechanism {
    public LaplaceNoisyMax {
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("scale: " + scale + " (expected: above 0)");
        }
    }

    /** ε is what one query costs: b = 2/ε. */
    public static LaplaceNoisyMax ofQueryEpsilon(double epsilon) {
        return new LaplaceNoisyMax(2 / checked(epsilon));
    }

    /** ε as the reports' own programs read it, the noise's inverse scale: b = 1/ε, so that one query costs 2 ε. */
    public static LaplaceNoisyMax ofInverseScale(double epsilon) {
        return new LaplaceNoisyMax(1 / checked(epsilon));
    }

    /** ε of one query: 2/b. */
    public double queryEpsilon() {
        return 2 / scale;
    }

    @Override
    public OptionalInt answer(Votes votes, KeyedNoise noise) {
        return OptionalInt.of(NoisyMax.argmax(votes, () -> noise.laplace(scale)));
    }

    @Override
    public RdpCurve cost(long queries, List<Double> orders) {
        return RdpCurve.of(orders, this::independent).times(queries);
    }

    private double independent(double order) {
        double epsilon = queryEpsilon();
        return Math.min(epsilon, epsilon * epsilon * order / 2);
    }

    @Override
    public DataDependentCost costGiven(Votes votes, boolean answered, List<Double> orders) {
        double logOther = logOther(votes);
        return DataDependentCost.of(RdpCurve.of(orders, order -> dependent(logOther, order)));
    }

    /** ln of a bound of the probability that the answer is not the plurality: (2 + g/b) / (4 e^(g/b)) for each gap g. */
    double logOther(Votes votes) {
        double sum = Double.NEGATIVE_INFINITY;
        for (double gap : votes.gaps()) {
            double g = gap / scale;
            sum = NoisyMax.logAdd(sum, Math.log(2 + g) - Math.log(4) - g);
        }
        return Math.min(sum, NoisyMax.logMostOther(votes.classes()));
    }

    /** Papernot et al. 2017, theorem 3, as a Rényi divergence: holds where q ≤ 1 / (e^ε + 1). */
    private double dependent(double logOther, double order) {
        double epsilon = queryEpsilon();
        double bound = independent(order);
        if (logOther > -Math.log1p(Math.exp(epsilon))) {
            return bound;
        }
        double log1q = Math.log1p(-Math.exp(logOther));
        double likely = log1q + (order - 1) * (log1q - Math.log(-Math.expm1(epsilon + logOther)));
        double unlikely = logOther + epsilon * (order - 1);
        return Math.clamp(NoisyMax.logAdd(likely, unlikely) / (order - 1), 0, bound);
    }

    private static double checked(double epsilon) {
        if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("epsilon: " + epsilon + " (expected: above 0)");
        }
        return epsilon;
    }
}
