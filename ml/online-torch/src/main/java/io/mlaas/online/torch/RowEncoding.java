package io.mlaas.online.torch;

import io.mlaas.neural.network.ElementType;
import io.mlaas.online.Schema;

/** Rows as a network takes them: a nominal value is one-hot, unless the network takes whole numbers. */
final class RowEncoding {
    private final Schema schema;
    private final boolean asTheyAre;

    RowEncoding(Schema schema, ElementType type) {
        this.schema = schema;
        this.asTheyAre = type == ElementType.INT64;
    }

    /** Numbers that a network takes for one row. */
    int width() {
        int width = 0;
        for (int column = 0; column < schema.width(); column++) {
            width += columns(column);
        }
        return width;
    }

    private int columns(int column) {
        return asTheyAre ? 1 : Math.max(1, schema.values(column));
    }

    /** Writes one row of {@code inputs} to {@code into} from {@code at} on. */
    void encode(double[] inputs, int row, float[] into, int at) {
        int next = at;
        for (int column = 0; column < schema.width(); column++) {
            double value = inputs[row * schema.width() + column];
            int columns = columns(column);
            if (columns == 1) {
                into[next] = (float) value;
            } else {
                into[next + (int) value] = 1;
            }
            next += columns;
        }
    }

    float[] encode(int rows, double[] inputs) {
        int width = width();
        float[] encoded = new float[rows * width];
        for (int row = 0; row < rows; row++) {
            encode(inputs, row, encoded, row * width);
        }
        return encoded;
    }
}
