package io.mlaas.energy.fleet;

import io.mlaas.energy.grid.Grid;
import io.mlaas.energy.grid.Meter;
import io.mlaas.energy.grid.Reading;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZonedDateTime;

/**
 * A meter and where it is. It tells each hour what it saw in the one before.
 *
 * @param site where the building is
 * @param name of its own, in the whole fleet
 */
public record Device(String site, String building, String name, Meter meter) {
    private static final int SECONDS = 3600;
    private static final int LOOKED_AT_EVERY = 600;

    /**
     * What a device tells at the full hour, to be told what the next one will need.
     *
     * @param hour of the day that begins, by people's clock
     * @param voltage mean of the phases in the hour that ended, in V
     * @param current mean of their sum, in A
     * @param power mean, in kW
     */
    public record Hour(Instant at, int hour, boolean weekend, double voltage, double current, double power) {}

    /** {@code site-1/building-2/device-7}. */
    public String path() {
        return site + "/" + building + "/" + name;
    }

    public Hour told(Instant at, Fault fault) {
        double volts = 0;
        double amperes = 0;
        double watts = 0;
        Instant from = at.minusSeconds(SECONDS);
        for (int second = 0; second < SECONDS; second += LOOKED_AT_EVERY) {
            Reading reading = fault.seen(meter, from.plusSeconds(second));
            for (int phase = 0; phase < reading.voltage().length; phase++) {
                volts += reading.voltage()[phase] / reading.voltage().length;
                amperes += reading.current()[phase];
            }
            watts += reading.watts(meter.powerFactor());
        }
        int readings = SECONDS / LOOKED_AT_EVERY;
        ZonedDateTime here = at.atZone(Grid.SITE.zone());
        return new Hour(
                at,
                here.getHour(),
                here.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0,
                rounded(volts / readings),
                rounded(amperes / readings),
                rounded(watts / readings / 1000));
    }

    /** The mean power of the hour that begins, in kW, as it was billed: whatever the meter says. */
    public double billed(Instant from) {
        double watts = 0;
        for (int second = 0; second < SECONDS; second += LOOKED_AT_EVERY) {
            watts += meter.power().watts(from.plusSeconds(second));
        }
        return rounded(watts / SECONDS * LOOKED_AT_EVERY / 1000);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
