package io.mlaas.monitoring.window;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.security.Caller;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorProblem;
import io.mlaas.monitoring.monitor.Monitors;
import io.mlaas.monitoring.report.Report;
import io.mlaas.monitoring.window.WindowRepository.Window;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/monitors/{id}")
@Tag(name = "reports")
class ReportController {
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    private static final int LATEST = 20;

    private final Monitors monitors;
    private final WindowRepository windows;
    private final JsonMapper json;

    ReportController(Monitors monitors, WindowRepository windows, JsonMapper json) {
        this.monitors = monitors;
        this.windows = windows;
        this.json = json;
    }

    /**
     * A window.
     *
     * @param current whether its report is of all that came for it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record WindowStatus(
            long window,
            Instant startsAt,
            Instant endsAt,
            String state,
            boolean current,
            @Nullable Instant reportedAt) {

        static WindowStatus of(Window window) {
            return new WindowStatus(
                    window.number(),
                    Window.instant(window.startsMicros()),
                    Window.instant(window.endsMicros()),
                    window.state(),
                    window.version() == window.evaluatedVersion(),
                    window.evaluatedAt());
        }
    }

    /**
     * How far a monitor is.
     *
     * @param latestEvent the latest event time of a row: up to here, less the lateness, windows are closed
     * @param rows that came, each as often as it came
     * @param refused events that did not fit
     * @param late rows that came after all count windows that they could have belonged to
     * @param windows the latest of them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MonitorStatus(
            UUID id,
            String name,
            Monitor.State state,
            @Nullable Instant latestEvent,
            @Nullable Instant lastArrival,
            long rows,
            long labels,
            long refused,
            @Nullable String lastRefusal,
            long late,
            List<WindowStatus> windows) {}

    @GetMapping("/status")
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "What came in, and which windows there are")
    MonitorStatus status(@PathVariable("id") UUID id, Caller caller) {
        Monitor monitor = monitors.find(id, caller);
        WindowRepository.Progress progress = windows.progress(id);
        return new MonitorStatus(
                id,
                monitor.document().name(),
                monitor.state(),
                progress.latestEvent(),
                progress.lastArrival(),
                progress.rowCount(),
                progress.labelCount(),
                progress.refusedCount(),
                progress.lastRefusal(),
                progress.lateCount(),
                windows.list(id, null, LATEST).stream().map(WindowStatus::of).toList());
    }

    @GetMapping("/report")
    @PreAuthorize(MAY_SEE)
    @Operation(
            summary = "The report of a window, or of the latest that has one",
            description = "Late rows and labels make it anew; it is the same whatever the order in which they came.")
    Report report(
            @PathVariable("id") UUID id,
            @RequestParam(name = "window", required = false) @Nullable Long window,
            Caller caller) {
        Monitor monitor = monitors.find(id, caller);
        JsonNode report = (window == null ? windows.latestReported(monitor.id()) : windows.find(monitor.id(), window))
                .map(Window::report)
                .orElseThrow(() -> MonitorProblem.NO_REPORT_YET.because(
                        "window: " + (window == null ? "none has one" : window + " has none")));
        return json.treeToValue(report, Report.class);
    }
}
