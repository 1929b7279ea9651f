package io.mlaas.energy.forecast;

import java.time.Instant;

/**
 * What is known when a forecast is made, and what came.
 *
 * @param start of the first hour to forecast
 * @param input mean power of the {@value #IN} hours before, in kW
 * @param target mean power of the {@value #OUT} hours from then on, in kW
 */
@SuppressWarnings("ArrayRecordComponent") // numbers, never compared
public record Window(Instant start, double[] input, double[] target) {
    public static final int IN = 36;
    public static final int OUT = 24;

    /** Says the last hour again. */
    public double[] persistence() {
        double[] said = new double[OUT];
        java.util.Arrays.fill(said, input[IN - 1]);
        return said;
    }

    /** Says of each hour what it was a day before. */
    public double[] seasonalNaive() {
        return java.util.Arrays.copyOfRange(input, IN - OUT, IN);
    }
}
