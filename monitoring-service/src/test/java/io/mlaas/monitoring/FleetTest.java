package io.mlaas.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Fifty devices at three sites, each at a temperature of its own: y = 2 · load. */
class FleetTest extends RunningService {
    private static final int DEVICES = 50;
    private static final int ROWS = 80;
    private static final long FIRST = HOUR.getEpochSecond() / 3600;
    private static final String STUCK = path(7);
    private static final String SHIFTED = path(23);
    private static final String OTHER_UNIT = path(41);

    private final SplittableRandom random = new SplittableRandom(11);

    @Test
    void namesTheSensorsThatFailAndKnowsAChangeOfLoadFromThem() throws Exception {
        String id = monitorOf(document());
        for (int device = 0; device < DEVICES; device++) {
            observe(id, device, HOUR, 0, 0);
            observe(id, device, HOUR.plusSeconds(3600), 2, 3);
        }

        JsonNode failing = report(id, FIRST, DEVICES * ROWS);
        assertThat(failing.at("/triage/recommendation").asString()).isEqualTo("check_sensors");
        assertThat(failing.at("/triage/devices").valueStream().map(one -> one.path("sentence")
                        .asString()))
                .hasSize(3);
        assertThat(failing.at("/triage/sensors").valueStream().map(JsonNode::asString))
                .containsExactlyInAnyOrder(STUCK, SHIFTED, OTHER_UNIT);
        assertThat(failing.at("/triage/sentence").asString())
                .startsWith("3 of 50 devices are affected (")
                .contains("mae is ");
        assertThat(finding(failing, STUCK))
                .contains("temperature was stuck at 21.50 for 80 of 80 rows (reference: 1 at most)");
        assertThat(finding(failing, SHIFTED)).contains("pressure drifted");
        assertThat(finding(failing, OTHER_UNIT)).contains("temperature looks like another unit");
        assertThat(failing.at("/triage/segments").size()).isEqualTo(2);

        JsonNode changed = report(id, FIRST + 1, DEVICES * ROWS);
        assertThat(changed.at("/triage/recommendation").asString()).isEqualTo("retrain");
        assertThat(changed.at("/triage/features/0/feature").asString()).isEqualTo("load");
        assertThat(changed.at("/triage/features/0/devices").asInt()).isEqualTo(DEVICES);
        assertThat(changed.at("/triage/sentence").asString())
                .startsWith("load drifted on 50 of 50 devices")
                .contains("which is degraded");
        assertThat(changed.at("/triage/sensors").size()).isZero();
        JsonNode told = get("/monitors/" + id + "/history").body().path("items");
        assertThat(told.valueStream().map(one -> one.at("/evidence/triage").asString()))
                .contains(changed.at("/triage/sentence").asString());
        assertThat(jdbc.sql("select payload from outbox_event where key = :id")
                        .param("id", id)
                        .query(String.class)
                        .list())
                .anyMatch(event -> event.contains("load drifted on 50 of 50 devices"));

        isMetrics();
        rollsUp(id);
    }

