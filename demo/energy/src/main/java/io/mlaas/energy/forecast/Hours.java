package io.mlaas.energy.forecast;

import io.mlaas.energy.grid.Meter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The mean power of each hour.
 *
 * @param from the beginning of the first
 * @param kilowatts of each
 */
@SuppressWarnings("ArrayRecordComponent") // a series, never compared
public record Hours(Instant from, double[] kilowatts) {
    private static final int SECONDS = 3600;

    /**
     * Of what a meter sees.
     *
     * @param every how many seconds it is looked at
     */
    public static Hours seen(Meter meter, Instant from, int hours, int every) {
        double[] kilowatts = new double[hours];
        for (int hour = 0; hour < hours; hour++) {
            double sum = 0;
            for (int second = 0; second < SECONDS; second += every) {
                Instant time = from.plusSeconds((long) hour * SECONDS + second);
                sum += meter.read(time).watts(meter.powerFactor());
            }
            kilowatts[hour] = sum / SECONDS * every / 1000;
        }
        return new Hours(from, kilowatts);
    }

    /** Every window whose last hour is before {@code to} and whose first hour to forecast is not before {@code first}. */
    public List<Window> windows(int first, int to) {
        List<Window> windows = new ArrayList<>();
        for (int now = Math.max(first, Window.IN); now + Window.OUT <= to; now++) {
            windows.add(window(now));
        }
        return windows;
    }

    /** The window whose forecast begins with an hour, counted from 0. */
    public Window window(int now) {
        return new Window(
                from.plus(Duration.ofHours(now)),
                Arrays.copyOfRange(kilowatts, now - Window.IN, now),
                Arrays.copyOfRange(kilowatts, now, now + Window.OUT));
    }

    /** Windows of several series as {@link #windows} gives them, those of an hour after each other, as they would arrive. */
    public static List<Window> windows(List<Hours> all, int first, int to) {
        List<List<Window>> each =
                all.stream().map(hours -> hours.windows(first, to)).toList();
        List<Window> together = new ArrayList<>();
        for (int i = 0; i < each.getFirst().size(); i++) {
            for (List<Window> windows : each) {
                together.add(windows.get(i));
            }
        }
        return together;
    }
}
