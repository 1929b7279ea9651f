package io.mlaas.energy.grid;

import io.mlaas.energy.sun.Noise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A meter of three phases at 230 V that reads voltage and current again and again. The voltage wanders with the grid and
 * trembles from second to second, each phase by itself; the phases do not carry quite the same.
 *
 * @param topic where it publishes, below its company's
 * @param powerFactor cos φ of what it measures
 * @param every seconds between two readings
 */
public record Meter(String topic, PowerSource power, double powerFactor, int every, Noise noise) {
    private static final double NOMINAL = 230;
    private static final double WANDERS = 2.5;
    private static final double TREMBLES = 0.4;
    private static final long WANDERS_EVERY = 300;
    private static final long SLOW = 1L << 50; // beyond the numbers of the seconds
    private static final double[] SHARES = {0.355, 0.335, 0.31};
    private static final double SHARES_DIFFER = 0.01;

    public Meter(String topic, PowerSource power, double powerFactor, int every, long seed) {
        this(topic, power, powerFactor, every, new Noise(seed).of(topic));
    }

    /** Its readings of a time. */
    public List<Reading> read(Instant from, Duration length) {
        List<Reading> readings = new ArrayList<>();
        for (long second = 0; second < length.toSeconds(); second += every) {
            readings.add(read(from.plusSeconds(second)));
        }
        return readings;
    }

    public Reading read(Instant time) {
        long second = time.getEpochSecond();
        double volume = power.watts(time) / powerFactor;
        double[] voltage = new double[SHARES.length];
        double[] current = new double[SHARES.length];
        double left = 1;
        for (int phase = 0; phase < SHARES.length; phase++) {
            double share = phase == SHARES.length - 1
                    ? left
                    : SHARES[phase] + SHARES_DIFFER * slow(second, phase + SHARES.length);
            left -= share;
            double volts =
                    NOMINAL + WANDERS * slow(second, phase) + TREMBLES * noise.gaussian(second * SHARES.length + phase);
            voltage[phase] = rounded(volts, 100);
            current[phase] = rounded(volume * share / voltage[phase], 1000);
        }
        return new Reading(time, voltage, current);
    }

    /** A value that moves on a straight line to another every five minutes. */
    private double slow(long second, int which) {
        long step = SLOW + (long) which * SLOW / 16 + Math.floorDiv(second, WANDERS_EVERY);
        double part = (double) Math.floorMod(second, WANDERS_EVERY) / WANDERS_EVERY;
        return (1 - part) * noise.gaussian(step) + part * noise.gaussian(step + 1);
    }

    private static double rounded(double value, double parts) {
        return Math.round(value * parts) / parts;
    }
}
