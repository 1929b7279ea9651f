package io.mlaas.privacy.filter;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/** What the filters share. */
final class Arguments {
    private Arguments() {}

    static void positive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: above 0)");
        }
    }

    static void steps(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps: " + steps + " (expected: 1 or more)");
        }
    }

    static SortedMap<String, float[]> eachValue(SortedMap<String, float[]> update, DoubleUnaryOperator change) {
        SortedMap<String, float[]> changed = new TreeMap<>();
        update.forEach((name, values) -> {
            float[] copy = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                copy[i] = (float) change.applyAsDouble(values[i]);
            }
            changed.put(name, copy);
        });
        return changed;
    }

    /** All values per step, in the order of names. */
    static double[] perStep(SortedMap<String, float[]> update, long steps) {
        double[] all = new double
                [update.values().stream().mapToInt(values -> values.length).sum()];
        int next = 0;
        for (float[] values : update.values()) {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException("update: " + value + " (expected: finite numbers)");
                }
                all[next++] = (double) value / steps;
            }
        }
        return all;
    }

    /** The inverse of {@link #perStep}. */
    static SortedMap<String, float[]> timesSteps(SortedMap<String, float[]> shapes, double[] perStep, long steps) {
        int[] next = {0};
        return eachValue(shapes, value -> perStep[next[0]++] * steps);
    }
}
