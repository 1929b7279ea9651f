package io.mlaas.statistics.drift;

import io.mlaas.statistics.TestResult;
import java.util.SplittableRandom;

/** p-values by permuting which rows are of the reference, (1 + as extreme) / (1 + permutations), reproducible. */
final class Permutations {
    private static final long SEED = 1;
    private static final int MOST = 1_000;
    private static final int LEAST = 100;
    private static final double ROWS = 2e7;

    private Permutations() {}

    /** Of 1,000 permutations; of large columns fewer, down to 100, so that 20 million rows are drawn at most. */
    static TestResult totalVariation(Frequencies frequencies) {
        double observed = Distances.totalVariation(frequencies);
        int n = Math.toIntExact((long) frequencies.referenceSize());
        int m = Math.toIntExact((long) frequencies.currentSize());
        int[] rows = rows(frequencies, Math.addExact(n, m));
        int drawn = Math.min(n, m);
        int permutations = (int) Math.clamp(ROWS / drawn, LEAST, MOST);
        SplittableRandom random = new SplittableRandom(SEED);
        int extreme = 0;
        for (int i = 0; i < permutations; i++) {
            draw(rows, drawn, random);
            // a hair less, as the sums of shares round differently
            extreme += distance(rows, drawn, frequencies) >= observed * (1 - 1e-12) ? 1 : 0;
        }
        return new TestResult(observed, (1.0 + extreme) / (1 + permutations));
    }

    private static int[] rows(Frequencies frequencies, int size) {
        int[] rows = new int[size];
        int at = 0;
        for (int category = 0; category < frequencies.categories(); category++) {
            long count = frequencies.reference(category) + frequencies.current(category);
            for (long k = 0; k < count; k++) {
                rows[at++] = category;
            }
        }
        return rows;
    }

    /** Brings random rows to the front. */
    private static void draw(int[] rows, int count, SplittableRandom random) {
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, rows.length);
            int row = rows[i];
            rows[i] = rows[other];
            rows[other] = row;
        }
    }

    private static double distance(int[] rows, int drawn, Frequencies all) {
        long[] first = new long[all.categories()];
        for (int i = 0; i < drawn; i++) {
            first[rows[i]]++;
        }
        long[] second = new long[first.length];
        for (int i = 0; i < first.length; i++) {
            second[i] = all.reference(i) + all.current(i) - first[i];
        }
        return Distances.totalVariation(new Frequencies(first, second));
    }
}
