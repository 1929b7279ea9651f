package io.mlaas.transform.step;

import io.mlaas.transform.row.Column;

/**
 * The way back of one column through one step. Its parameters are taken when a sample is made, so that a prediction from
 * that sample is scaled back as the sample was scaled, whatever has been learnt since.
 */
public interface Inversion {
    /** The step left the column as it was. */
    Inversion IDENTITY = new Inversion() {};

    /** What the step did cannot be undone: the way back ends behind it. */
    Inversion BARRIER = new Inversion() {};

    /** How many parameters there are. */
    default int parameters() {
        return 0;
    }

    default void parameters(Processor processor, double[] into, int at) {}

    /** The number behind the step, from the number before it. */
    default double apply(double value, double[] parameters, int at) {
        return value;
    }

    /** The number before the step, from the number behind it. */
    default double invert(double value, double[] parameters, int at) {
        return value;
    }

    /** The column as it was before the step. */
    default Column before(Column behind) {
        return behind;
    }

    /** The text that a predicted vector of scores or index means; empty where the column is numbers. */
    default String label(double[] values) {
        return "";
    }
}
