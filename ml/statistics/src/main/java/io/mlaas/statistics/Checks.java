package io.mlaas.statistics;

import java.util.Arrays;

/** What a sample must be before anything is computed from it. */
final class Checks {
    private Checks() {}

    /** A sorted copy. */
    static double[] sorted(double[] sample, int least) {
        sample(sample, least);
        double[] sorted = sample.clone();
        Arrays.sort(sorted);
        if (sorted[0] == sorted[sorted.length - 1]) {
            throw new IllegalArgumentException("sample: " + sorted[0] + " throughout (expected: values that differ)");
        }
        return sorted;
    }

    static void sample(double[] sample, int least) {
        if (sample.length < least) {
            throw new IllegalArgumentException(
                    "sample: " + sample.length + " values (expected: at least " + least + ")");
        }
        for (int i = 0; i < sample.length; i++) {
            if (!Double.isFinite(sample[i])) {
                throw new IllegalArgumentException("sample[" + i + "]: " + sample[i] + " (expected: a finite number)");
            }
        }
    }

    static void level(String name, double level) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException(name + ": " + level + " (expected: between 0 and 1)");
        }
    }
}
