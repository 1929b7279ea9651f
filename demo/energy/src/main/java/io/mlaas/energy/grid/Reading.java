package io.mlaas.energy.grid;

import java.time.Instant;

/**
 * What a meter saw at a time.
 *
 * @param voltage of each phase against neutral, in volts, to a hundredth
 * @param current of each phase, in amperes, to a thousandth
 */
@SuppressWarnings("ArrayRecordComponent") // three numbers of a wire format, never compared
public record Reading(Instant time, double[] voltage, double[] current) {

    /** Active power, U·I·cos φ of all phases, in watts. */
    public double watts(double powerFactor) {
        double sum = 0;
        for (int phase = 0; phase < voltage.length; phase++) {
            sum += voltage[phase] * current[phase];
        }
        return sum * powerFactor;
    }
}
