package io.mlaas.statistics.drift;

import java.util.Arrays;

/**
 * Sorts numbers by their digits (a radix sort of 11 bits a pass, least significant first), which takes about half the time of
 * {@link Arrays#sort(double[])} from some ten thousand numbers on. No NaN.
 */
final class DoubleSort {
    private static final int FEW = 1 << 14;
    private static final int BITS = 11;
    private static final int BUCKETS = 1 << BITS;
    private static final int PASSES = 6;

    private DoubleSort() {}

    static void sort(double[] values) {
        if (values.length < FEW || ascending(values)) {
            Arrays.sort(values);
            return;
        }
        int[][] counts = new int[PASSES][BUCKETS];
        long[] from = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            long key = key(values[i]);
            from[i] = key;
            for (int pass = 0; pass < PASSES; pass++) {
                counts[pass][digit(key, pass)]++;
            }
        }
        long[] to = new long[values.length];
        for (int pass = 0; pass < PASSES; pass++) {
            if (counts[pass][digit(from[0], pass)] == values.length) {
                continue; // a digit that all share
            }
            scatter(from, to, counts[pass], pass);
            long[] swapped = from;
            from = to;
            to = swapped;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = value(from[i]);
        }
    }

    private static boolean ascending(double[] values) {
        for (int i = 1; i < values.length; i++) {
            if (values[i] < values[i - 1]) {
                return false;
            }
        }
        return true;
    }

    private static void scatter(long[] from, long[] to, int[] count, int pass) {
        int start = 0;
        for (int digit = 0; digit < BUCKETS; digit++) {
            int length = count[digit];
            count[digit] = start;
            start += length;
        }
        for (long key : from) {
            to[count[digit(key, pass)]++] = key;
        }
    }

    private static int digit(long key, int pass) {
        return (int) (key >>> (pass * BITS)) & (BUCKETS - 1);
    }

    /** As an unsigned number in the order of the doubles: negative ones are inverted, others get the sign bit. */
    private static long key(double value) {
        long bits = Double.doubleToRawLongBits(value);
        return bits ^ ((bits >> 63) | Long.MIN_VALUE);
    }

    private static double value(long key) {
        return Double.longBitsToDouble(key ^ ((~key >> 63) | Long.MIN_VALUE));
    }
}
