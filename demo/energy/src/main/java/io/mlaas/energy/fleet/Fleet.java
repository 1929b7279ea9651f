package io.mlaas.energy.fleet;

import io.mlaas.energy.grid.Consumption;
import io.mlaas.energy.grid.Grid;
import io.mlaas.energy.grid.Meter;
import io.mlaas.energy.sun.Noise;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Metered households of five sites with two buildings each. The same seed is the same fleet; from an instant on every
 * household may have a {@link HeatPump} more.
 */
public record Fleet(List<Device> devices) {
    private static final int SITES = 5;
    private static final int BUILDINGS = 2;
    private static final double WATTS = 4000;
    private static final double POWER_FACTOR = 0.95;

    /** @param heatPumps when they are switched on */
    public static Fleet simulated(int count, Instant heatPumps, long seed) {
        if (count < SITES * BUILDINGS) {
            throw new IllegalArgumentException(
                    "devices: %d (expected: at least %d, one in each building)".formatted(count, SITES * BUILDINGS));
        }
        return new Fleet(IntStream.range(0, count)
                .mapToObj(number -> device(number, count, heatPumps, seed))
                .toList());
    }

    private static Device device(int number, int count, Instant heatPumps, long seed) {
        int building = number * SITES * BUILDINGS / count;
        String name = "device-" + (number + 1);
        Consumption households = new Consumption(
                Grid.SITE.zone(), WATTS, new Noise(seed).of(name).seed());
        Meter meter = new Meter(
                "fleet/" + name, new HeatPump(households, Grid.SITE.zone(), heatPumps), POWER_FACTOR, 10, seed);
        return new Device("site-" + (building / BUILDINGS + 1), "building-" + (building % BUILDINGS + 1), name, meter);
    }
}
