package io.mlaas.sharing.scrub;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** An operator sees and asks for what concerns the own company, an administrator everything. */
@RestController
@Tag(name = "Integrity")
class ScrubController {
    private static final int MOST = 50;

    private final Scrubber scrubber;
    private final ScrubRepository runs;
    private final ScrubProperties properties;

    ScrubController(Scrubber scrubber, ScrubRepository runs, ScrubProperties properties) {
        this.scrubber = scrubber;
        this.runs = runs;
        this.properties = properties;
    }

    @GetMapping("/scrub")
    @PreAuthorize("hasAnyRole('OPERATOR', 'ADMIN')")
    @Operation(operationId = "scrubReport", summary = "The last looks at everything at rest, and what they found")
    ScrubRun.Report report(@RequestParam(name = "limit", defaultValue = "10") int limit, Caller caller) {
        if (limit < 1 || limit > MOST) {
            throw PlatformProblem.INVALID_REQUEST.because("limit: %d (expected: 1 to %d)".formatted(limit, MOST));
        }
        return new ScrubRun.Report(properties.rate().toBytes(), runs.newest(companyOf(caller), limit));
    }

    @PostMapping("/scrub")
    @PreAuthorize("hasAnyRole('OPERATOR', 'ADMIN')")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(operationId = "startScrub", summary = "Look at everything at rest now")
    @ApiResponse(responseCode = "202", description = "The run that was begun, or the one that goes on already")
    ScrubRun start(Caller caller) {
        UUID company = companyOf(caller);
        return runs.find(scrubber.request(company, caller.subject()), company).orElseThrow();
    }

    /** @return null for all */
    private static @Nullable UUID companyOf(Caller caller) {
        return caller.has("ADMIN") ? null : caller.organizationId();
    }
}
