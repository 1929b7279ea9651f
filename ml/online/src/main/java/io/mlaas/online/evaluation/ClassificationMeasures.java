package io.mlaas.online.evaluation;

import io.mlaas.online.StateRefused;
import io.mlaas.online.StateValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Accuracy and Cohen's kappa of all rows, and of the last {@code window} of them. */
public final class ClassificationMeasures {
    private final int classes;
    private final Confusion total;
    private final Confusion recent;
    private final int[] window; // actual · classes + predicted
    private int filled;
    private int next;

    public ClassificationMeasures(int classes, int window) {
        this.classes = classes;
        this.window = new int[window];
        total = new Confusion(classes);
        recent = new Confusion(classes);
    }

    public void add(int actual, int predicted) {
        if (filled == window.length) {
            recent.count(window[next] / classes, window[next] % classes, -1);
        } else {
            filled++;
        }
        window[next] = actual * classes + predicted;
        next = (next + 1) % window.length;
        total.count(actual, predicted, 1);
        recent.count(actual, predicted, 1);
    }

    public long rows() {
        return total.rows;
    }

    /** Share of right predictions, 0 to 1; 0 without rows. */
    public double accuracy() {
        return total.accuracy();
    }

    /** How far the accuracy is above what independent guesses with the same shares have; 1 at most. */
    public double kappa() {
        return total.kappa();
    }

    public double recentAccuracy() {
        return recent.accuracy();
    }

    public double recentKappa() {
        return recent.kappa();
    }

    public void writeState(DataOutput out) throws IOException {
        out.writeInt(filled);
        out.writeInt(next);
        StateValues.write(out, Arrays.copyOf(window, filled));
        total.writeState(out);
    }

    public void readState(DataInput in) throws IOException {
        filled = in.readInt();
        next = in.readInt();
        int[] read = StateValues.readInts(in, window.length);
        if (filled != read.length || next < 0 || next >= window.length) {
            throw new StateRefused("state: not that of a window of " + window.length + " rows");
        }
        recent.clear();
        for (int i = 0; i < filled; i++) {
            if (read[i] < 0 || read[i] >= classes * classes) {
                throw new StateRefused("state: " + read[i] + " (expected: 0 to " + (classes * classes - 1) + ")");
            }
            window[i] = read[i];
            recent.count(read[i] / classes, read[i] % classes, 1);
        }
        total.readState(in);
    }

    private static final class Confusion {
        private final int classes;
        private final double[] actual;
        private final double[] predicted;
        private double right;
        private long rows;

        Confusion(int classes) {
            this.classes = classes;
            actual = new double[classes];
            predicted = new double[classes];
        }

        void count(int actualClass, int predictedClass, int by) {
            actual[actualClass] += by;
            predicted[predictedClass] += by;
            right += actualClass == predictedClass ? by : 0;
            rows += by;
        }

        void clear() {
            Arrays.fill(actual, 0);
            Arrays.fill(predicted, 0);
            right = 0;
            rows = 0;
        }

        double accuracy() {
            return rows == 0 ? 0 : right / rows;
        }

        double kappa() {
            double chance = 0;
            for (int k = 0; k < classes; k++) {
                chance += actual[k] / Math.max(1, rows) * (predicted[k] / Math.max(1, rows));
            }
            return chance == 1 ? 0 : (accuracy() - chance) / (1 - chance);
        }

        void writeState(DataOutput out) throws IOException {
            StateValues.write(out, actual);
            StateValues.write(out, predicted);
            out.writeDouble(right);
            out.writeLong(rows);
        }

        void readState(DataInput in) throws IOException {
            StateValues.read(in, actual);
            StateValues.read(in, predicted);
            right = in.readDouble();
            rows = in.readLong();
        }
    }
}
