package io.mlaas.statistics.stream;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Watches one stream of numbers. After a drift it begins again with the next number. */
public sealed interface DriftDetector permits Adwin, PageHinkley, Kswin, Ddm {

    /**
     * Takes the next number and says whether the stream has changed with it.
     *
     * @throws IllegalArgumentException if it is NaN or infinite; the state stays as it was
     */
    boolean update(double value);

    /** Without the settings; see {@link DetectorState} for all of it. */
    void writeState(DataOutput out) throws IOException;

    /** Into a detector of the same settings. */
    void readState(DataInput in) throws IOException;

    static void checkFinite(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("value: " + value + " (expected: a finite number)");
        }
    }
}
