package io.mlaas.statistics.estimation;

/**
 * Random splits of rows of two classes into a train part and a tenth to test with, both classes in proportion: the very ones of
 * scikit-learn's {@code StratifiedShuffleSplit(test_size=0.1, random_state=42)}, with NumPy's Mersenne twister, so that what is
 * decided by them is decided as NannyML does.
 */
final class StratifiedSplits {
    private static final int SEED = 42;
    private static final int TENTH = 10;

    private final boolean[] positive;
    private final int[][] members;
    private final MersenneTwister random = new MersenneTwister(SEED);

    StratifiedSplits(boolean... positive) {
        this.positive = positive;
        int positives = 0;
        for (boolean one : positive) {
            positives += one ? 1 : 0;
        }
        members = new int[][] {new int[positive.length - positives], new int[positives]};
        int[] size = new int[2];
        for (int i = 0; i < positive.length; i++) {
            int which = positive[i] ? 1 : 0;
            members[which][size[which]++] = i;
        }
    }

    int tested() {
        return (positive.length + TENTH - 1) / TENTH;
    }

    /** The next split: which rows are tested. */
    boolean[] next() {
        int rows = positive.length;
        int[] all = {members[0].length, members[1].length};
        int[] train = proportion(all, rows - tested());
        int[] test = proportion(new int[] {all[0] - train[0], all[1] - train[1]}, tested());
        boolean[] tested = new boolean[rows];
        for (int which = 0; which < 2; which++) {
            int[] order = random.permutation(all[which]);
            for (int i = train[which]; i < train[which] + test[which]; i++) {
                tested[members[which][order[i]]] = true;
            }
        }
        random.permutation(rows - tested()); // scikit-learn shuffles both parts once more
        random.permutation(tested());
        return tested;
    }

    /** How many of each class, by their counts; what is left over goes to the greater remainder, by lot if they are the same. */
    private int[] proportion(int[] counts, int wanted) {
        double sum = counts[0] + (double) counts[1];
        double first = counts[0] / sum * wanted;
        double second = counts[1] / sum * wanted;
        int[] parts = {(int) first, (int) second};
        int missing = wanted - parts[0] - parts[1];
        double ofFirst = first - parts[0];
        double ofSecond = second - parts[1];
        if (missing == 1) {
            int which = ofFirst > ofSecond ? 0 : ofSecond > ofFirst ? 1 : random.permutation(2)[0];
            parts[which]++;
        } else if (missing == 2) {
            parts[0]++;
            parts[1]++;
        }
        return parts;
    }
}
