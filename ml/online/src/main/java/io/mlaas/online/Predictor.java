package io.mlaas.online;

/** What answers for rows. A {@link Learner} is one, and so is its {@link Learner#snapshot() snapshot}. */
public interface Predictor extends AutoCloseable {

    Schema schema();

    /** Rows learned so far, of whatever weight. */
    long learned();

    /**
     * Predicts {@code rows} rows of {@code inputs} (row-major, as in {@link Batch}) into {@code predictions}, {@code
     * schema().outputs()} values a row: the numbers of a regression, or the probabilities of the classes in their order,
     * which add up to 1. What has learned nothing answers all the same.
     *
     * @throws BatchRefused for inputs that the schema does not allow; nothing is written then
     */
    void predict(int rows, double[] inputs, double[] predictions);

    default double[] predict(int rows, double[] inputs) {
        double[] predictions = new double[rows * schema().outputs()];
        predict(rows, inputs, predictions);
        return predictions;
    }

    /** Gives native memory back, where there is any. */
    @Override
    default void close() {}
}
