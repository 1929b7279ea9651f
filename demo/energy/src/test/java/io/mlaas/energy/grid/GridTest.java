package io.mlaas.energy.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.energy.sun.SolarPosition;
import io.mlaas.energy.sun.Weather;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GridTest {
    private static final Instant MIDSUMMER = Instant.parse("2025-06-21T00:00:00Z");
    private final Meter plant = Grid.simulated(7, 1).generation().getFirst();
    private final Meter site = Grid.simulated(7, 1).consumption().getFirst();

    @Test
    void aClearDayOfAPlantIsWhatItsPeakPromises() {
        Weather clear = Weather.clear(Grid.SITE, MIDSUMMER, 1);
        PowerSource plant = new PvPlant(Grid.SITE, clear, 30, 1000, 10_000);

        double kilowattHours = IntStream.range(0, 1440)
                        .mapToDouble(minute -> plant.watts(MIDSUMMER.plusSeconds(60L * minute)))
                        .sum()
                / 60_000;

        // 8.1 to 8.4 kWh/m² on the plane, at a performance ratio of 0.75 to 0.86
        assertThat(kilowattHours).isBetween(6.1, 7.2);
    }

    @Test
    void thePlantSleepsAtNightAndKeepsToItsInverter() {
        PowerSource plant = new PvPlant(Grid.SITE, Weather.clear(Grid.SITE, MIDSUMMER, 1), 30, 18_000, 9_000);
        double most = 0;
        for (int minute = 0; minute < 1440; minute++) {
            Instant time = MIDSUMMER.plusSeconds(60L * minute);
            double watts = plant.watts(time);
            most = Math.max(most, watts);
            if (SolarPosition.of(Grid.SITE, time).cosZenith() <= 0) {
                assertThat(watts).isZero();
            }
        }
        assertThat(most).isEqualTo(9_000);
    }

    @Test
    void householdsUseMostInTheEveningAndSleepLongerOnSunday() {
        assertThat(consumed(9, 20)).isGreaterThan(2 * consumed(9, 3));
        double[] sunday = IntStream.range(6, 13).mapToDouble(h -> shape(6, h)).toArray();
        double[] monday = IntStream.range(6, 13).mapToDouble(h -> shape(0, h)).toArray();
        assertThat(peak(sunday)).isEqualTo(3);
        assertThat(peak(monday)).isBetween(1, 2);
    }

    private static int peak(double... values) {
        return IntStream.range(0, values.length).reduce(0, (best, i) -> values[i] > values[best] ? i : best);
    }

    /** At an hour of local time on a day of the week, the mean of some weeks. */
    private static double shape(int weekday, int hour) {
        return IntStream.range(0, 100)
                .mapToDouble(week -> consumed(7 * week + weekday, hour))
                .average()
                .orElseThrow();
    }

    private static double consumed(int day, int hour) {
        Instant time =
                Instant.parse("2025-04-06T22:30:00Z").plus(Duration.ofDays(day)).plus(Duration.ofHours(hour));
        return new Consumption(java.time.ZoneOffset.ofHours(2), 4000, 1).watts(time);
    }

    @Test
    void voltageTimesCurrentIsThePower() {
        for (Meter meter : List.of(plant, site)) {
            for (int hour = 0; hour < 24; hour++) {
                Instant time = Grid.START.plus(Duration.ofHours(hour));
                Reading reading = meter.read(time);

                assertThat(reading.watts(meter.powerFactor()))
                        .isCloseTo(meter.power().watts(time), within(0.4));
                assertThat(reading.voltage()).hasSize(3);
                assertThat(Arrays.stream(reading.voltage())).allMatch(volts -> volts > 207 && volts < 253); // EN 50160
                assertThat(Arrays.stream(reading.current())).hasSize(3).allMatch(amperes -> amperes >= 0);
            }
        }
    }

    @Test
    void phasesDifferAndSecondsTremble() {
        Reading first = site.read(Grid.START.plusSeconds(100));
        Reading next = site.read(Grid.START.plusSeconds(101));

        assertThat(first.current()[0]).isGreaterThan(first.current()[2]);
        assertThat(first.voltage()[0]).isNotEqualTo(next.voltage()[0]).isCloseTo(next.voltage()[0], within(4.0));
    }

    @Test
    void aSeedIsAGridWhateverWasReadBefore() {
        Instant time = Grid.START.plus(Duration.ofHours(35));
        byte[] once = Payloads.json(plant.read(time, Duration.ofMinutes(1)));
        byte[] again = Payloads.json(Grid.simulated(9, 1)
                .generation()
                .getFirst()
                .read(time.minusSeconds(3), Duration.ofSeconds(63))
                .subList(3, 63));

        assertThat(again).isEqualTo(once);
        assertThat(Payloads.json(Grid.simulated(7, 2).generation().getFirst().read(time, Duration.ofMinutes(1))))
                .isNotEqualTo(once);
    }

    @Test
    void aMessageHoldsItsReadings() {
        Reading reading = new Reading(
                Instant.ofEpochSecond(1_744_000_000), new double[] {230.11, 229.5, 231}, new double[] {4.2, 0, 3.999});

        assertThat(new String(Payloads.json(List.of(reading, reading)), StandardCharsets.US_ASCII))
                .isEqualTo("""
                {"readings":[{"t":1744000000,"u":[230.11,229.5,231.0],"i":[4.2,0.0,3.999]},\
                {"t":1744000000,"u":[230.11,229.5,231.0],"i":[4.2,0.0,3.999]}]}""");
    }
}
