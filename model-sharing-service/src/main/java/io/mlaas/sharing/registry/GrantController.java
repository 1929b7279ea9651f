package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.grant.Grants;
import io.mlaas.sharing.grant.Permission;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Grants", description = "What a company lets others do with its datasets and models")
class GrantController {
    private static final String CHANGES = "hasRole('DATA_SCIENTIST')";
    private static final String SEES = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";

    private final Sharing sharing;
    private final Grants grants;

    GrantController(Sharing sharing, Grants grants) {
        this.sharing = sharing;
        this.grants = grants;
    }

    /** Which way a grant goes, seen from the caller's company. */
    enum Direction {
        GIVEN,
        RECEIVED
    }

    @PutMapping("/dataset/{dataset_id}/grants/{organization_id}")
    @PreAuthorize(CHANGES)
    @Operation(operationId = "grantDataset", summary = "Let another company see, download or train on a dataset")
    @ApiResponse(responseCode = "200", description = "The company had a grant, which is now this one")
    @ApiResponse(responseCode = "201", description = "Granted")
    ResponseEntity<GrantView> grantDataset(
            @PathVariable("dataset_id") UUID id,
            @PathVariable("organization_id") UUID organizationId,
            @RequestBody GrantRequest request,
            Caller caller) {
        return answer(sharing.grantDataset(id, organizationId, request, caller));
    }

    @PutMapping("/model/{model_id}/grants/{organization_id}")
    @PreAuthorize(CHANGES)
    @Operation(operationId = "grantModel", summary = "Let another company see, download or use a model")
    @ApiResponse(responseCode = "200", description = "The company had a grant, which is now this one")
    @ApiResponse(responseCode = "201", description = "Granted")
    ResponseEntity<GrantView> grantModel(
            @PathVariable("model_id") UUID id,
            @PathVariable("organization_id") UUID organizationId,
            @RequestBody GrantRequest request,
            Caller caller) {
        return answer(sharing.grantModel(id, organizationId, request, caller));
    }

    private static ResponseEntity<GrantView> answer(Grants.Given given) {
        return ResponseEntity.status(given.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(GrantView.of(given.grant()));
    }

    @DeleteMapping("/dataset/{dataset_id}/grants/{organization_id}")
    @PreAuthorize(CHANGES)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "revokeDataset", summary = "Revoke a company's grant on a dataset, at once")
    void revokeDataset(
            @PathVariable("dataset_id") UUID id, @PathVariable("organization_id") UUID organizationId, Caller caller) {
        sharing.revokeDataset(id, organizationId, caller);
    }

    @DeleteMapping("/model/{model_id}/grants/{organization_id}")
    @PreAuthorize(CHANGES)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "revokeModel", summary = "Revoke a company's grant on a model, at once")
    void revokeModel(
            @PathVariable("model_id") UUID id, @PathVariable("organization_id") UUID organizationId, Caller caller) {
        sharing.revokeModel(id, organizationId, caller);
    }

    @GetMapping("/dataset/{dataset_id}/grants")
    @PreAuthorize(SEES)
    @Operation(
            operationId = "datasetGrants",
            summary = "The grants on a dataset and their history: all for its owner, its own for a grantee")
    AssetGrants ofDataset(@PathVariable("dataset_id") UUID id, Caller caller) {
        return sharing.ofDataset(id, caller);
    }

    @GetMapping("/model/{model_id}/grants")
    @PreAuthorize(SEES)
    @Operation(
            operationId = "modelGrants",
            summary = "The grants on a model and their history: all for its owner, its own for a grantee")
    AssetGrants ofModel(@PathVariable("model_id") UUID id, Caller caller) {
        return sharing.ofModel(id, caller);
    }

    @GetMapping("/grants")
    @PreAuthorize(SEES)
    @Operation(operationId = "listGrants", summary = "The grants that the company gave or received, newest first")
    Page<GrantView> list(
            @RequestParam(name = "direction", defaultValue = "received") String direction,
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            Caller caller) {
        boolean given = direction(direction) == Direction.GIVEN;
        var page = Page.Request.of(limit, cursor, null, Permission.class);
        return Page.of(
                grants.list(caller.organizationId(), given, page.before(), page.beforeId(), page.limit() + 1),
                limit,
                grant -> new Page.Position(grant.grantedAt(), grant.id()),
                GrantView::of);
    }

    private static Direction direction(String text) {
        for (Direction direction : Direction.values()) {
            if (direction.name().equalsIgnoreCase(text)) {
                return direction;
            }
        }
        throw PlatformProblem.INVALID_REQUEST.because("direction: %s (expected: given or received)".formatted(text));
    }
}
