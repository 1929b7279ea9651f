package io.mlaas.statistics.performance;

import io.mlaas.statistics.performance.RegressionQuality.PercentageErrors;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * Rows of target and prediction, as exact sums of about 6 KiB however many they are. What {@link #quality()} says is the same
 * for the same rows in any order, and however they were spread over accumulators that were merged.
 */
public final class RegressionAccumulator {
    private static final int VERSION = 1;
    /** The difference between 1 and the next double, numpy's {@code finfo(float64).eps}. */
    private static final double EPSILON = Math.ulp(1.0);

    /** Targets beyond this, or errors relative to a target, could not be squared. */
    private static final double LARGEST = 1e150;

    private final double floor;
    private final ExactMoments errors;
    private final ExactMoments absoluteErrors;
    private final ExactMoments targets;
    private final ExactMoments evidently;
    private final ExactSum absoluteTargets;
    private final ExactSum relative;
    private final ExactSum relativeAboveFloor;
    private long zeros;
    private long nearZero;

    public RegressionAccumulator() {
        this(0);
    }

    /** @param floor targets of this size or smaller have no percentage error in {@code mape.zeroSafe()} */
    public RegressionAccumulator(double floor) {
        this(
                floor,
                new ExactMoments(),
                new ExactMoments(),
                new ExactMoments(),
                new ExactMoments(),
                new ExactSum(),
                new ExactSum(),
                new ExactSum());
    }

    private RegressionAccumulator(
            double floor,
            ExactMoments errors,
            ExactMoments absoluteErrors,
            ExactMoments targets,
            ExactMoments evidently,
            ExactSum absoluteTargets,
            ExactSum relative,
            ExactSum relativeAboveFloor) {
        if (!(floor >= 0 && floor < LARGEST)) {
            throw new IllegalArgumentException("floor: " + floor + " (expected: >= 0)");
        }
        this.floor = floor;
        this.errors = errors;
        this.absoluteErrors = absoluteErrors;
        this.targets = targets;
        this.evidently = evidently;
        this.absoluteTargets = absoluteTargets;
        this.relative = relative;
        this.relativeAboveFloor = relativeAboveFloor;
    }

    public void add(double target, double prediction) {
        bounded("target", target);
        bounded("prediction", prediction);
        double error = prediction - target;
        double size = Math.abs(target);
        double absolute = Math.abs(error);
        errors.add(error);
        absoluteErrors.add(absolute);
        targets.add(target);
        absoluteTargets.add(size);
        evidently.add(Math.min(LARGEST, absolute / Math.max(target, EPSILON)));
        double share = size == 0 ? 0 : Math.min(LARGEST, absolute / size);
        zeros += size == 0 ? 1 : 0;
        relative.add(share);
        if (size > floor) {
            relativeAboveFloor.add(share);
        } else {
            nearZero++;
        }
    }

    private static void bounded(String name, double value) {
        if (!(Math.abs(value) <= LARGEST)) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: a finite number, at most " + LARGEST + " in size)");
        }
    }

    public void merge(RegressionAccumulator other) {
        if (other.floor != floor) {
            throw new IllegalArgumentException("floor: " + other.floor + " (expected: " + floor + ", as here)");
        }
        errors.merge(other.errors);
        absoluteErrors.merge(other.absoluteErrors);
        targets.merge(other.targets);
        evidently.merge(other.evidently);
        absoluteTargets.merge(other.absoluteTargets);
        relative.merge(other.relative);
        relativeAboveFloor.merge(other.relativeAboveFloor);
        zeros += other.zeros;
        nearZero += other.nearZero;
    }

    public long count() {
        return errors.count();
    }

    /** @return NaN in every field but the count where no row was added */
    public RegressionQuality quality() {
        BigDecimal spread = targets.squaresAboutMean();
        return new RegressionQuality(
                count(),
                errors.mean(),
                absoluteErrors.mean(),
                Math.sqrt(errors.meanSquare()),
                1 - ExactMoments.ratio(errors.squares(), spread),
                percentages(),
                errors.deviation(),
                absoluteErrors.deviation(),
                evidently.deviation());
    }

    private PercentageErrors percentages() {
        return new PercentageErrors(
                zeros > 0 ? Double.POSITIVE_INFINITY : 100 * ExactMoments.over(relative.exact(), count()),
                100 * evidently.mean(),
                100 * ExactMoments.over(relativeAboveFloor.exact(), count() - nearZero),
                nearZero,
                100 * ExactMoments.ratio(absoluteErrors.total(), absoluteTargets.exact()));
    }

    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeDouble(floor);
        out.writeLong(zeros);
        out.writeLong(nearZero);
        errors.write(out);
        absoluteErrors.write(out);
        targets.write(out);
        evidently.write(out);
        absoluteTargets.write(out);
        relative.write(out);
        relativeAboveFloor.write(out);
    }

    /** @throws IOException where the bytes are not what {@link #write} wrote */
    public static RegressionAccumulator read(DataInput in) throws IOException {
        Rows.version(in, VERSION);
        double floor = in.readDouble();
        if (!(floor >= 0 && floor < LARGEST)) {
            throw new IOException("floor: " + floor + " (expected: >= 0)");
        }
        long zeros = Rows.count(in);
        long nearZero = Rows.count(in);
        RegressionAccumulator rows = new RegressionAccumulator(
                floor,
                ExactMoments.read(in),
                ExactMoments.read(in),
                ExactMoments.read(in),
                ExactMoments.read(in),
                ExactSum.read(in),
                ExactSum.read(in),
                ExactSum.read(in));
        rows.zeros = zeros;
        rows.nearZero = nearZero;
        return rows;
    }
}
