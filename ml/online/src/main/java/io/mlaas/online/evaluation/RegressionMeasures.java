package io.mlaas.online.evaluation;

import io.mlaas.online.StateRefused;
import io.mlaas.online.StateValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Mean absolute and mean squared error of all rows, and of the last {@code window} of them. */
public final class RegressionMeasures {
    private final double[] window;
    private int filled;
    private int next;
    private long rows;
    private double absolute;
    private double squared;

    public RegressionMeasures(int window) {
        this.window = new double[window];
    }

    public void add(double actual, double predicted) {
        double error = predicted - actual;
        window[next] = error;
        next = (next + 1) % window.length;
        filled = Math.min(filled + 1, window.length);
        rows++;
        absolute += Math.abs(error);
        squared += error * error;
    }

    public long rows() {
        return rows;
    }

    public double meanAbsoluteError() {
        return rows == 0 ? 0 : absolute / rows;
    }

    public double meanSquaredError() {
        return rows == 0 ? 0 : squared / rows;
    }

    public double recentMeanAbsoluteError() {
        return Arrays.stream(window, 0, filled).map(Math::abs).average().orElse(0);
    }

    public double recentMeanSquaredError() {
        return Arrays.stream(window, 0, filled)
                .map(error -> error * error)
                .average()
                .orElse(0);
    }

    public void writeState(DataOutput out) throws IOException {
        out.writeInt(next);
        StateValues.write(out, Arrays.copyOf(window, filled));
        out.writeLong(rows);
        out.writeDouble(absolute);
        out.writeDouble(squared);
    }

    public void readState(DataInput in) throws IOException {
        next = in.readInt();
        double[] read = StateValues.readDoubles(in, window.length);
        if (next < 0 || next >= window.length) {
            throw new StateRefused("state: not that of a window of " + window.length + " rows");
        }
        filled = read.length;
        System.arraycopy(read, 0, window, 0, filled);
        rows = in.readLong();
        absolute = in.readDouble();
        squared = in.readDouble();
    }
}
