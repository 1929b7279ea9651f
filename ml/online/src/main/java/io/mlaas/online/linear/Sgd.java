package io.mlaas.online.linear;

import io.mlaas.online.StateValues;
import io.mlaas.online.linear.SgdSettings.Schedule;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Stochastic gradient descent (Bottou 2010) with L2 by shrinking, and L1 as a running total that each weight catches up
 * with when its column is seen (Tsuruoka, Tsujii and Ananiadou 2009).
 */
final class Sgd implements Optimizer {
    private static final double DECREASE = 5;
    private static final double LEAST_RATE = 1e-6;

    private final SgdSettings settings;
    private final boolean intercept;
    private final Weights weights;
    private final double l1Ratio;
    private final double optimalStart;
    private double rate;
    private double l1Total; // every weight should have been moved towards 0 by this much so far
    private double[] l1Moved; // and was moved by this much
    private double windowLoss;
    private int windowRows;
    private double bestLoss = Double.POSITIVE_INFINITY;
    private int worse;

    Sgd(SgdSettings settings, boolean intercept, Weights weights) {
        this.settings = settings;
        this.intercept = intercept;
        this.weights = weights;
        l1Ratio = settings.penalty().l1Ratio(settings.l1Ratio());
        optimalStart = 1 / (settings.alpha() * Math.sqrt(1 / Math.sqrt(settings.alpha())));
        rate = settings.eta0();
        l1Moved = new double[l1Ratio > 0 ? weights.raw.length : 0];
    }

    @Override
    public void startRow(long row) {
        if (settings.schedule() == Schedule.OPTIMAL) {
            rate = 1 / (settings.alpha() * (optimalStart + row - 1));
        } else if (settings.schedule() == Schedule.INVSCALING) {
            rate = settings.eta0() / Math.pow((double) row, settings.powerT());
        }
        if (l1Ratio > 0) {
            l1Total += l1Ratio * rate * settings.alpha();
        }
    }

    @Override
    public void step(OneHotRow row, int margin, double p, double y, double derivative, double weight) {
        double update = -rate * derivative * weight;
        if (settings.penalty() == Penalty.L2 || settings.penalty() == Penalty.ELASTICNET) {
            weights.shrink(margin, Math.max(0, 1 - (1 - l1Ratio) * rate * settings.alpha()));
        }
        if (update != 0) {
            weights.add(row, margin, update);
            if (intercept) {
                weights.intercepts[margin] += update;
            }
        }
        if (l1Ratio > 0) {
            catchUp(row, margin);
        }
    }

    private void catchUp(OneHotRow row, int margin) {
        double scale = weights.scale[margin];
        double[] raw = weights.raw;
        for (int index : row.index) {
            int at = margin * weights.columns + index;
            double before = raw[at];
            if (before > 0) {
                raw[at] = Math.max(0, before - (l1Total + l1Moved[at]) / scale);
            } else if (before < 0) {
                raw[at] = Math.min(0, before + (l1Total - l1Moved[at]) / scale);
            }
            l1Moved[at] += scale * (raw[at] - before);
        }
    }

    @Override
    public void endRow(double loss) {
        if (settings.schedule() != Schedule.ADAPTIVE) {
            return;
        }
        windowLoss += loss;
        if (++windowRows < settings.window()) {
            return;
        }
        double mean = windowLoss / windowRows;
        worse = mean > bestLoss - settings.tolerance() ? worse + 1 : 0;
        bestLoss = Math.min(bestLoss, mean);
        if (worse >= settings.patience()) {
            rate = Math.max(Math.min(settings.eta0(), LEAST_RATE), rate / DECREASE);
            worse = 0;
        }
        windowLoss = 0;
        windowRows = 0;
    }

    @Override
    public void grow() {
        if (l1Ratio > 0) {
            l1Moved = Arrays.copyOf(l1Moved, weights.raw.length);
        }
    }

    @Override
    public @Nullable String rateField() {
        return settings.schedule() == Schedule.OPTIMAL ? null : "eta0";
    }

    @Override
    public void rateChanged() {
        rate = settings.eta0();
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeDouble(rate);
        out.writeDouble(l1Total);
        StateValues.write(out, l1Moved);
        out.writeDouble(windowLoss);
        out.writeInt(windowRows);
        out.writeDouble(bestLoss);
        out.writeInt(worse);
    }

    @Override
    public void readState(DataInput in) throws IOException {
        rate = in.readDouble();
        l1Total = in.readDouble();
        StateValues.read(in, l1Moved);
        windowLoss = in.readDouble();
        windowRows = in.readInt();
        bestLoss = in.readDouble();
        worse = in.readInt();
    }
}
