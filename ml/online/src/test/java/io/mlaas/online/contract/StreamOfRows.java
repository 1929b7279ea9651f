package io.mlaas.online.contract;

import io.mlaas.online.Batch;
import io.mlaas.online.Schema;
import java.util.SplittableRandom;

/** Seeded rows for any schema, whose targets depend on the sum of the inputs, with a little noise. */
public final class StreamOfRows {
    private StreamOfRows() {}

    /** Numbers are uniform in [-1, 1]. */
    public static Batch batch(Schema schema, int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = schema.width();
        double[] inputs = new double[rows * width];
        double[] targets = new double[rows * schema.target().width()];
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int column = 0; column < width; column++) {
                int values = schema.values(column);
                double value = values == 0 ? random.nextDouble(-1, 1) : random.nextInt(values);
                inputs[row * width + column] = value;
                sum += values == 0 ? value : 2 * value / (values - 1) - 1;
            }
            writeTargets(schema, targets, row, sum / Math.sqrt(width) + random.nextDouble(-0.05, 0.05));
        }
        return new Batch(rows, inputs, targets);
    }

    private static void writeTargets(Schema schema, double[] targets, int row, double score) {
        if (schema.classifies()) {
            int classes = schema.outputs();
            targets[row] = Math.clamp((int) Math.floor((score + 1) / 2 * classes), 0, classes - 1);
            return;
        }
        int outputs = schema.outputs();
        for (int k = 0; k < outputs; k++) {
            targets[row * outputs + k] = score * (k + 1) + k;
        }
    }
}
