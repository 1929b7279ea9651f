package io.mlaas.energy.grid;

import io.mlaas.energy.sun.Site;
import io.mlaas.energy.sun.Weather;
import java.time.Instant;
import java.time.ZoneId;

/**
 * The grid of the demo: a plant of 18 kW peak with an inverter of 15 kW and a site of some households, in the centre of
 * Italy, in April.
 *
 * @param generation a phasor measurement unit at the plant
 * @param consumption a power quality analyser at the site
 */
public record Grid(Instant from, int days, Meter generation, Meter consumption) {
    public static final Site SITE = new Site(42.56, 12.65, ZoneId.of("Europe/Rome"));

    /** A Monday, midnight in UTC. */
    public static final Instant START = Instant.parse("2025-04-07T00:00:00Z");

    public static final String PMU_TOPIC = "uc9/pmu/3640f24ba43a423188979372bae6277a";
    public static final String ANALYSER_TOPIC = "uc10/power-quality-analyzer/W4";

    /** The highest hourly power that is expected; what is scaled to 1. */
    public static final double GENERATION_KW = 15;

    public static final double CONSUMPTION_KW = 10;

    private static final double CONSUMED_WATTS = 4000;

    public static Grid simulated(int days, long seed) {
        Weather weather = Weather.simulated(SITE, START, days, seed);
        PowerSource plant = new PvPlant(SITE, weather, 30, 18_000, 15_000);
        PowerSource site = new Consumption(SITE.zone(), CONSUMED_WATTS, seed);
        return new Grid(
                START,
                days,
                new Meter(PMU_TOPIC, plant, 1, seed),
                new Meter(ANALYSER_TOPIC, site, 0.95, seed));
    }
}
