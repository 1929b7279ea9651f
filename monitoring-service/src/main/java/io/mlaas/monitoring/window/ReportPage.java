package io.mlaas.monitoring.window;

import io.mlaas.kit.page.SelfContainedPage;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A report as a page that needs nothing else: its data, its script and the library that draws are inside it. */
@Component
class ReportPage {
    private final JsonMapper json;
    private final SelfContainedPage page;

    ReportPage(JsonMapper json) {
        this.json = json;
        this.page = SelfContainedPage.read("/page/report.html")
                .withLibrary("chart-library", "/META-INF/resources/webjars/chart.js/*/dist/chart.umd.min.js");
    }

    String of(JsonNode data) {
        return page.withData(json.writeValueAsString(data));
    }

    /** What the page may do: run exactly its own scripts, and load nothing. */
    String contentSecurityPolicy() {
        return page.contentSecurityPolicy("img-src data:");
    }
}
