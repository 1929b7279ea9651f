package io.mlaas.monitoring.window;

import io.mlaas.monitoring.action.Alerts;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.window.WindowRepository.Window;
import java.time.InstantSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the page of a report shows: the report, the windows before it, and what followed. */
@Component
class PageData {
    private static final int WINDOWS = 60;
    private static final int DECISIONS = 20;

    private final WindowRepository windows;
    private final Alerts alerts;
    private final JsonMapper json;
    private final InstantSource clock;

    PageData(WindowRepository windows, Alerts alerts, JsonMapper json, InstantSource clock) {
        this.windows = windows;
        this.alerts = alerts;
        this.json = json;
        this.clock = clock;
    }

    JsonNode of(Monitor monitor, Window window) {
        ObjectNode data = json.createObjectNode();
        data.put("generated_at", clock.instant().toString());
        ObjectNode about = data.putObject("monitor");
        about.put("id", monitor.id().toString());
        about.put("name", monitor.document().name());
        about.set("document", monitor.document().json());
        data.set("report", window.report());
        data.set("windows", json.valueToTree(windows.course(monitor.id(), window.number(), WINDOWS)));
        data.set("decisions", json.valueToTree(alerts.latest(monitor.id(), DECISIONS)));
        return data;
    }
}
