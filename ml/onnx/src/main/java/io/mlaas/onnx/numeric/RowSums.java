package io.mlaas.onnx.numeric;

/**
 * The loop in which products of matrices spend their time: {@code sums[i] += Σ factors[i][k] · rows[k]}.
 *
 * <p>Each row is an array of its own and each index is the loop's own: only then does HotSpot know that two rows are the
 * same or apart, and computes several columns at once. Four rows of sums share what they load of four rows of the other
 * matrix.
 */
final class RowSums {
    private static final int TOGETHER = 4;

    private RowSums() {}

    /**
     * @param factors of each row of sums, from {@code first} on for the first of {@code rows}
     * @param depth how many rows there are
     * @param width columns that are computed
     */
    static void add(double[][] sums, double[][] factors, int first, double[][] rows, int depth, int width) {
        int paired = sums.length - sums.length % TOGETHER;
        for (int i = 0; i < paired; i += TOGETHER) {
            int k = 0;
            for (; k + TOGETHER <= depth; k += TOGETHER) {
                four(sums, factors, i, first + k, rows, k, width);
            }
            for (int row = i; row < i + TOGETHER; row++) {
                rest(sums[row], factors[row], first, rows, k, depth, width);
            }
        }
        for (int i = paired; i < sums.length; i++) {
            int k = 0;
            for (; k + TOGETHER <= depth; k += TOGETHER) {
                one(sums[i], factors[i], first + k, rows, k, width);
            }
            rest(sums[i], factors[i], first, rows, k, depth, width);
        }
    }

    private static void four(
            double[][] sums, double[][] factors, int sum, int factor, double[][] rows, int row, int width) {
        double[] x0 = rows[row];
        double[] x1 = rows[row + 1];
        double[] x2 = rows[row + 2];
        double[] x3 = rows[row + 3];
        double[] a = factors[sum];
        double[] b = factors[sum + 1];
        double[] c = factors[sum + 2];
        double[] d = factors[sum + 3];
        add(
                sums[sum],
                a[factor],
                a[factor + 1],
                a[factor + 2],
                a[factor + 3],
                sums[sum + 1],
                b[factor],
                b[factor + 1],
                b[factor + 2],
                b[factor + 3],
                sums[sum + 2],
                c[factor],
                c[factor + 1],
                c[factor + 2],
                c[factor + 3],
                sums[sum + 3],
                d[factor],
                d[factor + 1],
                d[factor + 2],
                d[factor + 3],
                x0,
                x1,
                x2,
                x3,
                width);
    }

    private static void add(
            double[] a,
            double a0,
            double a1,
            double a2,
            double a3,
            double[] b,
            double b0,
            double b1,
            double b2,
            double b3,
            double[] c,
            double c0,
            double c1,
            double c2,
            double c3,
            double[] d,
            double d0,
            double d1,
            double d2,
            double d3,
            double[] rowX0,
            double[] rowX1,
            double[] rowX2,
            double[] rowX3,
            int width) {
        for (int j = 0; j < width; j++) {
            double x0 = rowX0[j];
            double x1 = rowX1[j];
            double x2 = rowX2[j];
            double x3 = rowX3[j];
            a[j] = Math.fma(a3, x3, Math.fma(a2, x2, Math.fma(a1, x1, Math.fma(a0, x0, a[j]))));
            b[j] = Math.fma(b3, x3, Math.fma(b2, x2, Math.fma(b1, x1, Math.fma(b0, x0, b[j]))));
            c[j] = Math.fma(c3, x3, Math.fma(c2, x2, Math.fma(c1, x1, Math.fma(c0, x0, c[j]))));
            d[j] = Math.fma(d3, x3, Math.fma(d2, x2, Math.fma(d1, x1, Math.fma(d0, x0, d[j]))));
        }
    }

    private static void one(double[] sums, double[] factors, int factor, double[][] rows, int row, int width) {
        double a0 = factors[factor];
        double a1 = factors[factor + 1];
        double a2 = factors[factor + 2];
        double a3 = factors[factor + 3];
        double[] x0 = rows[row];
        double[] x1 = rows[row + 1];
        double[] x2 = rows[row + 2];
        double[] x3 = rows[row + 3];
        for (int j = 0; j < width; j++) {
            sums[j] = Math.fma(a3, x3[j], Math.fma(a2, x2[j], Math.fma(a1, x1[j], Math.fma(a0, x0[j], sums[j]))));
        }
    }

    private static void rest(double[] sums, double[] factors, int first, double[][] rows, int from, int to, int width) {
        for (int k = from; k < to; k++) {
            add(sums, factors[first + k], rows[k], width);
        }
    }

    /** {@code sums += factor · row} */
    static void add(double[] sums, double factor, double[] row, int width) {
        for (int j = 0; j < width; j++) {
            sums[j] = Math.fma(factor, row[j], sums[j]);
        }
    }

    /** {@code sums += factors · row}, column by column. */
    static void add(double[] sums, double[] factors, double[] row, int width) {
        for (int j = 0; j < width; j++) {
            sums[j] = Math.fma(factors[j], row[j], sums[j]);
        }
    }
}
