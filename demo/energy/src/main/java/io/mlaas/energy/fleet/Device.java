package io.mlaas.energy.fleet;

import io.mlaas.energy.grid.Grid;
import io.mlaas.energy.grid.Meter;
import io.mlaas.energy.grid.Reading;
import java.time.Instant;

/**
 * A meter and where it is. It tells each hour what it saw in the one before.
 *
 * @param site where the building is
 * @param name of its own, in the whole fleet
 */
public record Device(String site, String building, String name, Meter meter) {
    private static final double NOMINAL = 230;
    private static final int SECONDS = 3600;
    private static final int LOOKED_AT_EVERY = 600;

    /**
     * What a device tells at the full hour, to be told what the next one will need.
     *
     * @param hour of the day that begins, by people's clock
     * @param voltageDeviation mean of the phases in the hour that ended, less the nominal voltage, in V
     * @param current mean of their sum, in A
     */
    public record Hour(Instant at, int hour, double voltageDeviation, double current) {}

    /** {@code site-1/building-2/device-7}. */
    public String path() {
        return site + "/" + building + "/" + name;
    }

    public Hour told(Instant at, Fault fault) {
        double volts = 0;
        double amperes = 0;
        Instant from = at.minusSeconds(SECONDS);
        for (int second = 0; second < SECONDS; second += LOOKED_AT_EVERY) {
            Reading reading = fault.seen(meter, from.plusSeconds(second));
            for (int phase = 0; phase < reading.voltage().length; phase++) {
                volts += reading.voltage()[phase] / reading.voltage().length;
                amperes += reading.current()[phase];
            }
        }
        int readings = SECONDS / LOOKED_AT_EVERY;
        return new Hour(
                at,
                at.atZone(Grid.SITE.zone()).getHour(),
                rounded(volts / readings - NOMINAL),
                rounded(amperes / readings));
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
