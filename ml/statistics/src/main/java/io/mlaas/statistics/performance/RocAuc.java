package io.mlaas.statistics.performance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The area under the receiver operating characteristic: how probable a positive row has the higher score than a negative one,
 * ties counting half (Mann and Whitney's U over the number of pairs).
 *
 * @param value NaN where one of the classes is missing
 * @param error how far {@code value} may be off because scores were put into bins: half the pairs that share a bin; 0 where
 *     it is exact
 */
public record RocAuc(double value, double error) {
    /** Exact, from all scores. */
    public static RocAuc of(double[] scores, boolean[] positives) {
        Rows.sameLength("positives", positives.length, scores.length);
        for (double score : scores) {
            Rows.finite("score", score);
        }
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        long[][] tied = new long[scores.length][];
        int groups = 0;
        for (int i = 0; i < order.length; i++) {
            if (i == 0 || scores[order[i]] != scores[order[i - 1]]) {
                tied[groups++] = new long[2];
            }
            tied[groups - 1][positives[order[i]] ? 1 : 0]++;
        }
        return new RocAuc(ofGroups(Arrays.copyOf(tied, groups)).value, 0);
    }

    /** @param groups ascending by score: how many negatives and how many positives share a score, or a bin of scores */
    static RocAuc ofGroups(long[]... groups) {
        double won = 0;
        double tied = 0;
        long negatives = 0;
        long positives = 0;
        for (long[] group : groups) {
            won += (double) group[1] * negatives;
            tied += (double) group[1] * group[0];
            negatives += group[0];
            positives += group[1];
        }
        double pairs = (double) negatives * positives;
        return new RocAuc(pairs == 0 ? Double.NaN : (won + tied / 2) / pairs, pairs == 0 ? 0 : tied / 2 / pairs);
    }
}
