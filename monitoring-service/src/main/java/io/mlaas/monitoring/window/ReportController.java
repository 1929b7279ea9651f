package io.mlaas.monitoring.window;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.security.Caller;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.MonitorProblem;
import io.mlaas.monitoring.monitor.Monitors;
import io.mlaas.monitoring.report.Report;
import io.mlaas.monitoring.window.WindowRepository.Window;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/monitors/{id}")
@Tag(name = "reports")
class ReportController {
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    private static final int LATEST = 20;

    private final Monitors monitors;
    private final WindowRepository windows;
    private final PageData pageData;
    private final ReportPage page;

    ReportController(Monitors monitors, WindowRepository windows, PageData pageData, ReportPage page) {
        this.monitors = monitors;
        this.windows = windows;
        this.pageData = pageData;
        this.page = page;
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
            description = "Late rows and labels make it anew; it is the same whatever the order in which they came."
                    + " As text/html it is a page that needs nothing else, to be read, kept or printed.")
    @ApiResponse(
            responseCode = "200",
            description = "The report",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(implementation = Report.class)),
                @Content(mediaType = MediaType.TEXT_HTML_VALUE, schema = @Schema(type = "string"))
            })
    ResponseEntity<Object> report(
            @PathVariable("id") UUID id,
            @RequestParam(name = "window", required = false) @Nullable Long window,
            @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept,
            Caller caller) {
        Monitor monitor = monitors.find(id, caller);
        Window found = (window == null ? windows.latestReported(monitor.id()) : windows.find(monitor.id(), window))
                .filter(known -> known.report() != null)
                .orElseThrow(() -> MonitorProblem.NO_REPORT_YET.because(
                        "window: " + (window == null ? "none has one" : window + " has none")));
        return wantsPage(accept)
                ? ResponseEntity.ok()
                        .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                        .header("Content-Security-Policy", page.contentSecurityPolicy())
                        .varyBy(HttpHeaders.ACCEPT)
                        .body(page.of(pageData.of(monitor, found)))
                : ResponseEntity.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .varyBy(HttpHeaders.ACCEPT)
                        .body(Objects.requireNonNull(found.report()));
    }

    /** Browsers say so; who says nothing, or anything, gets JSON. */
    private static boolean wantsPage(@Nullable String accept) {
        if (accept == null) {
            return false;
        }
        try {
            return MediaType.parseMediaTypes(accept).stream()
                    .filter(type -> type.equalsTypeAndSubtype(MediaType.TEXT_HTML)
                            || type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON))
                    .max(Comparator.comparingDouble(MediaType::getQualityValue))
                    .filter(type -> type.equalsTypeAndSubtype(MediaType.TEXT_HTML))
                    .isPresent();
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }
}
