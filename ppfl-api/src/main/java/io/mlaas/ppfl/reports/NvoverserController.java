package io.mlaas.ppfl.reports;

import io.mlaas.kit.security.Caller;
import io.mlaas.ppfl.federation.FederationPage;
import io.mlaas.ppfl.federation.Violations;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/nvoverser")
@Tag(name = "nvoverser")
class NvoverserController {
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";

    private final ServerRequests requests;
    private final JsonMapper json;

    NvoverserController(ServerRequests requests, JsonMapper json) {
        this.requests = requests;
        this.json = json;
    }

    /** For the API document. */
    record ServerForm(
            @Schema(
                    description = "lets the company's participants in; with shutdown: after it, a restart",
                    example = "true")
            @Nullable
            Boolean start,

            @Schema(description = "lets nobody in any more; rounds under way pause", example = "false") @Nullable
            Boolean shutdown) {}

    @PostMapping(
            consumes = {
                MediaType.APPLICATION_JSON_VALUE,
                MediaType.APPLICATION_FORM_URLENCODED_VALUE,
                MediaType.MULTIPART_FORM_DATA_VALUE
            })
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "nvoverserAsk",
            summary = "Start the federation server for the company's participants, shut it down, or restart it",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                                        schema = @Schema(implementation = ServerForm.class)),
                                @Content(
                                        mediaType = MediaType.APPLICATION_FORM_URLENCODED_VALUE,
                                        schema = @Schema(implementation = ServerForm.class)),
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schema = @Schema(implementation = ServerForm.class))
                            }))
    ResponseEntity<ServerRequest> ask(HttpServletRequest request, @Parameter(hidden = true) Caller caller) {
        Violations violations = new Violations();
        Fields fields = new Fields(Body.of(request, json), violations);
        boolean start = fields.flag("start");
        boolean shutdown = fields.flag("shutdown");
        fields.requireNoOther();
        if (!start && !shutdown) {
            violations.add("$", "start is false and shutdown is false", "one of them true, or both: a restart");
        }
        violations.refuse();
        ServerRequest made = requests.make(start, shutdown, caller);
        return ResponseEntity.created(URI.create("/nvoverser/" + made.id())).body(made);
    }

    @GetMapping
    @PreAuthorize(MAY_SEE)
    @Operation(operationId = "nvoverserList", summary = "What the company asked of the federation server, newest first")
    FederationPage<ServerRequest> list(
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @Parameter(hidden = true) Caller caller) {
        return requests.list(FederationPage.Request.of(limit, cursor, null, null, null), caller);
    }

    @GetMapping("/{id}")
    @PreAuthorize(MAY_SEE)
    @Operation(operationId = "nvoverserRead", summary = "A request, and whether participants are let in now")
    ServerRequest read(@PathVariable("id") UUID id, @Parameter(hidden = true) Caller caller) {
        return requests.find(id, caller);
    }

    @DeleteMapping("/{id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "nvoverserWithdraw",
            summary = "Take a start back: the server is shut down for the company")
    void withdraw(@PathVariable("id") UUID id, @Parameter(hidden = true) Caller caller) {
        requests.withdraw(id, caller);
    }
}
