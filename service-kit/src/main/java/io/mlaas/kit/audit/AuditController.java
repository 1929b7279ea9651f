package io.mlaas.kit.audit;

import io.mlaas.api.audit.AuditPage;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Audit")
class AuditController {
    private static final String ADMIN = "ADMIN";

    private final AuditTrail trail;

    AuditController(AuditTrail trail) {
        this.trail = trail;
    }

    @Operation(
            operationId = "audit",
            summary = "Who changed what, when, from where, and how it ended; newest first",
            description = "An OPERATOR sees the own company's entries, an ADMIN all of them.")
    @GetMapping("/audit")
    @PreAuthorize("hasAnyRole('OPERATOR', 'ADMIN')")
    AuditPage audit(
            @Parameter(description = "Subject or name of whoever asked")
                    @RequestParam(name = "actor", required = false)
                    @Nullable
                    String actor,
            @Parameter(description = "What the request was about", schema = @Schema(type = "string", format = "uuid"))
                    @RequestParam(name = "asset", required = false)
                    @Nullable
                    String asset,
            @Parameter(schema = @Schema(allowableValues = {"POST", "PUT", "PATCH", "DELETE"}))
                    @RequestParam(name = "method", required = false)
                    @Nullable
                    String method,
            @Parameter(
                            description = "Of the answer",
                            schema = @Schema(type = "integer", minimum = "100", maximum = "599"))
                    @RequestParam(name = "status", required = false)
                    @Nullable
                    String status,
            @Parameter(schema = @Schema(allowableValues = {"DONE", "REFUSED", "FAILED", "UNKNOWN"}))
                    @RequestParam(name = "outcome", required = false)
                    @Nullable
                    String outcome,
            @Parameter(description = "The oldest, inclusive", schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(name = "from", required = false)
                    @Nullable
                    String from,
            @Parameter(description = "The newest, exclusive", schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(name = "to", required = false)
                    @Nullable
                    String to,
            @Parameter(
                            description = "Only an ADMIN can ask for other companies' entries",
                            schema = @Schema(type = "string", format = "uuid"))
                    @RequestParam(name = "organization_id", required = false)
                    @Nullable
                    String organization,
            @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "200", defaultValue = "50"))
                    @RequestParam(name = "limit", required = false)
                    @Nullable
                    String limit,
            @Parameter(description = "next_cursor of the page before")
                    @RequestParam(name = "cursor", required = false)
                    @Nullable
                    String cursor,
            Caller caller) {
        Map<String, @Nullable String> given = new HashMap<>();
        given.put("actor", actor);
        given.put("asset", asset);
        given.put("method", method);
        given.put("status", status);
        given.put("outcome", outcome);
        given.put("from", from);
        given.put("to", to);
        given.put("organization_id", organization);
        given.put("limit", limit);
        given.put("cursor", cursor);
        AuditQuery query = AuditQuery.parse(given);
        return trail.find(caller.has(ADMIN) ? query : query.ofCompany(caller.organizationId()));
    }
}
