package io.mlaas.onnx.numeric;

/** Products of matrices, some rows and columns at a time, so that memory beside the result is bounded. */
final class MatrixProduct {
    /** Rows of the first matrix, and rows and columns of the second, that are multiplied at a time. */
    private static final int ROWS = 256;

    private static final int DEPTH = 128;
    private static final int COLUMNS = 512;

    private MatrixProduct() {}

    /**
     * @param a (…, m, k), {@code count} matrices altogether
     * @param b (…, k, n), as many
     */
    static double[] of(Array a, Array b, int count) {
        int m = a.size(-2);
        int k = a.size(-1);
        int n = b.size(-1);
        double[] result = new double[count * m * n];
        for (int matrix = 0; matrix < count; matrix++) {
            for (int from = 0; from < m; from += ROWS) {
                double[][] factors = new double[Math.min(ROWS, m - from)][];
                for (int i = 0; i < factors.length; i++) {
                    factors[i] = a.row((matrix * m + from + i) * k, k);
                }
                for (int column = 0; column < n; column += COLUMNS) {
                    int width = Math.min(COLUMNS, n - column);
                    double[][] sums = columns(factors, b, matrix * k * n + column, width);
                    for (int i = 0; i < sums.length; i++) {
                        System.arraycopy(sums[i], 0, result, (matrix * m + from + i) * n + column, width);
                    }
                }
            }
        }
        return result;
    }

    /** Some rows times some columns of a matrix, which begin at {@code at}. */
    private static double[][] columns(double[][] factors, Array b, int at, int width) {
        double[][] sums = new double[factors.length][width];
        int depth = factors[0].length;
        double[][] rows = new double[Math.min(DEPTH, depth)][width];
        for (int first = 0; first < depth; first += DEPTH) {
            int count = Math.min(DEPTH, depth - first);
            for (int i = 0; i < count; i++) {
                b.copy(at + (first + i) * b.size(-1), rows[i], 0, width);
            }
            RowSums.add(sums, factors, first, rows, count, width);
        }
        return sums;
    }
}
