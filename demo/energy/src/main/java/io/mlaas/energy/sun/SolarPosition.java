package io.mlaas.energy.sun;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Where the sun stands. Declination, equation of time and distance are the Fourier series of Spencer, "Fourier series
 * representation of the position of the sun" (Search 2, 1971), as in NOAA's general solar position calculations; they are
 * good to about half a degree, since the calendar slips against the seasons, and half a minute of time.
 *
 * @param declination radians
 * @param hourAngle radians, 0 when the sun is highest, positive in the afternoon
 * @param latitude radians
 * @param distanceFactor (mean distance / distance)², 0.967 to 1.035
 */
public record SolarPosition(double declination, double hourAngle, double latitude, double distanceFactor) {
    private static final double MINUTES_OF_A_DAY = 1440;

    public static SolarPosition of(Site site, Instant time) {
        LocalDateTime utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        double minutes = utc.toLocalTime().toSecondOfDay() / 60.0;
        double year = 2 * Math.PI * (utc.getDayOfYear() - 1 + (minutes / 60 - 12) / 24) / 365;
        double declination = 0.006918
                - 0.399912 * Math.cos(year)
                + 0.070257 * Math.sin(year)
                - 0.006758 * Math.cos(2 * year)
                + 0.000907 * Math.sin(2 * year)
                - 0.002697 * Math.cos(3 * year)
                + 0.00148 * Math.sin(3 * year);
        double distanceFactor = 1.000110
                + 0.034221 * Math.cos(year)
                + 0.001280 * Math.sin(year)
                + 0.000719 * Math.cos(2 * year)
                + 0.000077 * Math.sin(2 * year);
        double solarMinutes = minutes + equationOfTime(year) + 4 * site.longitude();
        double hourAngle = 2 * Math.PI * (solarMinutes / MINUTES_OF_A_DAY - 0.5);
        return new SolarPosition(declination, hourAngle, Math.toRadians(site.latitude()), distanceFactor);
    }

    /** Apparent less mean solar time, in minutes. */
    private static double equationOfTime(double year) {
        return 229.18
                * (0.000075
                        + 0.001868 * Math.cos(year)
                        - 0.032077 * Math.sin(year)
                        - 0.014615 * Math.cos(2 * year)
                        - 0.040849 * Math.sin(2 * year));
    }

    /** The cosine of the angle between the sun and the zenith: negative at night. */
    public double cosZenith() {
        return cosIncidence(0);
    }

    /**
     * The cosine of the angle between the sun and the normal of a surface that faces the equator.
     *
     * @param tilt radians from horizontal
     */
    public double cosIncidence(double tilt) {
        double seen = latitude - Math.copySign(tilt, latitude);
        return Math.sin(declination) * Math.sin(seen) + Math.cos(declination) * Math.cos(seen) * Math.cos(hourAngle);
    }
}
