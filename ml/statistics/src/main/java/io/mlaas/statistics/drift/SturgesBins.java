package io.mlaas.statistics.drift;

/**
 * Bins of equal width by Sturges' rule, with the edges and the boundaries of numpy's {@code histogram_bin_edges(bins="sturges")}
 * of floating point numbers: each bin is closed below and open above, the last one closed.
 */
final class SturgesBins {
    private SturgesBins() {}

    /** Edges for numbers from {@code least} to {@code greatest}, {@code size} of them. */
    static double[] edges(double least, double greatest, long size) {
        double range = greatest - least;
        if (!Double.isFinite(range)) {
            throw new IllegalArgumentException(
                    "values: from " + least + " to " + greatest + " (expected: a range that is a finite number)");
        }
        if (range == 0) {
            return new double[] {least - 0.5, greatest + 0.5};
        }
        double width = range / (log2(size) + 1);
        int bins = width == 0 ? 1 : (int) Math.ceil(range / width);
        double step = range / bins;
        double[] edges = new double[bins + 1];
        for (int i = 0; i < bins; i++) {
            edges[i] = i * step + least;
        }
        edges[bins] = greatest;
        return edges;
    }

    private static double log2(long size) {
        return Long.bitCount(size) == 1
                ? (double) Long.numberOfTrailingZeros(size)
                : Math.log((double) size) / Math.log(2);
    }

    static long[] counts(double[] sorted, double[] edges) {
        long[] counts = new long[edges.length - 1];
        int from = below(sorted, edges[0]);
        for (int i = 0; i < counts.length; i++) {
            boolean last = i == counts.length - 1;
            int to = last ? below(sorted, Math.nextUp(edges[i + 1])) : below(sorted, edges[i + 1]);
            counts[i] = (long) to - from;
            from = to;
        }
        return counts;
    }

    /** How many of the sorted numbers are less than the limit. */
    private static int below(double[] sorted, double limit) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
