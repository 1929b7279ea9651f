package io.mlaas.statistics.stream;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The test of Page (1954) and Hinkley: sums up by how much numbers are above (or below) the mean so far, forgets a little of the
 * sum with each number, and drifts when the sum has risen (or fallen) by more than a threshold.
 */
public final class PageHinkley implements DriftDetector {
    /** Which change counts, and how its sum is kept. */
    public enum Mode {
        /** A greater mean. The sum never falls below 0, and the threshold itself is drift: River up to 0.10 and scikit-multiflow. */
        CUMULATIVE,
        /** A greater mean, by the sum's rise above its least: River since 0.16, {@code mode="up"}. */
        UP,
        /** A lesser mean: {@code mode="down"}. */
        DOWN,
        /** Either: {@code mode="both"}, River's default. */
        BOTH
    }

    /**
     * @param instances numbers before the first drift can be seen; 30
     * @param delta how much above the mean is no change; 0.005
     * @param threshold λ; 50
     * @param alpha what is kept of the sum with each number; 0.9999
     */
    public record Settings(int instances, double delta, double threshold, double alpha, Mode mode) {
        public static final Settings DEFAULT = new Settings(30, 0.005, 50, 0.9999, Mode.CUMULATIVE);

        public Settings {
            if (instances < 1) {
                throw new IllegalArgumentException("instances: " + instances + " (expected: >= 1)");
            }
            if (!(delta >= 0)) {
                throw new IllegalArgumentException("delta: " + delta + " (expected: >= 0)");
            }
            if (!(threshold > 0)) {
                throw new IllegalArgumentException("threshold: " + threshold + " (expected: > 0)");
            }
            if (!(alpha > 0 && alpha <= 1)) {
                throw new IllegalArgumentException("alpha: " + alpha + " (expected: above 0, at most 1)");
            }
        }

        public Settings with(Mode other) {
            return new Settings(instances, delta, threshold, alpha, other);
        }
    }

    private final Settings settings;
    private long count;
    private double mean;
    private double above;
    private double below;
    private double leastAbove;
    private double greatestBelow;
    private boolean drifted;

    public PageHinkley(Settings settings) {
        this.settings = settings;
        reset();
    }

    Settings settings() {
        return settings;
    }

    public void reset() {
        count = 0;
        mean = 0;
        above = 0;
        below = 0;
        leastAbove = Double.POSITIVE_INFINITY;
        greatestBelow = -1;
        drifted = false;
    }

    @Override
    public boolean update(double value) {
        DriftDetector.checkFinite(value);
        if (drifted) {
            reset();
        }
        count++;
        mean += (value - mean) / count;
        double deviation = value - mean;
        drifted = settings.mode() == Mode.CUMULATIVE ? cumulative(deviation) : sinceExtremes(deviation);
        return drifted;
    }

    private boolean cumulative(double deviation) {
        above = Math.max(0, settings.alpha() * above + (deviation - settings.delta()));
        return count + 1 >= settings.instances() && above >= settings.threshold(); // the count began at 1
    }

    private boolean sinceExtremes(double deviation) {
        above = settings.alpha() * above + deviation - settings.delta();
        below = settings.alpha() * below + deviation + settings.delta();
        leastAbove = Math.min(leastAbove, above);
        greatestBelow = Math.max(greatestBelow, below);
        boolean rose = settings.mode() != Mode.DOWN && above - leastAbove > settings.threshold();
        boolean fell = settings.mode() != Mode.UP && greatestBelow - below > settings.threshold();
        return count >= settings.instances() && (rose || fell);
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeLong(count);
        out.writeDouble(mean);
        out.writeDouble(above);
        out.writeDouble(below);
        out.writeDouble(leastAbove);
        out.writeDouble(greatestBelow);
        out.writeBoolean(drifted);
    }

    @Override
    public void readState(DataInput in) throws IOException {
        count = in.readLong();
        mean = in.readDouble();
        above = in.readDouble();
        below = in.readDouble();
        leastAbove = in.readDouble();
        greatestBelow = in.readDouble();
        drifted = in.readBoolean();
    }
}
