package io.mlaas.online.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Watches one stream of numbers. */
public interface DriftDetector {

    /** Takes the next number and says whether the stream has changed with it. */
    boolean update(double value);

    void writeState(DataOutput out) throws IOException;

    void readState(DataInput in) throws IOException;
}
