package io.mlaas.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What follows from a report. */
class AlertsApiTest extends RunningService {

    @Test
    void tellsOnceThatPerformanceDegraded() throws Exception {
        String id = monitor(
                "alerting",
                ", \"alerts\": [{\"name\": \"worse\", \"on\": \"performance\", \"metric\": \"mae\", \"worse_by\": 0.5}]");
        for (int i = 0; i < 3; i++) {
            post("/monitors/" + id + "/observe", """
                    {"id": "a%d", "event_time": "%s", "instances": [[1, "open"]], "predictions": [2], "targets": [9]}
                    """.formatted(i, HOUR.plusSeconds(i)));
            report(id, HOUR.getEpochSecond() / 3600, i + 1);
        }

        JsonNode history = get("/monitors/" + id + "/history").body().path("items");
        assertThat(history.size()).isEqualTo(1);
        assertThat(history.at("/0/kind").asString()).isEqualTo("PERFORMANCE_DEGRADED");
        assertThat(history.at("/0/evidence/finding").asString())
                .startsWith("mae 7.0 is worse than the reference's 0.0999");
        List<String> told = jdbc.sql("select payload from outbox_event where key = :id")
                .param("id", id)
                .query(String.class)
                .list();
        assertThat(told).singleElement().asString().contains("io.mlaas.monitoring.performance-degraded");
    }

    @Test
    void findsTheFeaturesThatDriftedAndTellsOnce() throws Exception {
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String row = "[%s, %s, \"%s\"]";
            String comma = i == 0 ? "" : ",";
            before.append(comma).append(row.formatted(Math.sin(i), Math.cos(i), i % 3 == 0 ? "open" : "shut"));
            after.append(comma).append(row.formatted(Math.sin(i) + 1, Math.cos(i), i % 3 == 0 ? "shut" : "open"));
        }
        String id = monitorOf("""
                {"name": "drifting", "learner": "drifting", "task": "regression",
                 "schema": {"features": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric"},
                                         {"name": "valve", "type": "categorical"}]},
                 "reference": {"instances": [%s]}, "windows": {"event_time": "PT1H", "lateness": "PT0S", "idle": "PT1S"},
                 "tests": {"features": [{"name": "b", "method": "psi", "threshold": 0.2}], "drift_share": 0.6},
                 "alerts": [{"name": "drift", "on": "dataset_drift"}, {"name": "b", "on": "feature_drift", "features": ["b"]}]}
                """.formatted(before));
        post(
                "/monitors/" + id + "/observe",
                "{\"id\": \"d\", \"event_time\": \"%s\", \"instances\": [%s]}".formatted(HOUR, after));

        JsonNode drift = report(id, HOUR).path("drift");
        assertThat(drift.path("drift").asBoolean()).isTrue();
        assertThat(drift.path("drifted").asInt()).isEqualTo(2);
        assertThat(drift.path("columns")
                        .valueStream()
                        .map(column -> column.path("role").asString() + " "
                                + column.path("name").asString() + " "
                                + column.path("method").asString("-") + " "
                                + column.path("drifted").asBoolean()))
                .containsExactly(
                        "feature a ks true",
                        "feature b psi false",
                        "feature valve z true",
                        "prediction prediction - false",
                        "target prediction - false");
        JsonNode history = get("/monitors/" + id + "/history").body().path("items");
        assertThat(history.size()).isEqualTo(1);
        assertThat(history.at("/0/evidence/finding").asString()).startsWith("2 of 3 features drifted");
    }
}
