package io.mlaas.monitoring.action;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.security.Caller;
import io.mlaas.monitoring.monitor.MonitorProblem;
import io.mlaas.monitoring.monitor.Monitors;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "reports")
class HistoryController {
    private static final int MOST = 200;

    private final Monitors monitors;
    private final DecisionRepository decisions;
    private final RetrainingRepository retrainings;

    HistoryController(Monitors monitors, DecisionRepository decisions, RetrainingRepository retrainings) {
        this.monitors = monitors;
        this.decisions = decisions;
        this.retrainings = retrainings;
    }

    /** @param nextCursor give it as {@code cursor} to get what follows; absent on the last page */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record DecisionPage(List<Decision> items, @Nullable String nextCursor) {}

    @GetMapping("/monitors/{id}/history")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(summary = "What followed from a monitor's reports, and why, the latest first")
    DecisionPage history(
            @PathVariable("id") UUID id,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable Long cursor,
            Caller caller) {
        requireLimit(limit);
        List<Decision> found = decisions.list(monitors.find(id, caller).id(), cursor, limit + 1);
        return found.size() <= limit
                ? new DecisionPage(found, null)
                : new DecisionPage(
                        found.subList(0, limit),
                        String.valueOf(found.get(limit - 1).number()));
    }

    /** @param nextCursor give it as {@code cursor} to get what follows; absent on the last page */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RetrainingPage(List<Retraining> items, @Nullable String nextCursor) {}

    @GetMapping("/monitors/{id}/retrainings")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(
            summary = "What a monitor had trained again, the latest first",
            description = "WAITING: to be sent, or sent again. TRAINING: its model is registered, and is to be trained."
                    + " SUCCEEDED: the learner has the rows, or the model is trained. REFUSED: by whoever was asked."
                    + " FAILED: its training did, or it was given up.")
    RetrainingPage retrainings(
            @PathVariable("id") UUID id,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable Long cursor,
            Caller caller) {
        requireLimit(limit);
        List<Retraining> found = retrainings.list(monitors.find(id, caller).id(), cursor, limit + 1);
        return found.size() <= limit
                ? new RetrainingPage(found, null)
                : new RetrainingPage(
                        found.subList(0, limit),
                        String.valueOf(found.get(limit - 1).number()));
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw MonitorProblem.MONITOR_REFUSED.because("limit: " + limit + " (expected: 1 to " + MOST + ")");
        }
    }
}
