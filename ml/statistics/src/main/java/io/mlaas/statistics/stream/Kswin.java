package io.mlaas.statistics.stream;

import io.mlaas.statistics.TestResult;
import io.mlaas.statistics.drift.KolmogorovSmirnov;
import io.mlaas.statistics.drift.NumericalColumn;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.Arrays;

/**
 * KSWIN (Raab, Heusinger and Schleif 2020): compares the newest numbers of a sliding window with as many random ones of its older
 * part by the test of Kolmogorov and Smirnov. Drift is p ≤ α with D above 0.1. As in River, everything begins again after a drift.
 *
 * <p>The random numbers are SplitMix64's, not Python's: where the sample is smaller than the older part, single detections can be
 * some numbers away from River's; where it is the whole older part (a window of twice the sample) they are the same.
 */
public final class Kswin implements DriftDetector {
    private static final double LEAST_D = 0.1;

    /**
     * @param alpha level of the test; 0.005. One test per number: false alarms come at about that rate.
     * @param window numbers; 100
     * @param sample newest numbers, and as many of the others; 30, at most half the window
     * @param seed of the samples
     */
    public record Settings(double alpha, int window, int sample, long seed) {
        private static final int LARGEST = 10_000;
        public static final Settings DEFAULT = new Settings(0.005, 100, 30, 42);

        public Settings {
            if (!(alpha > 0 && alpha < 1)) {
                throw new IllegalArgumentException("alpha: " + alpha + " (expected: between 0 and 1)");
            }
            if (window < 4 || window > LARGEST) {
                throw new IllegalArgumentException("window: " + window + " (expected: from 4 to " + LARGEST + ")");
            }
            if (sample < 2 || sample > window / 2) {
                throw new IllegalArgumentException(
                        "sample: " + sample + " (expected: from 2 to " + window / 2 + ", half the window)");
            }
        }
    }

    private final Settings settings;
    private final double[] window; // oldest first
    private int count;
    private long random;
    private boolean drifted;

    public Kswin(Settings settings) {
        this.settings = settings;
        window = new double[settings.window()];
        reset();
    }

    Settings settings() {
        return settings;
    }

    public void reset() {
        count = 0;
        random = settings.seed();
        drifted = false;
    }

    @Override
    public boolean update(double value) {
        DriftDetector.checkFinite(value);
        if (drifted) {
            reset();
        }
        if (count == window.length) {
            System.arraycopy(window, 1, window, 0, count - 1);
            count--;
        }
        window[count++] = value;
        if (count == window.length) {
            double[] newest = Arrays.copyOfRange(window, count - settings.sample(), count);
            TestResult test = KolmogorovSmirnov.test(NumericalColumn.owning(sample()), NumericalColumn.owning(newest));
            drifted = test.pValue() <= settings.alpha() && test.statistic() > LEAST_D;
        }
        return drifted;
    }

    /** Of the older part, without putting back. */
    private double[] sample() {
        double[] older = Arrays.copyOf(window, window.length - settings.sample());
        for (int i = 0; i < settings.sample(); i++) {
            int other = i + below(older.length - i);
            double kept = older[i];
            older[i] = older[other];
            older[other] = kept;
        }
        return Arrays.copyOf(older, settings.sample());
    }

    /** SplitMix64; the bias of taking its upper 32 bits for so few places is below one in ten thousand. */
    private int below(int bound) {
        random += 0x9E3779B97F4A7C15L;
        long mixed = (random ^ (random >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        mixed ^= mixed >>> 31;
        return (int) (((mixed >>> 32) * bound) >>> 32);
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeLong(random);
        out.writeBoolean(drifted);
        out.writeInt(count);
        for (int i = 0; i < count; i++) {
            out.writeDouble(window[i]);
        }
    }

    @Override
    public void readState(DataInput in) throws IOException {
        random = in.readLong();
        drifted = in.readBoolean();
        int written = in.readInt();
        if (written < 0 || written > window.length) {
            throw new StreamCorruptedException("state: " + written + " numbers (expected: 0 to " + window.length + ")");
        }
        for (count = 0; count < written; count++) {
            window[count] = in.readDouble();
        }
    }
}
