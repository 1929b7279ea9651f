package io.mlaas.online.linear;

import io.mlaas.online.Schema;

/**
 * One row as the learner sees it: a number stays itself, a nominal input becomes as many columns as it has values, of which
 * one is 1. Only the columns that are not those zeros are listed.
 */
final class OneHotRow {
    private final int width;
    private final int[] values; // of each input column, 0 for a number
    private final int[] offsets;
    private final int columns;

    final int[] index;
    final double[] value;

    OneHotRow(Schema schema) {
        width = schema.width();
        values = new int[width];
        offsets = new int[width];
        int next = 0;
        for (int i = 0; i < width; i++) {
            values[i] = schema.values(i);
            offsets[i] = next;
            next += Math.max(1, values[i]);
        }
        columns = next;
        index = offsets.clone();
        value = new double[width];
    }

    /** Columns after the encoding. */
    int columns() {
        return columns;
    }

    void read(double[] inputs, int row) {
        int start = row * width;
        for (int i = 0; i < width; i++) {
            double given = inputs[start + i];
            if (values[i] == 0) {
                value[i] = given;
            } else {
                index[i] = offsets[i] + (int) given;
                value[i] = 1;
            }
        }
    }

    double squaredNorm() {
        double sum = 0;
        for (double each : value) {
            sum += each * each;
        }
        return sum;
    }
}
