package io.mlaas.ppfl.reports;

import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.federation.FederationKind;
import io.mlaas.ppfl.federation.FederationPage;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import tools.jackson.databind.JsonNode;

/** What a door of the reports does with a request that was taken: list, read, cancel. How one is taken differs. */
abstract class ReportController {
    static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    static final String MAY_ASK = "hasRole('DATA_SCIENTIST')";

    final ReportRequests requests;
    private final FederationKind kind;

    ReportController(ReportRequests requests, FederationKind kind) {
        this.requests = requests;
        this.kind = kind;
    }

    @GetMapping
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "The company's requests of this kind, newest first")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(type = "object")))
    FederationPage<JsonNode> list(
            @RequestParam(name = "state", required = false) @Nullable String state,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @Parameter(hidden = true) Caller caller) {
        return requests.list(kind, state, limit, cursor, caller);
    }

    @GetMapping("/{id}")
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "A request and how it goes: status, rounds, metrics, the privacy spent, the model's id")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(type = "object")))
    JsonNode read(@PathVariable("id") UUID id, @Parameter(hidden = true) Caller caller) {
        return requests.read(kind, id, caller);
    }

    @DeleteMapping("/{id}")
    @PreAuthorize(MAY_ASK)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Cancel it; cancelling again changes nothing")
    void cancel(@PathVariable("id") UUID id, @Parameter(hidden = true) Caller caller) {
        requests.cancel(kind, id, caller);
    }
}
