package io.mlaas.energy.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.energy.grid.Grid;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FleetTest {
    private static final Instant PUMPS = Grid.START.plus(Duration.ofDays(2));
    private static final Fleet FLEET = Fleet.simulated(50, PUMPS, 1);
    private static final Instant SINCE = Grid.START.plus(Duration.ofDays(1));
    private static final Instant LATER = SINCE.plus(Duration.ofHours(10));

    @Test
    void hasFiveMetersInEachBuildingOfEachSite() {
        Map<String, Long> buildings = FLEET.devices().stream()
                .collect(Collectors.groupingBy(
                        device -> device.site() + "/" + device.building(), Collectors.counting()));

        assertThat(buildings).hasSize(10).containsEntry("site-3/building-2", 5L);
        assertThat(buildings.values()).containsOnly(5L);
        assertThat(FLEET.devices().getLast().path()).isEqualTo("site-5/building-2/device-50");
        assertThatThrownBy(() -> Fleet.simulated(9, PUMPS, 1))
                .hasMessageContaining("devices: 9 (expected: at least 10");
    }

    @Test
    void aMeterTellsTheHourThatEndedAndIsBilledForTheOneThatBegins() {
        Device device = FLEET.devices().getFirst();
        Device.Hour told = device.told(LATER, Fault.NONE);
        double kilowatts = told.current()
                * (230 + told.voltageDeviation())
                * device.meter().powerFactor()
                / 1000;

        assertThat(told.hour()).isEqualTo(12);
        assertThat(kilowatts).isCloseTo(device.billed(LATER.minus(Duration.ofHours(1))), within(0.05));
    }

    @Test
    void sensorsFailFromTheirInstantOn() {
        Device device = FLEET.devices().get(7);
        Device.Hour good = device.told(LATER, Fault.NONE);

        assertThat(device.told(SINCE, Fault.stuck(SINCE))).isEqualTo(device.told(SINCE, Fault.NONE));
        assertThat(device.told(LATER, Fault.stuck(SINCE)).current())
                .isEqualTo(device.told(LATER.plus(Duration.ofHours(5)), Fault.stuck(SINCE))
                        .current())
                .isNotEqualTo(good.current());
        assertThat(device.told(LATER, Fault.drifting(SINCE)).voltageDeviation())
                .isCloseTo(good.voltageDeviation() + 9.5 * Fault.VOLTS_AN_HOUR, within(0.2));
        assertThat(device.told(LATER, Fault.inMilliamperes(SINCE)).current())
                .isCloseTo(1000 * good.current(), within(1.0));
    }

    @Test
    void heatPumpsRunButForTheWarmestHours() {
        Device device = FLEET.devices().getFirst();
        Device without =
                Fleet.simulated(50, PUMPS.plus(Duration.ofDays(9)), 1).devices().getFirst();
        Instant night = PUMPS.plus(Duration.ofHours(1));
        Instant noon = PUMPS.plus(Duration.ofHours(11));

        assertThat(device.billed(night) - without.billed(night)).isCloseTo(4, within(0.002));
        assertThat(device.billed(noon)).isEqualTo(without.billed(noon));
        assertThat(device.billed(night.minus(Duration.ofDays(1))))
                .isEqualTo(without.billed(night.minus(Duration.ofDays(1))));
    }
}
