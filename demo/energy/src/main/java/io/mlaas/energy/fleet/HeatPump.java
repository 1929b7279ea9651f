package io.mlaas.energy.fleet;

import io.mlaas.energy.grid.PowerSource;
import java.time.Instant;
import java.time.ZoneId;

/**
 * What households use, and from an instant on a heat pump that warms them but for the warmest hours.
 *
 * @param since when it is switched on for the first time
 */
record HeatPump(PowerSource households, ZoneId zone, Instant since) implements PowerSource {
    private static final double WATTS = 4000;

    @Override
    public double watts(Instant time) {
        return households.watts(time) + (runs(time) ? WATTS : 0);
    }

    private boolean runs(Instant time) {
        int hour = time.atZone(zone).getHour();
        boolean warmest = hour >= 11 && hour < 15;
        return !time.isBefore(since) && !warmest;
    }
}
