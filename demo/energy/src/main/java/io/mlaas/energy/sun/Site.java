package io.mlaas.energy.sun;

import java.time.ZoneId;

/**
 * A place on the Earth.
 *
 * @param latitude degrees, north positive
 * @param longitude degrees, east positive
 * @param zone whose clock people live by
 */
public record Site(double latitude, double longitude, ZoneId zone) {

    public Site {
        require("latitude", latitude, 90);
        require("longitude", longitude, 180);
    }

    private static void require(String name, double degrees, double most) {
        if (!(Math.abs(degrees) <= most)) {
            throw new IllegalArgumentException("%s: %s (expected: -%s to %s)".formatted(name, degrees, most, most));
        }
    }
}
