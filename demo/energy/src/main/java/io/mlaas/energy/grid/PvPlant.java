package io.mlaas.energy.grid;

import io.mlaas.energy.sun.Irradiance;
import io.mlaas.energy.sun.Site;
import io.mlaas.energy.sun.SolarPosition;
import io.mlaas.energy.sun.Weather;
import java.time.Instant;

/**
 * A photovoltaic plant that faces the equator. Cells are warmer than the air by (NOCT − 20)/800 degrees for each W/m²
 * (Ross, 1976); power follows irradiance and cell temperature as in PVWatts (Dobos, NREL/TP-6A20-62641, 2014), less what
 * is lost, up to what the inverter carries.
 *
 * @param tilt degrees from horizontal
 * @param peakWatts of the modules at 1000 W/m² and 25 °C
 * @param inverterWatts the most that it feeds in
 */
public record PvPlant(Site site, Weather weather, double tilt, double peakWatts, double inverterWatts)
        implements PowerSource {
    private static final double NOMINAL_CELL_TEMPERATURE = 45;
    private static final double PER_DEGREE = -0.0035;
    private static final double KEPT = 0.86;
    private static final double STANDARD_IRRADIANCE = 1000;

    @Override
    public double watts(Instant time) {
        SolarPosition sun = SolarPosition.of(site, time);
        double irradiance = Irradiance.under(sun, weather.clearness(time)).onTilted(sun, Math.toRadians(tilt));
        if (irradiance <= 0) {
            return 0;
        }
        double cell = weather.temperature(time) + irradiance * (NOMINAL_CELL_TEMPERATURE - 20) / 800;
        double direct = peakWatts * irradiance / STANDARD_IRRADIANCE * (1 + PER_DEGREE * (cell - 25));
        return Math.min(inverterWatts, KEPT * direct);
    }
}
