package io.mlaas.statistics.drift;

/** What rows must be before they are compared. */
final class Rows {
    private Rows() {}

    static void check(String name, double[][] rows, int width) {
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != width) {
                throw new IllegalArgumentException(
                        name + "[" + i + "]: " + rows[i].length + " values (expected: " + width + ")");
            }
            for (int j = 0; j < width; j++) {
                if (!Double.isFinite(rows[i][j])) {
                    throw new IllegalArgumentException(
                            name + "[" + i + "][" + j + "]: " + rows[i][j] + " (expected: a finite number)");
                }
            }
        }
    }
}
