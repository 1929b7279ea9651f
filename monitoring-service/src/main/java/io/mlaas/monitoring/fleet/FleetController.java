package io.mlaas.monitoring.fleet;

import io.mlaas.kit.security.Caller;
import io.mlaas.monitoring.fleet.FleetRepository.Summary;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.Monitors;
import io.mlaas.profile.DatasetProfile;
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
class FleetController {
    private static final int MOST_WINDOWS = 100;
    private static final int MOST_CHILDREN = 200;

    private final Monitors monitors;
    private final FleetRepository repository;
    private final FleetReferences references;

    FleetController(Monitors monitors, FleetRepository repository, FleetReferences references) {
        this.monitors = monitors;
        this.repository = repository;
        this.references = references;
    }

    @GetMapping("/monitors/{id}/fleet")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(
            summary = "A level of a fleet: what its devices measured, how far that drifted, and what is below it",
            description =
                    "A path is made of the levels of the schema's fleet, such as site-1/building-2/device-7; without one it"
                            + " is the whole fleet. With windows it is that many of them together, up to the one that is named."
                            + " What is below comes the worst first.")
    FleetView fleet(
            @PathVariable("id") UUID id,
            @RequestParam(name = "window", required = false) @Nullable Long window,
            @RequestParam(name = "windows", defaultValue = "1") int windows,
            @RequestParam(name = "path", defaultValue = "") String path,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", defaultValue = "0") long cursor,
            Caller caller) {
        require("windows", windows, 1, MOST_WINDOWS);
        require("limit", limit, 1, MOST_CHILDREN);
        require("cursor", cursor, 0, Integer.MAX_VALUE);
        Monitor monitor = monitors.find(id, caller);
        List<Long> numbers = repository.windows(monitor.id(), window, windows);
        if (numbers.isEmpty() || (window != null && !numbers.getFirst().equals(window))) {
            throw FleetProblem.FLEET_UNKNOWN.because("window: "
                    + (window == null ? "none" : window)
                    + (monitor.document().schema().fleet().isEmpty()
                            ? " (expected: schema.fleet, which this monitor has not)"
                            : " (expected: one with a report)"));
        }
        // a NUL is nothing that PostgreSQL would take, and no path has one
        Summary level = repository
                .find(monitor.id(), numbers, path.replace('\0', '\uFFFD'))
                .orElseThrow(() -> FleetProblem.FLEET_UNKNOWN.because(
                        "path: \"" + path + "\" (expected: one of windows " + numbers + ")"));
        List<Summary> below = repository.children(monitor.id(), numbers, level.path(), cursor, limit + 1);
        return FleetView.of(
                monitor,
                numbers,
                level,
                new LevelView(monitor, references.of(monitor).of(level.path())).of(profile(monitor, numbers, level)),
                below.stream().limit(limit).toList(),
                below.size() > limit ? String.valueOf(cursor + limit) : null);
    }

    private DatasetProfile profile(Monitor monitor, List<Long> windows, Summary level) {
        DatasetProfile all = new DatasetProfile(DeviceLook.KEPT_K);
        repository
                .profiles(monitor.id(), windows, level.path())
                .forEach(bytes -> all.merge(DatasetProfile.fromBytes(bytes)));
        return all;
    }

    private static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw FleetProblem.FLEET_REFUSED.because("%s: %d (expected: %d to %d)".formatted(name, value, least, most));
        }
    }
}
