package io.mlaas.learning.interval;

import io.mlaas.statistics.Normality;
import io.mlaas.statistics.PredictionIntervals;
import io.mlaas.statistics.PredictionIntervals.Method;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Intervals from the residuals of rows that a learner has not learned, by output.
 *
 * @param residuals how many there were of each output
 * @param outputs none where the residuals were too few, or not all numbers
 */
public record ResidualIntervals(double level, int residuals, List<Output> outputs) {
    /** For fewer, tests of normality tell nothing. */
    private static final int FEWEST = 20;

    /** For more, the p-values of Shapiro and Wilk's test are not known. */
    private static final int MOST = 5000;

    private static final double SIGNIFICANCE = 0.05;

    public ResidualIntervals {
        outputs = List.copyOf(outputs);
    }

    /** A half width, and the p-values of the tests of normality, each NaN where it could not be made. */
    record Output(
            Method method, double halfWidth, double shapiroWilk, double andersonDarling, double dAgostinoPearson) {

        static Output of(PredictionIntervals.Horizon horizon) {
            Normality normality = horizon.normality();
            return new Output(
                    horizon.method(),
                    horizon.halfWidth(),
                    normality.shapiroWilk().pValue(),
                    normality.andersonDarling().pValue(),
                    normality.dAgostinoPearson().pValue());
        }
    }

    /**
     * @param outputs values of a row
     * @param targets row after row, the oldest first
     * @param predictions the same
     */
    public static ResidualIntervals of(double level, int outputs, double[] targets, double[] predictions) {
        int rows = targets.length / outputs;
        int used = Math.min(rows, MOST);
        double[][] residuals = new double[outputs][used];
        boolean numbers = true;
        for (int row = 0; row < used; row++) {
            for (int output = 0; output < outputs; output++) {
                int place = (rows - used + row) * outputs + output;
                residuals[output][row] = targets[place] - predictions[place];
                numbers &= Double.isFinite(residuals[output][row]);
            }
        }
        if (used < fewest(level) || !numbers) {
            return new ResidualIntervals(level, used, List.of());
        }
        PredictionIntervals fitted = PredictionIntervals.fit(residuals, level, SIGNIFICANCE);
        List<Output> all = new ArrayList<>();
        for (int output = 0; output < outputs; output++) {
            all.add(Output.of(fitted.horizon(output)));
        }
        return new ResidualIntervals(level, used, all);
    }

    /** So that a conformal interval is bounded: its rank, (n + 1) · level, is at most n. */
    static int fewest(double level) {
        return Math.max(FEWEST, (int) Math.ceil(level / (1 - level) - 1e-9));
    }

    /** Of rows of predictions, the lower ends. */
    public double[] lower(double... predictions) {
        return moved(predictions, -1);
    }

    /** Of rows of predictions, the upper ends. */
    public double[] upper(double... predictions) {
        return moved(predictions, 1);
    }

    private double[] moved(double[] predictions, int sign) {
        double[] moved = predictions.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += sign * outputs.get(i % outputs.size()).halfWidth();
        }
        return moved;
    }

    public boolean isKnown() {
        return !outputs.isEmpty();
    }

    public void write(DataOutput out) throws IOException {
        out.writeDouble(level);
        out.writeInt(residuals);
        out.writeInt(outputs.size());
        for (Output output : outputs) {
            out.writeBoolean(output.method() == Method.GAUSSIAN);
            for (double number : new double[] {
                output.halfWidth(), output.shapiroWilk(), output.andersonDarling(), output.dAgostinoPearson()
            }) {
                out.writeDouble(number);
            }
        }
    }

    public static ResidualIntervals read(DataInput in) throws IOException {
        double level = in.readDouble();
        int residuals = in.readInt();
        Output[] outputs = new Output[in.readInt()];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = new Output(
                    in.readBoolean() ? Method.GAUSSIAN : Method.CONFORMAL,
                    in.readDouble(),
                    in.readDouble(),
                    in.readDouble(),
                    in.readDouble());
        }
        return new ResidualIntervals(level, residuals, Arrays.asList(outputs));
    }
}
