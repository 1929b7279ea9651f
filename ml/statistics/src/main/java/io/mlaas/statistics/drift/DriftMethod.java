package io.mlaas.statistics.drift;

import static io.mlaas.statistics.drift.ColumnType.CATEGORICAL;
import static io.mlaas.statistics.drift.ColumnType.NUMERICAL;
import static io.mlaas.statistics.drift.DriftMethod.Rule.ABOVE;
import static io.mlaas.statistics.drift.DriftMethod.Rule.AT_LEAST;
import static io.mlaas.statistics.drift.DriftMethod.Rule.AT_MOST;
import static io.mlaas.statistics.drift.DriftMethod.Rule.BELOW;

import io.mlaas.statistics.TestResult;
import java.util.Arrays;
import java.util.Set;

/**
 * How a column is compared. Names, thresholds, and whether the threshold itself already is drift, are those of Evidently 0.7.21.
 * Its tests of categories also take numbers, of which each different one is a category.
 */
public enum DriftMethod {
    KOLMOGOROV_SMIRNOV("ks", 0.05, AT_MOST, NUMERICAL),
    CHI_SQUARE("chisquare", 0.05, BELOW, NUMERICAL, CATEGORICAL),
    Z("z", 0.05, BELOW, NUMERICAL, CATEGORICAL),
    WASSERSTEIN("wasserstein", 0.1, AT_LEAST, NUMERICAL),
    JENSEN_SHANNON("jensenshannon", 0.1, AT_LEAST, NUMERICAL, CATEGORICAL),
    PSI("psi", 0.1, AT_LEAST, NUMERICAL, CATEGORICAL),
    HELLINGER("hellinger", 0.1, AT_LEAST, NUMERICAL, CATEGORICAL),
    KULLBACK_LEIBLER("kl_div", 0.1, AT_LEAST, NUMERICAL, CATEGORICAL),
    ENERGY("ed", 0.1, ABOVE, NUMERICAL),
    ANDERSON_DARLING("anderson", 0.1, BELOW, NUMERICAL),
    CRAMER_VON_MISES("cramer_von_mises", 0.1, AT_MOST, NUMERICAL),
    /** One-sided as in Evidently: sees only that numbers became greater. */
    MANN_WHITNEY("mannw", 0.05, BELOW, NUMERICAL),
    MANN_WHITNEY_TWO_SIDED("mannw_two_sided", 0.05, BELOW, NUMERICAL),
    G("g_test", 0.1, BELOW, NUMERICAL, CATEGORICAL),
    FISHER("fisher_exact", 0.1, BELOW, NUMERICAL, CATEGORICAL),
    /** p-value of a permutation test; the statistic is the distance. */
    TOTAL_VARIATION("TVD", 0.1, BELOW, NUMERICAL, CATEGORICAL),
    /** p-value of a permutation test of at most 1,000 rows of each; the statistic is MMD². */
    MAXIMUM_MEAN_DISCREPANCY("empirical_mmd", 0.1, BELOW, NUMERICAL);

    /** Where a score stands to its threshold if there is drift. */
    enum Rule {
        AT_MOST,
        BELOW,
        AT_LEAST,
        ABOVE
    }

    private final String id;
    private final double threshold;
    private final Rule rule;
    private final Set<ColumnType> types;

    DriftMethod(String id, double threshold, Rule rule, ColumnType... types) {
        this.id = id;
        this.threshold = threshold;
        this.rule = rule;
        this.types = Set.of(types);
    }

    /** Evidently's name of it. */
    public String id() {
        return id;
    }

    /** @throws IllegalArgumentException if there is none of this name */
    public static DriftMethod of(String id) {
        for (DriftMethod method : values()) {
            if (method.id.equals(id)) {
                return method;
            }
        }
        throw new IllegalArgumentException("method: " + id + " (expected: one of "
                + String.join(", ", Arrays.stream(values()).map(DriftMethod::id).toList()) + ")");
    }

    /** Whether the score is a p-value; otherwise it is a distance. */
    public boolean hasPValue() {
        return rule == Rule.AT_MOST || rule == Rule.BELOW;
    }

    public double defaultThreshold() {
        return threshold;
    }

    public boolean takes(ColumnType type) {
        return types.contains(type);
    }

    public boolean drifted(double score, double limit) {
        return switch (rule) {
            case AT_MOST -> score <= limit;
            case BELOW -> score < limit;
            case AT_LEAST -> score >= limit;
            case ABOVE -> score > limit;
        };
    }

    /**
     * Evidently's choice: with 1,000 reference values or fewer Kolmogorov and Smirnov's test of numbers, χ² of categories and of
     * numbers with 5 different values or fewer, and Z where there are only two; with more, Wasserstein's distance of numbers, and
     * Jensen and Shannon's of categories and of such few numbers.
     */
    public static DriftMethod byDefault(Column reference, Column current) {
        boolean numbers = reference.type() == NUMERICAL;
        int distinct = Comparison.distinct(reference, current, FEW + 1);
        if (reference.size() > SMALL) {
            return numbers && distinct > FEW ? WASSERSTEIN : JENSEN_SHANNON;
        }
        if (numbers && distinct > FEW) {
            return KOLMOGOROV_SMIRNOV;
        }
        return distinct > 2 ? CHI_SQUARE : Z;
    }

    private static final int FEW = 5;
    private static final long SMALL = 1_000;

    /** What came out of a comparison: the p-value or distance that is held against the threshold, and the test's own statistic. */
    record Score(double score, double statistic) {
        static Score pValue(TestResult result) {
            return new Score(result.pValue(), result.statistic());
        }

        static Score distance(double distance) {
            return new Score(distance, distance);
        }
    }

    Score score(Comparison of) {
        return switch (this) {
            case KOLMOGOROV_SMIRNOV -> Score.pValue(KolmogorovSmirnov.test(of.reference(), of.current()));
            case CHI_SQUARE -> Score.pValue(CountTests.chiSquare(of.frequencies()));
            case Z -> Score.pValue(CountTests.proportions(of.frequencies()));
            case G -> Score.pValue(CountTests.g(of.frequencies()));
            case FISHER -> Score.pValue(CountTests.fisher(of.frequencies()));
            case ANDERSON_DARLING -> Score.pValue(AndersonDarlingTwoSample.test(of.reference(), of.current()));
            case CRAMER_VON_MISES -> Score.pValue(CramerVonMises.test(of.reference(), of.current()));
            case MANN_WHITNEY -> Score.pValue(RankTests.mannWhitney(of.reference(), of.current(), false));
            case MANN_WHITNEY_TWO_SIDED -> Score.pValue(RankTests.mannWhitney(of.reference(), of.current(), true));
            case TOTAL_VARIATION -> Score.pValue(Permutations.totalVariation(of.frequencies()));
            case MAXIMUM_MEAN_DISCREPANCY -> Score.pValue(MaximumMeanDiscrepancy.test(of.reference(), of.current()));
            case WASSERSTEIN -> Score.distance(Distances.wassersteinNormed(of.reference(), of.current()));
            case ENERGY -> Score.distance(Distances.energy(of.reference(), of.current()));
            case JENSEN_SHANNON -> Score.distance(Distances.jensenShannon(of.binned()));
            case PSI -> Score.distance(Distances.populationStability(of.binned()));
            case KULLBACK_LEIBLER -> Score.distance(Distances.kullbackLeibler(of.binned()));
            case HELLINGER -> Score.distance(Distances.hellinger(of.hellingerBinned()));
        };
    }
}
