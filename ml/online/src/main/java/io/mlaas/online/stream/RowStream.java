package io.mlaas.online.stream;

import io.mlaas.online.Batch;
import io.mlaas.online.Schema;

/** An endless stream of rows, the same for the same settings and seed. */
public interface RowStream {

    Schema schema();

    /**
     * Writes the inputs of the next row.
     *
     * @param inputs {@code schema().width()} values
     * @return the class of the row
     */
    int next(double[] inputs);

    /** The next rows. */
    default Batch next(int rows) {
        int width = schema().width();
        double[] inputs = new double[rows * width];
        double[] targets = new double[rows];
        double[] row = new double[width];
        for (int i = 0; i < rows; i++) {
            targets[i] = next(row);
            System.arraycopy(row, 0, inputs, i * width, width);
        }
        return new Batch(rows, inputs, targets);
    }
}
