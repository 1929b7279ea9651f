package io.mlaas.transform.step;

import io.mlaas.transform.row.Row;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A step at work: what it remembers, and what it does with the next row. */
public interface Processor {
    /** @throws RowRejectedException before anything of the state has changed */
    void accept(Row row, Output next) throws RowRejectedException;

    /** Event time has come so far (nanoseconds since 1970) though no row said so. */
    default void advance(long time, Output next) {}

    default void write(DataOutput out) throws IOException {}

    /** Reads what {@link #write} of a processor of the same step wrote. */
    default void restore(DataInput in) throws IOException {}
}
