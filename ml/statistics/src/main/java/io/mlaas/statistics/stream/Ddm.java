package io.mlaas.statistics.stream;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * DDM (Gama et al. 2004): watches the error rate {@code p} of a learner (0 right, 1 wrong) and its deviation {@code s =
 * √(p(1-p)/n)}; warns when {@code p + s} is two least deviations above the least {@code p} so far, and drifts at three.
 */
public final class Ddm implements DriftDetector {
    private static final long WARM_START = 30;
    private static final double WARNING = 2;
    private static final double DRIFT = 3;

    private long count;
    private double rate;
    private double leastRate;
    private double leastDeviation;
    private boolean warning;
    private boolean drifted;

    public Ddm() {
        reset();
    }

    public void reset() {
        count = 0;
        rate = 0;
        leastRate = Double.POSITIVE_INFINITY;
        leastDeviation = Double.POSITIVE_INFINITY;
        warning = false;
        drifted = false;
    }

    /** Whether the last number was in the zone of warning. */
    public boolean warning() {
        return warning;
    }

    @Override
    public boolean update(double error) {
        if (!(error >= 0 && error <= 1)) {
            throw new IllegalArgumentException("error: " + error + " (expected: from 0, right, to 1, wrong)");
        }
        if (drifted) {
            reset();
        }
        count++;
        rate += (error - rate) / count;
        if (count <= WARM_START) {
            return false;
        }
        double deviation = Math.sqrt(rate * (1 - rate) / count);
        if (rate + deviation <= leastRate + leastDeviation) {
            leastRate = rate;
            leastDeviation = deviation;
        }
        warning = rate + deviation > leastRate + WARNING * leastDeviation;
        drifted = rate + deviation > leastRate + DRIFT * leastDeviation;
        return drifted;
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeLong(count);
        out.writeDouble(rate);
        out.writeDouble(leastRate);
        out.writeDouble(leastDeviation);
        out.writeBoolean(warning);
        out.writeBoolean(drifted);
    }

    @Override
    public void readState(DataInput in) throws IOException {
        count = in.readLong();
        rate = in.readDouble();
        leastRate = in.readDouble();
        leastDeviation = in.readDouble();
        warning = in.readBoolean();
        drifted = in.readBoolean();
    }
}
