package io.mlaas.e2e;

import io.mlaas.stack.demo.PlatformClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A monitor of yes and no, with a window that is over: a forecast has no accuracy, and other dashboards' panels want one. */
record ClassMonitor(PlatformClient platform) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ROWS = """
            "instances": [[1], [2], [3], [4]], "predictions": ["no", "no", "yes", "%s"],
            "probabilities": [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.4, 0.6]], "targets": ["no", "no", "yes", "yes"]
            """;

    void watch() throws Exception {
        JsonNode monitor = platform.post("/monitors", JSON.readTree("""
                        {"name": "yes-or-no", "inference_service": "yes-or-no", "task": "binary",
                         "schema": {"features": [{"name": "size", "type": "numeric"}], "classes": ["no", "yes"]},
                         "reference": {%s}, "windows": {"event_time": "PT1S", "lateness": "PT0S", "idle": "PT1S"}}
                        """.formatted(ROWS.formatted("yes"))))
                .expect(201)
                .body();
        platform.post(
                        "/monitors/" + monitor.path("id").asString() + "/observe",
                        JSON.readTree("{\"id\": \"one\", %s}".formatted(ROWS.formatted("no"))))
                .expect(200, 202);
    }
}
