package io.mlaas.energy.sun;

/**
 * What falls on a horizontal surface and from where, in W/m².
 *
 * @param global on the horizontal: beam and diffuse
 * @param diffuse from the sky without the sun, on the horizontal
 * @param cosZenith of the sun
 */
public record Irradiance(double global, double diffuse, double cosZenith) {
    public static final Irradiance NIGHT = new Irradiance(0, 0, 0);

    private static final double SOLAR_CONSTANT = 1361;
    private static final double LOWEST_SUN = 0.02;
    private static final double GROUND_REFLECTS = 0.2;

    /**
     * Under a clear sky times {@code clearness}. The clear sky is Haurwitz's, "Insolation in relation to cloudiness and
     * cloud density" (Journal of Meteorology 2, 1945), with the coefficients of Reno, Hansen and Stein (SAND2012-2389);
     * diffuse light is divided off by Erbs, Klein and Duffie (Solar Energy 28, 1982).
     *
     * @param clearness clear-sky index: measured irradiance by that of a clear sky
     */
    public static Irradiance under(SolarPosition sun, double clearness) {
        double cosZenith = sun.cosZenith();
        if (cosZenith <= 0) {
            return NIGHT;
        }
        double global = clearness * clearSky(cosZenith);
        double outside = SOLAR_CONSTANT * sun.distanceFactor() * cosZenith;
        return new Irradiance(global, global * diffuseShare(Math.min(1, global / outside)), cosZenith);
    }

    /** Haurwitz: 1098·cos z·exp(-0.059/cos z). */
    static double clearSky(double cosZenith) {
        return cosZenith <= 0 ? 0 : 1098 * cosZenith * Math.exp(-0.059 / cosZenith);
    }

    /** @param clearnessIndex global irradiance by that outside the atmosphere */
    static double diffuseShare(double clearnessIndex) {
        double k = clearnessIndex;
        if (k <= 0.22) {
            return 1 - 0.09 * k;
        }
        if (k > 0.8) {
            return 0.165;
        }
        return 0.9511 - 0.1604 * k + 4.388 * k * k - 16.638 * k * k * k + 12.336 * k * k * k * k;
    }

    /**
     * On a tilted surface, the sky taken to be as bright everywhere (Liu and Jordan, Solar Energy 4, 1960).
     *
     * @param tilt radians
     */
    public double onTilted(SolarPosition sun, double tilt) {
        if (global <= 0) {
            return 0;
        }
        double beam = (global - diffuse) * Math.max(0, sun.cosIncidence(tilt)) / Math.max(cosZenith, LOWEST_SUN);
        double sky = diffuse * (1 + Math.cos(tilt)) / 2;
        double ground = global * GROUND_REFLECTS * (1 - Math.cos(tilt)) / 2;
        return beam + sky + ground;
    }
}
