package io.mlaas.privacy.attack;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well members are told from others.
 *
 * @param auc the probability that a member's score is above another's; 0.5 is guessing
 * @param truePositivesAtOnePercent share of the members that is found while 1 % of the others at most is taken for members
 * @param truePositivesAtOnePerMille the same at 0.1 %
 */
public record AttackResult(double auc, double truePositivesAtOnePercent, double truePositivesAtOnePerMille) {

    /**
     * @param scores of each example, higher for likelier members
     * @param members who they are: some, and not all
     */
    public static AttackResult of(double[] scores, BitSet members) {
        int positive = members.get(0, scores.length).cardinality();
        int negative = scores.length - positive;
        if (positive == 0 || negative == 0) {
            throw new IllegalArgumentException("members: " + positive + " of " + scores.length
                    + " examples (expected: at least one, and one that is none)");
        }
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .mapToInt(i -> i)
                .toArray();
        double area = 0;
        double[] found = new double[2];
        double[] limits = {.01, .001};
        long taken = 0;
        long wrong = 0;
        for (int start = 0; start < order.length; ) {
            int end = start;
            long inside = 0;
            while (end < order.length && scores[order[end]] == scores[order[start]]) {
                inside += members.get(order[end++]) ? 1 : 0;
            }
            long others = end - start - inside;
            area += others * (taken + inside / 2.0);
            taken += inside;
            wrong += others;
            for (int i = 0; i < limits.length; i++) {
                if (wrong <= limits[i] * negative) {
                    found[i] = (double) taken / positive;
                }
            }
            start = end;
        }
        return new AttackResult(area / ((double) positive * negative), found[0], found[1]);
    }

    static void checkScores(double[] scores, int expected) {
        if (scores.length != expected || Arrays.stream(scores).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("scores: " + scores.length + ", "
                    + Arrays.stream(scores).filter(Double::isNaN).count() + " of them NaN (expected: " + expected
                    + " numbers)");
        }
    }
}
