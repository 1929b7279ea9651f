package io.mlaas.onnx.parity;

import java.util.List;

/**
 * Where the inputs of a model lie.
 *
 * @param low smallest value, of each element of a sample or one for all
 * @param high largest value, likewise
 */
public record InputRange(List<Double> low, List<Double> high) {
    public InputRange {
        low = List.copyOf(low);
        high = List.copyOf(high);
        if (low.isEmpty() || low.size() != high.size()) {
            throw new IllegalArgumentException(
                    "low, high: " + low.size() + ", " + high.size() + " values (expected: as many, at least one)");
        }
        for (int i = 0; i < low.size(); i++) {
            if (!(low.get(i) <= high.get(i))
                    || low.get(i).isInfinite()
                    || high.get(i).isInfinite()) {
                throw new IllegalArgumentException(
                        "range: " + low.get(i) + " to " + high.get(i) + " (expected: finite, low <= high)");
            }
        }
    }

    public static InputRange between(double low, double high) {
        return new InputRange(List.of(low), List.of(high));
    }

    double low(int element) {
        return low.get(element % low.size());
    }

    double high(int element) {
        return high.get(element % high.size());
    }

    /** The largest distance from zero. */
    double magnitude() {
        double magnitude = 0;
        for (int i = 0; i < low.size(); i++) {
            magnitude = Math.max(magnitude, Math.max(Math.abs(low.get(i)), Math.abs(high.get(i))));
        }
        return magnitude;
    }
}
