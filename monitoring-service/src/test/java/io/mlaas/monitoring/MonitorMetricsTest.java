package io.mlaas.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What Prometheus reads of monitors. */
class MonitorMetricsTest extends RunningService {

    @Test
    void theNewestReportIsMetrics() throws Exception {
        String id = wide("gauged", 30);
        post("/monitors/" + id + "/observe", """
                {"id": "g", "event_time": "%s", "latency_ms": 4, "digest": "d1", "instances": [%s], "predictions": [%s]}
                """.formatted(HOUR, rows(30, 1000), numbers()));
        post("/monitors/" + id + "/feedback", "{\"labels\": [" + targets() + "]}");

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            String text = metrics();
            assertThat(value(text, "mlaas_monitor_quality", "dataset=\"current\"", "metric=\"mae\""))
                    .isEqualTo("1.5");
            assertThat(value(text, "mlaas_monitor_drift_share")).isEqualTo("1.0");
            assertThat(value(text, "mlaas_monitor_drift_features")).isEqualTo("30.0");
            assertThat(value(text, "mlaas_monitor_rows")).isEqualTo("40.0");
            assertThat(value(text, "mlaas_monitor_latency_seconds", "quantile=\"0.95\""))
                    .isEqualTo("0.004");
            assertThat(value(text, "mlaas_monitor_misfits", "kind=\"out_of_range\""))
                    .isEqualTo("1200.0");
        });
        String text = metrics();
        assertThat(text.lines()
                        .filter(line -> line.startsWith("mlaas_monitor_column_share{") && line.contains("gauged")))
                .as("two sides of 16 bins of the five columns that changed most")
                .hasSize(160)
                .anyMatch(line -> line.contains("bin=\"01: "));
        assertThat(value(text, "mlaas_monitor_error_bias", "group=\"under\"", "dataset=\"current\""))
                .isEqualTo("-1.5");
        assertThat(value(text, "mlaas_monitor_info", "subject=\"learner:gauged\""))
                .isEqualTo("1");
        assertThat(value(text, "evidently:data_drift:share_drifted_features")).isEqualTo("1.0");
        assertThat(value(text, "evidently:data_drift:n_drifted_features")).isEqualTo("30.0");
        assertThat(value(text, "evidently:data_drift:dataset_drift")).isEqualTo("1.0");
        assertThat(value(
                        text,
                        "evidently:regression_performance:quality",
                        "dataset=\"current\"",
                        "metric=\"mean_abs_error\""))
                .isEqualTo("1.5");
        assertThat(value(text, "evidently:num_target_drift:drift", "kind=\"prediction\""))
                .isNotEmpty();
        assertThat(text.lines()
                        .filter(line -> line.startsWith("evidently:data_drift:p_value{")
                                && line.contains("dataset_name=\"gauged\"")
                                && line.contains("feature_type=\"num\"")))
                .hasSize(20);
        assertThat(metrics()
                        .lines()
                        .filter(line -> line.startsWith("mlaas_monitor_column_effect{") && line.contains("\"gauged\"")))
                .hasSize(20);

        send("DELETE", "/monitors/" + id, null, TestIdentity.acmeScientist());
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(metrics()).doesNotContain("monitor=\"gauged\""));
    }

    private static String value(String text, String name, String... tags) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{") && line.matches(".*(monitor|dataset_name)=\"gauged\".*"))
                .filter(line -> java.util.Arrays.stream(tags).allMatch(line::contains))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .collect(Collectors.joining(","));
    }

    private String wide(String name, int features) throws Exception {
        String schema = IntStream.range(0, features)
                .mapToObj(i -> "{\"name\": \"x" + i + "\", \"type\": \"numeric\"}")
                .collect(Collectors.joining(","));
        return monitorOf("""
                {"name": "%1$s", "learner": "%1$s", "task": "regression", "schema": {"features": [%2$s]},
                 "reference": {"instances": [%3$s], "predictions": [%4$s], "targets": [%4$s]},
                 "windows": {"event_time": "PT1H", "lateness": "PT0S", "idle": "PT1S"}}
                """.formatted(name, schema, rows(features, 0), numbers()));
    }

    /** Forty rows of different numbers. */
    private static String rows(int features, int shift) {
        return IntStream.range(0, 40)
                .mapToObj(row -> IntStream.range(0, features)
                        .mapToObj(i -> "" + (row * 7 % 40 + i + shift))
                        .collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining(","));
    }

    /** What was predicted and one and a half. */
    private static String targets() {
        return IntStream.range(0, 40)
                .mapToObj(i -> "{\"id\": \"g#" + i + "\", \"target\": " + (i + 1.5) + "}")
                .collect(Collectors.joining(","));
    }

    private static String numbers() {
        return IntStream.range(0, 40).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }
}
