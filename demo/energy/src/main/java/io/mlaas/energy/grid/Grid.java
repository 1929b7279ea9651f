package io.mlaas.energy.grid;

import io.mlaas.energy.sun.Noise;
import io.mlaas.energy.sun.Site;
import io.mlaas.energy.sun.Weather;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

/**
 * The grid of the demo, in the centre of Italy, in April: two plants of 18 kW peak, each under its own clouds, and four
 * sites of some households. The names of the topics are those of the use cases.
 *
 * @param generation a phasor measurement unit (UC9) and a power quality analyser (UC10), a reading a second
 * @param consumption three smart meters (UC9), and a power quality analyser (UC10); a reading every ten seconds
 */
public record Grid(List<Meter> generation, List<Meter> consumption) {
    public static final Site SITE = new Site(42.56, 12.65, ZoneId.of("Europe/Rome"));

    /** A Monday, midnight in UTC. */
    public static final Instant START = Instant.parse("2025-04-07T00:00:00Z");

    /** The highest hourly power that is expected; what is scaled to 1. */
    public static final double GENERATION_KW = 15;

    public static final double CONSUMPTION_KW = 12;

    private static final String PMU = "uc9/pmu/3640f24ba43a423188979372bae6277a";
    private static final String ANALYSER = "uc10/power-quality-analyzer/";
    private static final List<String> SMART_METERS = List.of("BBB6001", "BBB6002", "BBB6003");
    private static final double CONSUMED_WATTS = 4000;
    private static final double CONSUMED_POWER_FACTOR = 0.95;
    private static final int SLOWLY = 10;

    public static Grid simulated(int days, long seed) {
        return new Grid(
                List.of(plant(PMU, days, seed), plant(ANALYSER + "W6", days, seed)),
                Stream.concat(SMART_METERS.stream().map("uc9/smart-meter/"::concat), Stream.of(ANALYSER + "W4"))
                        .map(topic -> site(topic, seed))
                        .toList());
    }

    private static Meter plant(String topic, int days, long seed) {
        Weather weather =
                Weather.simulated(SITE, START, days, new Noise(seed).of(topic).seed());
        return new Meter(topic, new PvPlant(SITE, weather, 30, 18_000, 15_000), 1, 1, seed);
    }

    private static Meter site(String topic, long seed) {
        long own = new Noise(seed).of(topic).seed();
        return new Meter(topic, new Consumption(SITE.zone(), CONSUMED_WATTS, own), CONSUMED_POWER_FACTOR, SLOWLY, seed);
    }
}
