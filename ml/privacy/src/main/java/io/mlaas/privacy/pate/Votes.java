package io.mlaas.privacy.pate;

import java.util.stream.IntStream;

/** How many teachers voted for each class. One teacher's data sets one vote. */
public final class Votes {
    private final int[] counts;

    private Votes(int[] counts) {
        this.counts = counts;
    }

    /** @param counts the votes of each class, 2 classes or more, none negative */
    public static Votes of(int... counts) {
        if (counts.length < 2) {
            throw new IllegalArgumentException("votes: " + counts.length + " classes (expected: 2 or more)");
        }
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] < 0) {
                throw new IllegalArgumentException("votes[" + i + "]: " + counts[i] + " (expected: 0 or more)");
            }
        }
        return new Votes(counts.clone());
    }

    /**
     * @param labels what each teacher says
     * @param classes how many there are
     */
    public static Votes count(int[] labels, int classes) {
        int[] counts = new int[classes];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        "labels[" + i + "]: " + labels[i] + " (expected: from 0 to " + (classes - 1) + ")");
            }
            counts[labels[i]]++;
        }
        return of(counts);
    }

    public int classes() {
        return counts.length;
    }

    public int count(int label) {
        return counts[label];
    }

    public int teachers() {
        return IntStream.of(counts).sum();
    }

    /** The class with most votes, the first of several. */
    public int plurality() {
        int best = 0;
        for (int i = 1; i < counts.length; i++) {
            if (counts[i] > counts[best]) {
                best = i;
            }
        }
        return best;
    }

    /** By how many votes the plurality is before each other class. */
    double[] gaps() {
        int best = plurality();
        return IntStream.range(0, counts.length)
                .filter(i -> i != best)
                .mapToDouble(i -> counts[best] - counts[i])
                .toArray();
    }
}
