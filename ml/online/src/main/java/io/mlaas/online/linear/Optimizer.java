package io.mlaas.online.linear;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How the weights move for one row. Keeps what it has to remember beside the weights. */
interface Optimizer {
    /** Larger derivatives are cut off: one row may not throw a model away. */
    double LARGEST_DERIVATIVE = 1e12;

    /** @param row counts from 1 */
    default void startRow(long row) {}

    /**
     * Moves the weights of one margin.
     *
     * @param y -1 or 1, or the number to predict
     * @param derivative of the loss with respect to the margin, cut off
     * @param weight of the row
     */
    void step(OneHotRow row, int margin, double p, double y, double derivative, double weight);

    /** @param loss of the row, before the step */
    default void endRow(double loss) {}

    /** A margin was added to the weights. */
    default void grow() {}

    default void writeState(DataOutput out) throws IOException {}

    default void readState(DataInput in) throws IOException {}

    /** The field of its configuration that is the rate of learning; null if it has none. */
    default @Nullable String rateField() {
        return null;
    }

    /** The weights and what was kept beside them are of the same optimiser with another rate: it goes on from them. */
    default void rateChanged() {}
}
