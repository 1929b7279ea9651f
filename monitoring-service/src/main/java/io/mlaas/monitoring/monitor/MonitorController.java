package io.mlaas.monitoring.monitor;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/monitors")
@Tag(name = "monitors")
class MonitorController {
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    private static final int MOST = 200;
    private static final String EXAMPLE = """
            {"name": "pump-7", "learner": "pump-7", "task": "regression",
             "schema": {"features": [{"name": "pressure", "type": "numeric"}, {"name": "valve", "type": "categorical"}],
                        "segments": ["device"]},
             "reference": {"dataset_id": "0d0a1c9e-5e5b-4f3c-9a52-5b3a1f9b6b11", "targets": ["flow"]},
             "windows": {"event_time": "PT1H", "lateness": "PT10M"},
             "alerts": [{"name": "drift", "on": "dataset_drift"},
                        {"name": "worse", "on": "performance", "metric": "mae", "worse_by": 0.2}]}
            """;

    private final Monitors monitors;
    private final MonitorRepository repository;

    MonitorController(Monitors monitors, MonitorRepository repository) {
        this.monitors = monitors;
        this.repository = repository;
    }

    /** @param nextCursor give it as {@code cursor} to get what follows; absent on the last page */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MonitorPage(List<MonitorView> items, @Nullable String nextCursor) {}

    @PostMapping
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make a monitor",
            description = "The whole document is looked at, and the reference read, before anything is made; everything"
                    + " that is wrong is named by its JSON path.")
    ResponseEntity<MonitorView> make(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(type = "object"), examples = @ExampleObject(EXAMPLE)))
                    @RequestBody
                    JsonNode json,
            Caller caller) {
        Monitor monitor = monitors.make(json, caller);
        return ResponseEntity.created(URI.create("/monitors/" + monitor.id())).body(view(monitor));
    }

    @GetMapping
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "The company's monitors, by name")
    MonitorPage list(
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            Caller caller) {
        if (limit < 1 || limit > MOST) {
            throw MonitorProblem.MONITOR_REFUSED.because("limit: " + limit + " (expected: 1 to " + MOST + ")");
        }
        if (cursor != null && !Fields.isName(cursor)) {
            throw MonitorProblem.MONITOR_REFUSED.because("cursor: not one (expected: the next_cursor of a page)");
        }
        List<MonitorView> found = repository.list(caller.organizationId(), cursor, limit + 1).stream()
                .map(this::view)
                .toList();
        return found.size() <= limit
                ? new MonitorPage(found, null)
                : new MonitorPage(found.subList(0, limit), found.get(limit - 1).name());
    }

    @GetMapping("/{id}")
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "A monitor")
    MonitorView read(@PathVariable("id") UUID id, Caller caller) {
        return view(monitors.find(id, caller));
    }

    @PatchMapping("/{id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(
            summary = "Pause or resume a monitor, or have it judge by other rules",
            description =
                    "Takes \"state\" (RUNNING or PAUSED), \"tests\", \"alerts\", \"actions\" and \"retention\" (each whole)."
                            + " It holds for reports from here on.")
    MonitorView change(
            @PathVariable("id") UUID id,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema = @Schema(type = "object"),
                                            examples = @ExampleObject("{\"state\": \"PAUSED\"}")))
                    @RequestBody
                    JsonNode json,
            Caller caller) {
        return view(monitors.change(id, json, caller));
    }

    @DeleteMapping("/{id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Delete a monitor with all that it knows")
    void delete(@PathVariable("id") UUID id, Caller caller) {
        monitors.delete(id, caller);
    }

    private MonitorView view(Monitor monitor) {
        return MonitorView.of(monitor, repository.referenceSource(monitor.id()));
    }
}
