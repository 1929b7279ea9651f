package io.mlaas.monitoring.fleet;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much of a fleet is profiled on its own.
 *
 * @param devices of a window with more, those with the most rows; the others are one device together
 * @param columns devices times features, at most: of wide rows fewer devices
 */
@Validated
@ConfigurationProperties("mlaas.monitoring.fleet")
record FleetProperties(
        @DefaultValue("1000") @Min(1) @Max(100_000) int devices,
        @DefaultValue("50000") @Min(1) @Max(10_000_000) int columns) {

    int devicesOf(int features) {
        return Math.max(1, Math.min(devices, columns / Math.max(1, features)));
    }
}
