package io.mlaas.statistics.drift;

import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;

/** How often each of the same categories, or bins, occurs in the reference and in the current data. */
public final class Frequencies {
    private static final double LEAST = 0.0001;
    private static final double LESS = 1e6;

    private final long[] reference;
    private final long[] current;

    /**
     * @param reference counts, one for each category
     * @param current counts, in the same order
     */
    public Frequencies(long[] reference, long[] current) {
        if (reference.length != current.length || reference.length == 0) {
            throw new IllegalArgumentException("current: " + current.length
                    + " counts (expected: as many as the reference's " + reference.length + ", and at least 1)");
        }
        check("reference", reference);
        check("current", current);
        this.reference = reference.clone();
        this.current = current.clone();
    }

    private static void check(String name, long[] counts) {
        for (long count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException(name + ": a count of " + count + " (expected: >= 0)");
            }
        }
        if (Arrays.stream(counts).sum() == 0) {
            throw new IllegalArgumentException(name + ": 0 values (expected: at least 1)");
        }
    }

    /** One for each category that occurs in either, in the order of their names. */
    static Frequencies of(CategoricalColumn reference, CategoricalColumn current) {
        SortedSet<String> categories = new TreeSet<>(reference.counts().keySet());
        categories.addAll(current.counts().keySet());
        return new Frequencies(counts(reference, categories), counts(current, categories));
    }

    private static long[] counts(CategoricalColumn column, SortedSet<String> categories) {
        return categories.stream()
                .mapToLong(category -> column.counts().getOrDefault(category, 0L))
                .toArray();
    }

    /** One for each number that occurs in either, in ascending order. */
    static Frequencies ofDistinct(double[] reference, double[] current) {
        long[] inReference = new long[16];
        long[] inCurrent = new long[16];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < reference.length || j < current.length) {
            double value = j == current.length || (i < reference.length && reference[i] <= current[j])
                    ? reference[i]
                    : current[j];
            if (size == inReference.length) {
                inReference = Arrays.copyOf(inReference, 2 * size);
                inCurrent = Arrays.copyOf(inCurrent, 2 * size);
            }
            for (; i < reference.length && reference[i] == value; i++) {
                inReference[size]++;
            }
            for (; j < current.length && current[j] == value; j++) {
                inCurrent[size]++;
            }
            size++;
        }
        return new Frequencies(Arrays.copyOf(inReference, size), Arrays.copyOf(inCurrent, size));
    }

    static Frequencies ofBins(double[] reference, double[] current, double[] edges) {
        return new Frequencies(SturgesBins.counts(reference, edges), SturgesBins.counts(current, edges));
    }

    long reference(int category) {
        return reference[category];
    }

    long current(int category) {
        return current[category];
    }

    int categories() {
        return reference.length;
    }

    double referenceSize() {
        return Arrays.stream(reference).sum();
    }

    double currentSize() {
        return Arrays.stream(current).sum();
    }

    double[] referenceShares() {
        return shares(reference);
    }

    double[] currentShares() {
        return shares(current);
    }

    private static double[] shares(long[] counts) {
        double size = Arrays.stream(counts).sum();
        return Arrays.stream(counts).mapToDouble(count -> count / size).toArray();
    }

    /** Shares with 0.0001 in place of 0, or a millionth of the least share if that is not above 0.0001. */
    static double[] withoutZeros(double[] shares) {
        double least = Arrays.stream(shares).filter(share -> share > 0).min().orElse(1);
        double instead = least <= LEAST ? least / LESS : LEAST;
        return Arrays.stream(shares).map(share -> share == 0 ? instead : share).toArray();
    }
}
