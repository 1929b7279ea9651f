package io.mlaas.energy.grid;

import io.mlaas.energy.sun.Noise;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * What a site of some households uses: a base, a morning and an evening peak by its clock, later and lower mornings at
 * weekends, a level that differs from day to day, and devices that come and go from hour to hour.
 *
 * @param watts of the mean, about
 */
public record Consumption(ZoneId zone, double watts, Noise noise) implements PowerSource {
    private static final double DAYS_DIFFER = 0.08;
    private static final double DEVICES = 0.36;
    private static final long HOUR = 3600;

    public Consumption(ZoneId zone, double watts, long seed) {
        this(zone, watts, new Noise(seed).of("consumption"));
    }

    @Override
    public double watts(Instant time) {
        ZonedDateTime here = time.atZone(zone);
        double hour = here.toLocalTime().toSecondOfDay() / 3600.0;
        boolean weekend = here.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0;
        double morning = weekend ? 0.55 * peak(hour, 9.5, 2.0) : 0.8 * peak(hour, 7.5, 1.3);
        double shape = 0.45 + morning + 0.3 * peak(hour, 13, 1.5) + 1.2 * peak(hour, 20, 2.2);
        double day =
                1 + DAYS_DIFFER * noise.of("day").gaussian(here.toLocalDate().toEpochDay());
        return watts * Math.max(0.1, shape * day * (1 + DEVICES * devices(time)));
    }

    /** Around the clock, so that midnight is nothing special. */
    private static double peak(double hour, double at, double width) {
        double away = Math.abs(hour - at);
        double distance = Math.min(away, 24 - away) / width;
        return Math.exp(-distance * distance / 2);
    }

    /** Standard normal at each hour, on a straight line between. */
    private double devices(Instant time) {
        long before = Math.floorDiv(time.getEpochSecond(), HOUR);
        double part = (double) Math.floorMod(time.getEpochSecond(), HOUR) / HOUR;
        return (1 - part) * noise.gaussian(before) + part * noise.gaussian(before + 1);
    }
}
