package io.mlaas.statistics.estimation;

/** What arrays must be before anything is estimated from them. */
final class Inputs {
    private Inputs() {}

    static void some(String name, int length) {
        if (length == 0) {
            throw new IllegalArgumentException(name + ": 0 values (expected: at least 1)");
        }
    }

    static void sameLength(String name, int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException(
                    name + ": " + length + " values (expected: " + expected + ", one for each row)");
        }
    }

    static void finite(String name, double... values) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(name + "[" + i + "]: " + values[i] + " (expected: a finite number)");
            }
        }
    }

    static void probabilities(String name, double... values) {
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0 && values[i] <= 1)) {
                throw new IllegalArgumentException(name + "[" + i + "]: " + values[i] + " (expected: between 0 and 1)");
            }
        }
    }
}
