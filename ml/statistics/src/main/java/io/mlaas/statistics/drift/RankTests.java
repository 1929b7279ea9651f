package io.mlaas.statistics.drift;

import io.mlaas.statistics.TestResult;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.PValueMethod;

/** Mann and Whitney's U between two samples, with the p-values of SciPy's {@code mannwhitneyu(method="auto")}. */
public final class RankTests {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final int FEW = 8;
    private static final long EXACT_PAIRS = 20_000;

    private RankTests() {}

    /**
     * U of the reference and its p-value: exact if there are no ties, one sample has 8 values or fewer, and there are not more
     * than 20,000 pairs; otherwise normal, corrected for ties and for continuity.
     *
     * @param twoSided otherwise the alternative is that the reference is the less, as Evidently's {@code mannw} has it, which
     *     does not see that the current numbers became smaller
     */
    public static TestResult mannWhitney(NumericalColumn reference, NumericalColumn current, boolean twoSided) {
        double[] x = Distances.notEmpty("reference", reference);
        double[] y = Distances.notEmpty("current", current);
        Ranks ranks = Ranks.of(x, y);
        double n = x.length;
        double m = y.length;
        double u = ranks.sum() - n * (n + 1) / 2;
        if (ranks.ties() == 0 && Math.min(n, m) <= FEW && n * m <= EXACT_PAIRS) {
            AlternativeHypothesis alternative =
                    twoSided ? AlternativeHypothesis.TWO_SIDED : AlternativeHypothesis.LESS_THAN;
            double p = MannWhitneyUTest.withDefaults()
                    .with(PValueMethod.EXACT)
                    .with(alternative)
                    .test(x, y)
                    .getPValue();
            return new TestResult(u, p);
        }
        double all = n + m;
        double variance = n * m / 12 * (all + 1 - ranks.ties() / (all * (all - 1)));
        if (!(variance > 0)) {
            return new TestResult(u, 1); // all the same
        }
        double other = n * m - u;
        double z = ((twoSided ? Math.max(u, other) : other) - n * m / 2 - 0.5) / Math.sqrt(variance);
        return new TestResult(u, Math.min(1, (twoSided ? 2 : 1) * NORMAL.survivalProbability(z)));
    }

    /**
     * @param sum of the reference's ranks among all, ties having the mean of theirs
     * @param ties Σ (t³ - t) over groups of t equal numbers
     */
    private record Ranks(double sum, double ties) {
        static Ranks of(double[] x, double[] y) {
            double sum = 0;
            double ties = 0;
            int i = 0;
            int j = 0;
            while (i < x.length || j < y.length) {
                double value = j == y.length || (i < x.length && x[i] <= y[j]) ? x[i] : y[j];
                int firstX = i;
                int firstY = j;
                while (i < x.length && x[i] == value) {
                    i++;
                }
                while (j < y.length && y[j] == value) {
                    j++;
                }
                double equal = i - firstX + (j - firstY);
                double rank = firstX + firstY + (equal + 1) / 2;
                sum += (i - firstX) * rank;
                ties += equal * equal * equal - equal;
            }
            return new Ranks(sum, ties);
        }
    }
}
