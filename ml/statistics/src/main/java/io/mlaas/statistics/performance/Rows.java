package io.mlaas.statistics.performance;

import java.io.DataInput;
import java.io.IOException;

/** What a row must be before it is counted, and what stored counts must be. */
final class Rows {
    private Rows() {}

    static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: a finite number)");
        }
        return value;
    }

    static double probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: between 0 and 1)");
        }
        return value;
    }

    static void sameLength(String name, int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException(
                    name + ": " + length + " values (expected: " + expected + ", one for each row)");
        }
    }

    static void some(String name, int length) {
        if (length == 0) {
            throw new IllegalArgumentException(name + ": 0 values (expected: at least 1)");
        }
    }

    static long count(DataInput in) throws IOException {
        long count = in.readLong();
        if (count < 0) {
            throw new IOException("count: " + count + " (expected: >= 0)");
        }
        return count;
    }

    static void version(DataInput in, int expected) throws IOException {
        int version = in.readUnsignedByte();
        if (version != expected) {
            throw new IOException("version: " + version + " (expected: " + expected + ")");
        }
    }
}
