package io.mlaas.neural.evaluation;

/**
 * How far numbers were from the truth, over all samples and outputs.
 *
 * @param r2 coefficient of determination, mean over the outputs; 0 where the truth does not vary and is missed, 1 where
 *     it does not vary and is met, as scikit-learn's {@code r2_score}
 */
public record RegressionReport(double mse, double rmse, double mae, double r2) {

    /** @param truth one row per sample, {@code predicted} of the same shape */
    public static RegressionReport of(float[][] truth, float[][] predicted) {
        if (truth.length != predicted.length || truth.length == 0) {
            throw new IllegalArgumentException(
                    "predicted: " + predicted.length + " rows (expected: " + truth.length + ", and at least 1)");
        }
        int width = truth[0].length;
        double squares = 0;
        double absolutes = 0;
        double r2 = 0;
        for (int column = 0; column < width; column++) {
            double mean = 0;
            for (float[] row : truth) {
                mean += row[column];
            }
            mean /= truth.length;
            double residual = 0;
            double total = 0;
            for (int i = 0; i < truth.length; i++) {
                double error = (double) predicted[i][column] - truth[i][column];
                residual += error * error;
                absolutes += Math.abs(error);
                total += (truth[i][column] - mean) * (truth[i][column] - mean);
            }
            squares += residual;
            r2 += total == 0 ? (residual == 0 ? 1 : 0) : 1 - residual / total;
        }
        double count = (double) truth.length * width;
        return new RegressionReport(squares / count, Math.sqrt(squares / count), absolutes / count, r2 / width);
    }
}
