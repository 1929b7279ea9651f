package io.mlaas.energy.sun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sun beside what almanacs and text books say of it. */
class SunTest {
    private static final Site GREENWICH_MERIDIAN = new Site(42.56, 0, ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({
        // equinoxes and solstices of 2025: 0 and ±23.44 degrees; the calendar slips against the seasons by up to a day
        "2025-03-20T09:01:00Z, 0",
        "2025-06-21T02:42:00Z, 23.44",
        "2025-09-22T18:19:00Z, 0",
        "2025-12-21T15:03:00Z, -23.44"
    })
    void declinesAsTheAlmanacSays(Instant time, double degrees) {
        double declination =
                Math.toDegrees(SolarPosition.of(GREENWICH_MERIDIAN, time).declination());

        assertThat(declination).isCloseTo(degrees, within(0.6));
    }

    @ParameterizedTest
    @CsvSource({
        // extremes of the equation of time, in minutes
        "2025-02-11T12:00:00Z, -14.2",
        "2025-05-14T12:00:00Z, 3.7",
        "2025-07-26T12:00:00Z, -6.5",
        "2025-11-03T12:00:00Z, 16.4"
    })
    void isHighestEarlierOrLaterThanTheClockSays(Instant noon, double minutes) {
        double hourAngle = SolarPosition.of(GREENWICH_MERIDIAN, noon).hourAngle();

        assertThat(hourAngle / (2 * Math.PI) * 1440).isCloseTo(minutes, within(0.3));
    }

    @Test
    void standsAsHighAsItsDeclinationAllows() {
        Site quito = new Site(0, -78.5, ZoneId.of("America/Guayaquil"));
        // at an equinox the sun is at the zenith of the equator at noon, 17:14 in UTC for this meridian, less 7.5 min
        double cosZenith =
                SolarPosition.of(quito, Instant.parse("2025-03-20T17:21:30Z")).cosZenith();

        assertThat(cosZenith).isCloseTo(1, within(1e-4));
    }

    /** A day's global irradiance under a clear sky is 0.75 of that outside the atmosphere: FAO-56, equation 37, at sea level. */
    @ParameterizedTest
    @CsvSource({"2025-04-15, 33.9", "2025-06-21, 41.9"}) // MJ/m² outside at 42.56° N: FAO-56, equation 21
    void aClearDayBringsWhatTheTablesOfIrrigationSay(String day, double outside) {
        Instant midnight = Instant.parse(day + "T00:00:00Z");
        double joules = 0;
        for (int minute = 0; minute < 1440; minute++) {
            Instant time = midnight.plusSeconds(minute * 60L);
            joules += 60
                    * Irradiance.under(SolarPosition.of(GREENWICH_MERIDIAN, time), 1)
                            .global();
        }

        assertThat(joules / 1e6).isCloseTo(0.75 * outside, within(0.05 * outside));
    }

    @Test
    void haurwitzSaysAThousandWattsAtTheZenith() {
        assertThat(Irradiance.clearSky(1)).isCloseTo(1035.1, within(0.1));
        assertThat(Irradiance.clearSky(0.5)).isCloseTo(487.9, within(0.1));
        assertThat(Irradiance.clearSky(-0.1)).isZero();
    }

    @Test
    void allLightOfADarkSkyIsDiffuse() {
        assertThat(Irradiance.diffuseShare(0)).isEqualTo(1);
        assertThat(Irradiance.diffuseShare(0.22)).isCloseTo(0.98, within(0.001));
        assertThat(Irradiance.diffuseShare(0.5)).isCloseTo(0.66, within(0.01)); // figure 1 of Erbs et al.
        assertThat(Irradiance.diffuseShare(0.9)).isEqualTo(0.165);
    }

    @Test
    void aTiltedSurfaceSeesMoreOfALowSun() {
        SolarPosition winterNoon = SolarPosition.of(GREENWICH_MERIDIAN, Instant.parse("2025-12-21T12:00:00Z"));
        Irradiance light = Irradiance.under(winterNoon, 1);

        assertThat(light.onTilted(winterNoon, 0)).isCloseTo(light.global(), within(1e-9));
        assertThat(light.onTilted(winterNoon, Math.toRadians(30))).isGreaterThan(1.4 * light.global());
    }

    @Test
    void weatherIsOfItsSeedAndWithinItsDays() {
        Instant from = Instant.parse("2025-04-07T00:00:00Z");
        Weather weather = Weather.simulated(GREENWICH_MERIDIAN, from, 3, 7);
        double same = 0;
        for (int minute = 0; minute < 3 * 1440; minute++) {
            Instant time = from.plusSeconds(minute * 60L);
            assertThat(weather.clearness(time)).isBetween(0.05, 1.1);
            assertThat(weather.clearness(time))
                    .isEqualTo(Weather.simulated(GREENWICH_MERIDIAN, from, 3, 7).clearness(time));
            same += weather.clearness(time)
                            == Weather.simulated(GREENWICH_MERIDIAN, from, 3, 8).clearness(time)
                    ? 1
                    : 0;
            minute += 250;
        }
        assertThat(same).isZero();
        assertThatThrownBy(() -> weather.clearness(from.minusSeconds(1)))
                .hasMessageContaining("expected: within 3 days from 2025-04-07T00:00:00Z");
    }

    @Test
    void refusesAPlaceThatIsNotOnEarth() {
        assertThatThrownBy(() -> new Site(91, 0, ZoneOffset.UTC))
                .hasMessage("latitude: 91.0 (expected: -90.0 to 90.0)");
    }

    @Test
    void noiseIsNormal() {
        Noise noise = new Noise(3);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 100_000; i++) {
            double value = noise.gaussian(i);
            sum += value;
            squares += value * value;
        }
        assertThat(sum / 100_000).isCloseTo(0, within(0.01));
        assertThat(squares / 100_000).isCloseTo(1, within(0.015));
    }
}
