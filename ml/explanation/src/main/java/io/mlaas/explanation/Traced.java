package io.mlaas.explanation;

import io.mlaas.onnx.numeric.Array;
import org.jspecify.annotations.Nullable;

/** A tensor of the graph at the input and at the reference, and what the walk back finds for it. */
final class Traced {
    private final Array now;
    private final Array before;
    private final boolean varies;
    private final boolean integers;

    /** The parts of the difference that came from positive and from negative contributions; for RevealCancel only. */
    private double @Nullable [] rise;

    private double @Nullable [] fall;

    /** Multipliers; with RevealCancel those of {@link #rise} and {@link #fall}. */
    private double @Nullable [] multipliers;

    private double @Nullable [] fallMultipliers;

    private Traced(Array now, Array before, boolean varies, boolean integers) {
        this.now = now;
        this.before = before;
        this.varies = varies;
        this.integers = integers;
    }

    static Traced constant(Array value, boolean integers) {
        return new Traced(value, value, false, integers);
    }

    static Traced varying(Array now, Array before) {
        return new Traced(now, before, true, false);
    }

    void split(double[] rises, double[] falls) {
        rise = rises;
        fall = falls;
    }

    Array now() {
        return now;
    }

    Array before() {
        return before;
    }

    /** Whether it depends on the input. */
    boolean varies() {
        return varies;
    }

    boolean integers() {
        return integers;
    }

    int length() {
        return now.length();
    }

    int[] shape() {
        return now.shape();
    }

    double[] rise() {
        return required(rise);
    }

    double[] fall() {
        return required(fall);
    }

    /** Whether the walk back came here. */
    boolean isReached() {
        return multipliers != null;
    }

    void startBack(double[] weights, boolean split) {
        multipliers = weights.clone();
        fallMultipliers = split ? weights.clone() : null;
    }

    void forget() {
        multipliers = null;
        fallMultipliers = null;
    }

    /** To be added to; zeros at first. */
    double[] multipliers() {
        if (multipliers == null) {
            multipliers = new double[length()];
        }
        return multipliers;
    }

    /** Of {@link #fall}; to be added to, zeros at first. */
    double[] fallMultipliers() {
        if (fallMultipliers == null) {
            fallMultipliers = new double[length()];
        }
        return fallMultipliers;
    }

    private static double[] required(double @Nullable [] part) {
        if (part == null) {
            throw new IllegalStateException("the difference was not split");
        }
        return part;
    }

    double[] difference() {
        double[] x = now.values();
        double[] x0 = before.values();
        double[] difference = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            difference[i] = x[i] - x0[i];
        }
        return difference;
    }

    /** Half-way between input and reference. */
    Array middle() {
        return varies ? now.with(before, (a, b) -> (a + b) / 2) : now;
    }
}
