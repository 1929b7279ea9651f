package io.mlaas.online.tree;

import io.mlaas.online.Schema;

/**
 * Where a leaf keeps what it knows of each input it watches: a block for each input, all blocks once for each class. A
 * number's block is weight, mean, sum of squared deviations, least, most; a nominal input's the weight of each value.
 */
final class LeafLayout {
    static final int WEIGHT = 0;
    static final int MEAN = 1;
    static final int SQUARES = 2;
    static final int LEAST = 3;
    static final int MOST = 4;
    private static final int NUMERIC_BLOCK = 5;

    private final int[] columns;
    private final int[] values;
    private final int[] offsets;
    private final int stride;

    /** @param columns of the schema that are watched */
    LeafLayout(Schema schema, int[] columns) {
        this.columns = columns;
        values = new int[columns.length];
        offsets = new int[columns.length];
        int next = 0;
        for (int i = 0; i < columns.length; i++) {
            values[i] = schema.values(columns[i]);
            offsets[i] = next;
            next += values[i] == 0 ? NUMERIC_BLOCK : values[i];
        }
        stride = next;
    }

    /** How many inputs are watched. */
    int watched() {
        return columns.length;
    }

    int column(int i) {
        return columns[i];
    }

    int[] columns() {
        return columns;
    }

    boolean numeric(int i) {
        return values[i] == 0;
    }

    int values(int i) {
        return values[i];
    }

    /** Numbers kept for one class. */
    int stride() {
        return stride;
    }

    /** Where the block of an input begins. */
    int block(int i, int label) {
        return label * stride + offsets[i];
    }
}
