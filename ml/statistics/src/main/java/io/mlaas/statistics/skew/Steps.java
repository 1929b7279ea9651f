package io.mlaas.statistics.skew;

import java.util.Arrays;

/**
 * Times between one value that is there and the next, in milliseconds.
 *
 * @param count of the steps
 * @param usual one
 * @param longest of them
 */
public record Steps(long count, double usual, long longest) {
    /** Of values that came at these times, in ascending order; the usual step is their median. */
    public static Steps of(long... times) {
        return of(0.5, times);
    }

    /**
     * @param rank of the usual step among all: above the median where values come in bursts, or by chance
     * @throws IllegalArgumentException if a time is before the one before it
     */
    public static Steps of(double rank, long... times) {
        if (times.length < 2) {
            return new Steps(0, 0, 0);
        }
        long[] steps = new long[times.length - 1];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = times[i + 1] - times[i];
            if (steps[i] < 0) {
                throw new IllegalArgumentException(
                        "times[" + (i + 1) + "]: " + times[i + 1] + " (expected: not before " + times[i] + ")");
            }
        }
        Arrays.sort(steps);
        return new Steps(steps.length, steps[(int) (rank * (steps.length - 1))], steps[steps.length - 1]);
    }
}
