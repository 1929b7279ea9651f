package io.mlaas.energy.sun;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;

/**
 * Clouds and air temperature of some days, one value a minute. The sky is clear, broken or overcast: a Markov chain with a
 * step an hour; within a state the clear-sky index is an autoregressive process that returns to the state's mean within
 * some minutes. The air is warmest three hours after noon, and cooler under clouds.
 */
public final class Weather {
    private static final int MINUTES_OF_A_DAY = 1440;
    private static final int MINUTES_OF_AN_HOUR = 60;

    private final Site site;
    private final Instant from;
    private final double[] clearness;

    private enum Sky {
        CLEAR(1, 0.015, 60),
        BROKEN(0.75, 0.18, 12),
        OVERCAST(0.4, 0.08, 30);

        private final double mean;
        private final double deviation;
        private final double minutes;

        Sky(double mean, double deviation, double minutes) {
            this.mean = mean;
            this.deviation = deviation;
            this.minutes = minutes;
        }

        /** The sky of the next hour; fair weather lasts longest. */
        Sky next(double draw) {
            return switch (this) {
                case CLEAR -> draw < 0.9 ? CLEAR : BROKEN;
                case BROKEN -> draw < 0.8 ? BROKEN : draw < 0.92 ? CLEAR : OVERCAST;
                case OVERCAST -> draw < 0.85 ? OVERCAST : BROKEN;
            };
        }
    }

    private Weather(Site site, Instant from, double... clearness) {
        this.site = site;
        this.from = from;
        this.clearness = clearness;
    }

    /** The weather of so many days, always the same for a seed. */
    public static Weather simulated(Site site, Instant from, int days, long seed) {
        Noise turns = new Noise(seed).of("sky");
        Noise clouds = new Noise(seed).of("clouds");
        double[] clearness = new double[days * MINUTES_OF_A_DAY + 1];
        Sky sky = Sky.CLEAR;
        double index = sky.mean;
        for (int minute = 0; minute < clearness.length; minute++) {
            if (minute % MINUTES_OF_AN_HOUR == 0) {
                sky = sky.next(turns.uniform(minute));
            }
            double keeps = Math.exp(-1 / sky.minutes);
            double push = sky.deviation * Math.sqrt(1 - keeps * keeps) * clouds.gaussian(minute);
            index = sky.mean + keeps * (index - sky.mean) + push;
            clearness[minute] = Math.clamp(index, 0.05, 1.1);
        }
        return new Weather(site, from, clearness);
    }

    /** Not a cloud. */
    public static Weather clear(Site site, Instant from, int days) {
        double[] clearness = new double[days * MINUTES_OF_A_DAY + 1];
        java.util.Arrays.fill(clearness, 1);
        return new Weather(site, from, clearness);
    }

    /** The clear-sky index, between the minutes on a straight line. */
    public double clearness(Instant time) {
        double minutes = Duration.between(from, time).toMillis() / 60_000.0;
        int before = (int) Math.floor(minutes);
        if (before < 0 || before >= clearness.length - 1) {
            throw new IllegalArgumentException("time: %s (expected: within %d days from %s)"
                    .formatted(time, clearness.length / MINUTES_OF_A_DAY, from));
        }
        double part = minutes - before;
        return clearness[before] * (1 - part) + clearness[before + 1] * part;
    }

    /** Of the air, in degrees Celsius. */
    public double temperature(Instant time) {
        LocalDateTime solar =
                LocalDateTime.ofInstant(time, java.time.ZoneOffset.UTC).plusSeconds(Math.round(site.longitude() * 240));
        double hour = solar.toLocalTime().toSecondOfDay() / 3600.0;
        double season = Math.cos(2 * Math.PI * (solar.getDayOfYear() - 200) / 365);
        double hemisphere = Math.signum(site.latitude());
        return 15 + 9 * season * hemisphere + 6 * Math.cos(2 * Math.PI * (hour - 15) / 24) - 4 * (1 - clearness(time));
    }
}
