package io.mlaas.energy.fleet;

import io.mlaas.energy.grid.PowerSource;
import java.time.Instant;
import java.time.ZoneId;

/**
 * What households use, and from an instant on a heat pump that warms them in the morning and in the evening.
 *
 * @param since when it is switched on for the first time
 */
record HeatPump(PowerSource households, ZoneId zone, Instant since) implements PowerSource {
    private static final double WATTS = 3000;

    @Override
    public double watts(Instant time) {
        return households.watts(time) + (runs(time) ? WATTS : 0);
    }

    private boolean runs(Instant time) {
        int hour = time.atZone(zone).getHour();
        boolean morning = hour >= 4 && hour < 9;
        boolean evening = hour >= 15 && hour < 23;
        return !time.isBefore(since) && (morning || evening);
    }
}
