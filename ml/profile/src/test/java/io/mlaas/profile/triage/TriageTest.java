package io.mlaas.profile.triage;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.profile.DatasetProfile;
import io.mlaas.profile.triage.Fleet.Performance;
import io.mlaas.profile.triage.TriageReport.Recommendation;
import io.mlaas.statistics.skew.SkewFinding;
import io.mlaas.statistics.skew.SkewKind;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Fifty devices in five buildings, each with temperature, voltage and load. */
class TriageTest {
    private static final Performance WORSE = new Performance("MAE", .5, .9, true);
    private static final Performance SAME = new Performance("MAE", .5, .51, false);

    private final SplittableRandom random = new SplittableRandom(7);

    @Test
    void threeFailingSensorsAreNamedAndNothingIsRetrained() {
        Map<String, DatasetProfile> devices = fleet(0);
        devices.put(path(7), device(0, "stuck"));
        devices.put(path(23), device(0, "offset"));
        devices.put(path(41), device(0, "range"));

        TriageReport report = triage(devices, WORSE);

        assertThat(report.recommendation()).isEqualTo(Recommendation.CHECK_SENSORS);
        assertThat(report.checkSensorsOf()).containsExactlyInAnyOrder(path(7), path(23), path(41));
        assertThat(report.features()).extracting("feature").containsExactly("temperature");
        assertThat(report.devices())
                .filteredOn(device -> device.device().equals(path(7)))
                .singleElement()
                .satisfies(device ->
                        assertThat(device.skews()).extracting(SkewFinding::kind).contains(SkewKind.STUCK));
        assertThat(report.devices().stream()
                        .mapToDouble(TriageReport.DeviceFinding::share)
                        .sum())
                .isBetween(.999, 1.001);
        assertThat(report.sentence()).startsWith("3 of 50 devices are affected").contains(path(23), "MAE is 0.9");
    }

    @Test
    void aTrueChangeOfLoadOnAllIsRetrained() {
        TriageReport report = triage(fleet(2), WORSE);

        assertThat(report.recommendation()).isEqualTo(Recommendation.RETRAIN);
        assertThat(report.checkSensorsOf()).isEmpty();
        assertThat(report.features().getFirst().feature()).isEqualTo("load");
        assertThat(report.features().getFirst().devices()).isEqualTo(50);
        assertThat(report.segments()).hasSize(5).allMatch(segment -> segment.affected() == 10);
        assertThat(report.sentence())
                .isEqualTo("load drifted on 50 of 50 devices: the process itself changed. MAE is 0.9"
                        + "000 (reference: 0.5000), which is degraded.");
    }

    @Test
    void aChangeThatTheModelStandsIsIgnored() {
        assertThat(triage(fleet(2), SAME).recommendation()).isEqualTo(Recommendation.IGNORE);
        assertThat(triage(fleet(2), null).recommendation()).isEqualTo(Recommendation.RETRAIN);
    }

    @Test
    void aTinyChangeIsNoneAndNoDriftIsNone() {
        assertThat(triage(fleet(.1), WORSE).recommendation()).isEqualTo(Recommendation.IGNORE);
        TriageReport none = triage(fleet(0), SAME);
        assertThat(none.recommendation()).isEqualTo(Recommendation.IGNORE);
        assertThat(none.devices()).isEmpty();
        assertThat(none.sentence()).startsWith("None of 50 devices drifted.");
    }

    @Test
    void aStuckSensorIsNamedAlsoWhereEverythingChanged() {
        Map<String, DatasetProfile> devices = fleet(2);
        devices.put(path(7), device(2, "stuck"));

        TriageReport report = triage(devices, WORSE);

        assertThat(report.recommendation()).isEqualTo(Recommendation.RETRAIN);
        assertThat(report.checkSensorsOf()).containsExactly(path(7));
        assertThat(report.sentence()).endsWith("Besides, check the sensors of " + path(7) + ".");
    }

    @Test
    void devicesThatAChangeOfTheProcessMovesMostHaveNoFailingSensor() {
        Map<String, DatasetProfile> devices = fleet(2);
        for (int i = 0; i < 5; i++) {
            devices.put(path(i), device(15, ""));
        }

        TriageReport report = triage(devices, WORSE);

        assertThat(report.devices())
                .filteredOn(device -> device.device().equals(path(3)))
                .singleElement()
                .satisfies(device ->
                        assertThat(device.skews()).extracting(SkewFinding::kind).contains(SkewKind.OUT_OF_RANGE));
        assertThat(report.recommendation()).isEqualTo(Recommendation.RETRAIN);
        assertThat(report.checkSensorsOf()).isEmpty();
    }

    @Test
    void aDeviceIsComparedWithItsOwnReferenceWhereItHasOne() {
        Map<String, DatasetProfile> devices = fleet(0);
        devices.put(path(3), device(0, "offset"));
        Fleet fleet = new Fleet(reference(), Map.of(path(3), device(0, "offset")), devices, SAME);

        assertThat(Triage.of(fleet).devices()).isEmpty();
        assertThat(triage(devices, SAME).checkSensorsOf()).containsExactly(path(3));
    }

    @Test
    void fewRowsBeyondASmallReferenceMayBeChance() {
        assertThat(beyond(6)).isEqualTo(Recommendation.IGNORE);
        assertThat(beyond(40)).isEqualTo(Recommendation.CHECK_SENSORS);
    }

    private Recommendation beyond(int rows) {
        Map<String, DatasetProfile> devices = fleet(0);
        DatasetProfile reference = device(0, "");
        DatasetProfile current = device(0, "");
        for (int i = 0; i < rows; i++) {
            current.numeric("voltage").add(300);
        }
        devices.put(path(7), current);
        return Triage.of(new Fleet(reference(), Map.of(path(7), reference), devices, SAME))
                .recommendation();
    }

    private TriageReport triage(Map<String, DatasetProfile> devices, @Nullable Performance performance) {
        return Triage.of(new Fleet(reference(), Map.of(), devices, performance));
    }

    private DatasetProfile reference() {
        DatasetProfile reference = new DatasetProfile();
        for (int i = 0; i < 10; i++) {
            reference.merge(device(0, ""));
        }
        return reference;
    }

    private Map<String, DatasetProfile> fleet(double load) {
        Map<String, DatasetProfile> devices = new TreeMap<>();
        for (int i = 0; i < 50; i++) {
            devices.put(path(i), device(load, ""));
        }
        return devices;
    }

    private static String path(int device) {
        return "building-" + device / 10 + "/device-" + device;
    }

    private DatasetProfile device(double load, String failure) {
        DatasetProfile profile = new DatasetProfile(256);
        for (int i = 0; i < 200; i++) {
            double temperature = 20 + 3 * random.nextGaussian();
            profile.numeric("temperature")
                    .add(
                            switch (failure) {
                                case "stuck" -> i < 20 ? temperature : 85;
                                case "offset" -> temperature + 5;
                                case "range" -> i % 2 == 0 ? temperature : -127;
                                default -> temperature;
                            });
            profile.numeric("voltage").add(230 + 2 * random.nextGaussian());
            profile.numeric("load").add(5 + load + random.nextGaussian());
        }
        return profile;
    }
}
