package io.mlaas.statistics.skew;

import io.mlaas.statistics.skew.ColumnFacts.Run;

/** Equal numbers on end. */
public final class Runs {
    private Runs() {}

    /** Missing ones end a run. */
    public static Run longest(double... values) {
        int[] all = new int[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        return longest(values, all, 0, all.length, "");
    }

    /**
     * Of one stream among others.
     *
     * @param order places of values in the order of time, of which those between {@code from} and {@code to} are the stream's
     * @param of whose stream it is
     */
    public static Run longest(double[] values, int[] order, int from, int to, String of) {
        int length = 0;
        double value = Double.NaN;
        int first = from;
        for (int i = from; i < to; i++) {
            double next = values[order[i]];
            if (next != values[order[first]]) {
                first = i;
            }
            if (i - first + 1 > length && !Double.isNaN(next)) {
                length = i - first + 1;
                value = next;
            }
        }
        return new Run(length, value, to - from, of);
    }
}