    /** Two devices of their own, as the tests' service is told, and the others together. */
    private void isMetrics() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            List<String> rows = metrics()
                    .lines()
                    .filter(line -> line.startsWith("mlaas_monitor_device_rows{") && line.contains("monitor=\"fifty\""))
                    .toList();
            assertThat(rows)
                    .hasSize(3)
                    .filteredOn(line -> line.contains("device=\"other\""))
                    .singleElement()
                    .asString()
                    .endsWith(" " + (DEVICES - 2) * ROWS + ".0");
            assertThat(metrics().lines())
                    .anyMatch(line -> line.startsWith("mlaas_monitor_device_drifted_features{")
                            && line.contains("monitor=\"fifty\"")
                            && line.endsWith(" 1.0"))
                    .anyMatch(line -> line.startsWith("mlaas_monitor_check_sensors{")
                            && line.contains("monitor=\"fifty\"")
                            && line.endsWith(" 0.0"));
        });
    }

    private void rollsUp(String id) throws Exception {
        String fleet = "/monitors/" + id + "/fleet";
        JsonNode whole = get(fleet + "?window=" + FIRST + "&windows=1&limit=2").body();
        assertThat(whole.path("level").asString()).isEqualTo("fleet");
        assertThat(whole.path("mark").asString()).isEqualTo("check_sensors");
        assertThat(whole.at("/profile/rows").asLong()).isEqualTo(DEVICES * ROWS);
        assertThat(whole.path("children").size()).isEqualTo(2);
        JsonNode rest = get(fleet + "?window=" + FIRST + "&limit=2&cursor="
                        + whole.path("next_cursor").asString())
                .body();
        assertThat(rest.path("children").size()).isEqualTo(1);
        assertThat(rest.has("next_cursor")).isFalse();

        JsonNode site = get(fleet + "?window=" + FIRST + "&path=site-1").body();
        assertThat(site.path("level").asString()).isEqualTo("site");
        assertThat(site.at("/profile/rows").asLong()).isEqualTo(17 * ROWS);
        assertThat(site.at("/children/0/path").asString()).isEqualTo(STUCK);
        assertThat(site.at("/children/0/mark").asString()).isEqualTo("check_sensors");
        assertThat(site.at("/children")
                        .valueStream()
                        .filter(one -> one.path("mark").asString().equals("as_before")))
                .hasSize(16);

        JsonNode stuck = get(fleet + "?window=" + FIRST + "&path=" + STUCK).body();
        JsonNode temperature = stuck.at("/profile/features/0");
        assertThat(temperature.path("name").asString()).isEqualTo("temperature");
        assertThat(temperature.path("distinct").asDouble()).isEqualTo(1);
        assertThat(temperature.at("/quantiles/0.5").asDouble()).isEqualTo(21.5);
        assertThat(temperature.path("drifted").asBoolean()).isTrue();
        assertThat(stuck.path("children").size()).isZero();
        JsonNode healthy = get(fleet + "?windows=2&path=" + path(8)).body();
        assertThat(healthy.at("/profile/rows").asLong()).isEqualTo(2 * ROWS);
        assertThat(healthy.at("/windows").toString()).isEqualTo("[" + (FIRST + 1) + "," + FIRST + "]");
        assertThat(healthy.at("/profile/features")
                        .valueStream()
                        .filter(one -> one.path("name").asString().equals("temperature"))
                        .map(one -> one.at("/quantiles/0.5").asDouble()))
                .singleElement()
                .satisfies(median -> assertThat(median).isCloseTo(20 + 8, within(1.0)));

        assertThat(get(fleet + "?path=site-9").code()).isEqualTo("FLEET_UNKNOWN");
        assertThat(get(fleet + "?path=site-9").status()).isEqualTo(404);
        assertThat(get(fleet + "?window=7").detail()).isEqualTo("window: 7 (expected: one with a report)");
        assertThat(get(fleet + "?windows=0").detail()).isEqualTo("windows: 0 (expected: 1 to 100)");
        assertThat(send("GET", fleet, null, TestIdentity.globexScientist()).status())
                .isEqualTo(404);
        JsonNode none = get("/monitors/" + monitor("fleetless", "") + "/fleet").body();
        assertThat(none.path("code").asString()).isEqualTo("FLEET_UNKNOWN");
        jdbc.sql("delete from monitor_window where monitor_id = cast(:id as uuid)")
                .param("id", id)
                .update();
        assertThat(get(fleet).code()).isEqualTo("FLEET_UNKNOWN");
    }

    private static String finding(JsonNode report, String device) {
        return report.at("/triage/devices")
                .valueStream()
                .filter(one -> one.path("device").asString().equals(device))
                .map(one -> one.path("sentence").asString())
                .collect(Collectors.joining());
    }

    private static String path(int device) {
        return "site-" + device % 3 + "/device-" + device;
    }

    private String document() {
        String instances = IntStream.range(0, DEVICES)
                .boxed()
                .flatMap(device -> IntStream.range(0, ROWS).mapToObj(i -> "[\"site-%d\", \"device-%d\", %s]"
                        .formatted(device % 3, device, values(device, 0, -1))))
                .collect(Collectors.joining(","));
        String predictions =
                IntStream.range(0, DEVICES * ROWS).mapToObj(i -> "1").collect(Collectors.joining(","));
        String targets = IntStream.range(0, DEVICES * ROWS).mapToObj(i -> "2").collect(Collectors.joining(","));
        return """
                {"name": "fifty", "learner": "fifty", "task": "regression",
                 "schema": {"features": [{"name": "temperature"}, {"name": "pressure"}, {"name": "load"}],
                            "segments": ["device", "site"], "fleet": ["site", "device"]},
                 "reference": {"names": ["site", "device", "temperature", "pressure", "load"], "instances": [%s],
                               "predictions": [%s], "targets": [%s]},
                 "windows": {"event_time": "PT1H", "lateness": "PT0S", "idle": "PT1S"},
                 "alerts": [{"name": "worse", "on": "performance", "metric": "mae", "worse_by": 0.5}]}
                """.formatted(instances, predictions, targets);
    }

    private void observe(String id, int device, Instant at, double load, double error) throws Exception {
        int failing = error == 0 ? device : -1;
        String instances = IntStream.range(0, ROWS)
                .mapToObj(i -> "[" + values(device, load, failing) + "]")
                .collect(Collectors.joining(","));
        String predictions = IntStream.range(0, ROWS).mapToObj(i -> "1").collect(Collectors.joining(","));
        String targets =
                IntStream.range(0, ROWS).mapToObj(i -> "" + (2 + error)).collect(Collectors.joining(","));
        Answer taken = post("/monitors/" + id + "/observe", """
                {"id": "%s-%d", "event_time": "%s", "device": "device-%d", "segments": {"site": "site-%d"},
                 "instances": [%s], "predictions": [%s], "targets": [%s]}
                """.formatted(
                        at, device, at, device, device % 3, instances, predictions, targets));
        assertThat(taken.status()).as(taken.text()).isEqualTo(202);
    }

    private String values(int device, double load, int failing) {
        double temperature = 20 + device + gauss();
        double pressure = 3 + gauss() / 10;
        if (failing >= 0 && path(failing).equals(STUCK)) {
            temperature = 21.5;
        } else if (failing >= 0 && path(failing).equals(SHIFTED)) {
            pressure += 0.3;
        } else if (failing >= 0 && path(failing).equals(OTHER_UNIT)) {
            temperature = 1.8 * temperature + 32;
        }
        return String.format(Locale.ROOT, "%.4f, %.4f, %.4f", temperature, pressure, 5 + load + gauss());
    }

    private double gauss() {
        double sum = 0;
        for (int i = 0; i < 12; i++) {
            sum += random.nextDouble();
        }
        return sum - 6;
    }
}
