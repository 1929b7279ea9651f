package io.mlaas.statistics.drift;

import io.mlaas.statistics.TestResult;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Maximum mean discrepancy between two samples of rows (Gretton et al. 2012): the unbiased MMD² with the kernel exp(-‖x-y‖²/(2σ²)),
 * σ² half the median of the squared distances between rows of the reference, and a p-value by permutation,
 * (1 + as extreme) / (1 + permutations). It finds what no single column shows. Memory and time grow with the square of the rows.
 *
 * @param squared MMD²; may be below 0
 * @param sigmaSquared the kernel's σ²
 * @param pValue of the permutations
 */
public record MaximumMeanDiscrepancy(double squared, double sigmaSquared, double pValue) {
    private static final int ROWS = 1_000;
    private static final int PERMUTATIONS = 100;
    private static final long SEED = 1;
    private static final int LEAST = 2;

    /**
     * @param reference rows, all as long; scale the columns first if they have different units
     * @param current rows
     * @param permutations such as 100
     * @param seed of the permutations
     */
    public static MaximumMeanDiscrepancy test(double[][] reference, double[][] current, int permutations, long seed) {
        check(reference, current, permutations);
        double[][] rows = Arrays.copyOf(reference, reference.length + current.length);
        System.arraycopy(current, 0, rows, reference.length, current.length);
        double sigmaSquared = sigmaSquared(reference);
        double[][] kernel = kernel(rows, sigmaSquared);
        int[] order = new int[rows.length];
        Arrays.setAll(order, i -> i);
        double observed = squared(kernel, order, reference.length);
        SplittableRandom random = new SplittableRandom(seed);
        int extreme = 0;
        for (int i = 0; i < permutations; i++) {
            shuffle(order, random);
            extreme += squared(kernel, order, reference.length) >= observed ? 1 : 0;
        }
        return new MaximumMeanDiscrepancy(observed, sigmaSquared, (1.0 + extreme) / (1 + permutations));
    }

    /** Of one column, of every k-th of the sorted numbers where there are more than 1,000. */
    static TestResult test(NumericalColumn reference, NumericalColumn current) {
        MaximumMeanDiscrepancy result = test(rows(reference), rows(current), PERMUTATIONS, SEED);
        return new TestResult(result.squared, result.pValue);
    }

    private static double[][] rows(NumericalColumn column) {
        double[] sorted = column.sorted();
        int count = Math.min(ROWS, sorted.length);
        double[][] rows = new double[count][];
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) i * sorted.length / count);
            int to = (int) ((i + 1L) * sorted.length / count);
            rows[i] = new double[] {sorted[random.nextInt(from, to)]};
        }
        return rows;
    }

    private static void check(double[][] reference, double[][] current, int permutations) {
        if (Math.min(reference.length, current.length) < LEAST) {
            throw new IllegalArgumentException("reference and current: " + reference.length + " and " + current.length
                    + " rows (expected: at least " + LEAST + " each)");
        }
        if (permutations < 1) {
            throw new IllegalArgumentException("permutations: " + permutations + " (expected: >= 1)");
        }
        Rows.check("reference", reference, reference[0].length);
        Rows.check("current", current, reference[0].length);
    }

    private static double sigmaSquared(double[][] rows) {
        int n = rows.length;
        double[] distances = new double[Math.multiplyExact(n, n - 1) / 2];
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                distances[at++] = distance(rows[i], rows[j]);
            }
        }
        Arrays.sort(distances);
        // each distance stands twice in the matrix, after the n zeros of its diagonal
        double median = distances[Math.max(0, (n * (n - 1) / 2 - 1) / 2)];
        return median > 0 ? median / 2 : 0.5;
    }

    private static double distance(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - y[i]) * (x[i] - y[i]);
        }
        return sum;
    }

    private static double[][] kernel(double[][] rows, double sigmaSquared) {
        double[][] kernel = new double[rows.length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < i; j++) {
                kernel[i][j] = Math.exp(-distance(rows[i], rows[j]) / (2 * sigmaSquared));
                kernel[j][i] = kernel[i][j];
            }
        }
        return kernel;
    }

    /** The first n of the order are one sample, the others the other. The diagonal is 0 and adds nothing. */
    private static double squared(double[][] kernel, int[] order, int n) {
        boolean[] first = new boolean[order.length];
        for (int i = 0; i < n; i++) {
            first[order[i]] = true;
        }
        double within = 0;
        double between = 0;
        double all = 0;
        for (int i = 0; i < order.length; i++) {
            double mine = 0;
            double row = 0;
            for (int j = 0; j < i; j++) {
                row += kernel[i][j];
                mine += first[j] ? kernel[i][j] : 0;
            }
            all += row;
            within += first[i] ? mine : 0;
            between += first[i] ? row - mine : mine;
        }
        double m = order.length - n;
        return 2 * within / ((double) n * (n - 1))
                + 2 * (all - within - between) / (m * (m - 1))
                - 2 * between / (n * m);
    }

    private static void shuffle(int[] order, SplittableRandom random) {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
    }
}
