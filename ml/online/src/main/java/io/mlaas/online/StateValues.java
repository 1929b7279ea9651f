package io.mlaas.online;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Arrays in a learner's state: their length as an int, then their values. */
public final class StateValues {
    private StateValues() {}

    public static void write(DataOutput out, double[] values) throws IOException {
        out.writeInt(values.length);
        for (double value : values) {
            out.writeDouble(value);
        }
    }

    /** @throws StateRefused if it is of another length */
    public static void read(DataInput in, double[] into) throws IOException {
        int length = in.readInt();
        if (length != into.length) {
            throw new StateRefused("state: " + length + " values (expected: " + into.length + ")");
        }
        for (int i = 0; i < length; i++) {
            into[i] = in.readDouble();
        }
    }

    public static void write(DataOutput out, int[] values) throws IOException {
        out.writeInt(values.length);
        for (int value : values) {
            out.writeInt(value);
        }
    }

    /** @param most length, so that a damaged state does not ask for endless memory */
    public static int[] readInts(DataInput in, int most) throws IOException {
        int[] values = new int[length(in, most)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readInt();
        }
        return values;
    }

    /** @param most length, so that a damaged state does not ask for endless memory */
    public static double[] readDoubles(DataInput in, int most) throws IOException {
        double[] values = new double[length(in, most)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readDouble();
        }
        return values;
    }

    private static int length(DataInput in, int most) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > most) {
            throw new StateRefused("state: " + length + " values (expected: 0 to " + most + ")");
        }
        return length;
    }
}
