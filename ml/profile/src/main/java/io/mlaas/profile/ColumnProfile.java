package io.mlaas.profile;

import java.io.DataOutput;
import java.io.IOException;

/** What is kept of one column's values. */
public sealed interface ColumnProfile permits NumericProfile, CategoricalProfile {
    /** Values, missing ones included. */
    long rows();

    long missing();

    /** How many different values there were: exact for few, from some thousand on within about 5 % (two standard errors). */
    double distinct();

    /** Counts one missing value. */
    void addMissing();

    /** An independent copy. */
    ColumnProfile copy();

    /** An empty profile of the same kind and accuracy. */
    ColumnProfile empty();

    /**
     * Takes in what the other one saw; the other one stays as it is.
     *
     * @throws IllegalArgumentException where the other one is of another kind
     */
    void merge(ColumnProfile other);

    void write(DataOutput out) throws IOException;
}
