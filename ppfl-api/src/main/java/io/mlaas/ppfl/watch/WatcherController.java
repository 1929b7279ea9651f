package io.mlaas.ppfl.watch;

import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.watch.Watchers.Watcher;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

@RestController
@RequestMapping("/federations/{id}/watchers")
@Tag(name = "watching")
class WatcherController {
    private static final int LONGEST_NAME = 100;
    private static final int MOST_HOURS = 24 * 365;
    private static final int USUAL_HOURS = 24 * 7;

    private final Federations federations;
    private final Watchers watchers;
    private final WatchProperties properties;

    WatcherController(Federations federations, Watchers watchers, WatchProperties properties) {
        this.federations = federations;
        this.watchers = watchers;
        this.properties = properties;
    }

    /**
     * A link that is wanted.
     *
     * @param name of whom it is for
     * @param validHours how long it opens the page; a week if absent
     */
    record Wanted(
            @Schema(example = "globex") @Nullable String name,
            @Schema(example = "24") @Nullable Integer validHours) {}

    /** @param url the page, with the secret in its fragment, which browsers keep to themselves; told once */
    record Link(UUID id, String name, URI url, Instant expiresAt) {
        @Override
        public String toString() {
            return "Link[id=" + id + ", name=" + name + ", url=…, expiresAt=" + expiresAt + "]";
        }
    }

    @PostMapping
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make a link for watching a federation without an account",
            description =
                    "Whoever has the link reads the progress of this one federation and its report, and nothing else."
                            + " It is told once; DELETE takes it back.")
    Link makeWatcher(
            @PathVariable("id") UUID id,
            @RequestBody Wanted wanted,
            @Parameter(hidden = true) Caller caller,
            @Parameter(hidden = true) HttpServletRequest request) {
        federations.find(id, caller);
        String name = wanted.name();
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw WatchProblem.WATCHER_REFUSED.because(
                    "$.name: %s (expected: 1 to %d characters, of whom the link is for)".formatted(name, LONGEST_NAME));
        }
        int hours = wanted.validHours() == null ? USUAL_HOURS : wanted.validHours();
        if (hours < 1 || hours > MOST_HOURS) {
            throw WatchProblem.WATCHER_REFUSED.because(
                    "$.valid_hours: %d (expected: 1 to %d)".formatted(hours, MOST_HOURS));
        }
        Watchers.Made made = watchers.make(id, name, Duration.ofHours(hours), caller.name());
        URI url = URI.create(base(request) + "/federations/" + id + "/page#watch=" + made.secret());
        return new Link(made.watcher().id(), name, url, made.watcher().expiresAt());
    }

    private String base(HttpServletRequest request) {
        URI known = properties.publicUrl();
        return known != null
                ? known.toString().replaceAll("/+$", "")
                : ServletUriComponentsBuilder.fromContextPath(request).build().toUriString();
    }

    @GetMapping
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(summary = "The links for watching a federation, without their secrets")
    List<Watcher> watchers(@PathVariable("id") UUID id, @Parameter(hidden = true) Caller caller) {
        federations.find(id, caller);
        return watchers.of(id);
    }

    @DeleteMapping("/{watcher_id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Take a link back: it opens nothing from now on")
    void removeWatcher(
            @PathVariable("id") UUID id,
            @PathVariable("watcher_id") UUID watcher,
            @Parameter(hidden = true) Caller caller) {
        federations.find(id, caller);
        if (!watchers.remove(id, watcher)) {
            throw WatchProblem.WATCHER_UNKNOWN.because("watcher_id: " + watcher);
        }
    }
}
