package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.kit.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What assets are called: descriptions, tags and aliases. */
@RestController
@Tag(name = "Names")
class LabelController {
    private static final String CHANGES = "hasRole('DATA_SCIENTIST')";
    private static final String LOOKS = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final Labels labels;

    LabelController(Labels labels) {
        this.labels = labels;
    }

    /** The patch, for the API document: what is left out stays. */
    record LabelChanges(
            @Schema(
                    types = {"string", "null"},
                    description = "At most 5,000 characters; null removes it.")
            String description,

            @Schema(
                    types = {"object", "null"},
                    description = "At most 50 keys of 100 characters without ':', texts of at most 500 characters;"
                            + " null removes a tag.")
            Map<String, String> tags) {}

    @PatchMapping(
            path = "/dataset/{dataset_id}",
            consumes = {MERGE_PATCH, "application/json"})
    @PreAuthorize(CHANGES)
    @Operation(operationId = "changeDataset", summary = "Change a dataset's description and tags (JSON merge patch)")
    DatasetStatus changeDataset(
            @PathVariable("dataset_id") UUID id,
            @Schema(implementation = LabelChanges.class) @RequestBody Map<String, @Nullable Object> patch,
            Caller caller) {
        return labels.patchDataset(id, new LabelPatch(patch), caller).toApi();
    }

    @PatchMapping(
            path = "/model/{model_id}",
            consumes = {MERGE_PATCH, "application/json"})
    @PreAuthorize(CHANGES)
    @Operation(operationId = "changeModel", summary = "Change a model's description and tags (JSON merge patch)")
    ModelStatus changeModel(
            @PathVariable("model_id") UUID id,
            @Schema(implementation = LabelChanges.class) @RequestBody Map<String, @Nullable Object> patch,
            Caller caller) {
        return labels.patchModel(id, new LabelPatch(patch), caller).toApi();
    }

    @GetMapping("/dataset/{dataset_id}/aliases")
    @PreAuthorize(LOOKS)
    @Operation(operationId = "datasetAliases", summary = "The aliases of a dataset's name, with their history")
    AssetAliases datasetAliases(@PathVariable("dataset_id") UUID id, Caller caller) {
        return labels.aliases(AssetKind.DATASET, id, caller);
    }

    @GetMapping("/model/{model_id}/aliases")
    @PreAuthorize(LOOKS)
    @Operation(operationId = "modelAliases", summary = "The aliases of a model's name, with their history")
    AssetAliases modelAliases(@PathVariable("model_id") UUID id, Caller caller) {
        return labels.aliases(AssetKind.MODEL, id, caller);
    }

    @PutMapping("/dataset/{dataset_id}/aliases/{alias}")
    @PreAuthorize(CHANGES)
    @Operation(operationId = "pointDatasetAlias", summary = "Point an alias of a dataset's name at this version")
    AliasView pointDatasetAlias(
            @PathVariable("dataset_id") UUID id,
            @PathVariable("alias") String alias,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String expected,
            Caller caller) {
        return labels.point(AssetKind.DATASET, id, alias, expected, caller);
    }

    @PutMapping("/model/{model_id}/aliases/{alias}")
    @PreAuthorize(CHANGES)
    @Operation(operationId = "pointModelAlias", summary = "Point an alias of a model's name at this version")
    AliasView pointModelAlias(
            @PathVariable("model_id") UUID id,
            @PathVariable("alias") String alias,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String expected,
            Caller caller) {
        return labels.point(AssetKind.MODEL, id, alias, expected, caller);
    }

    @DeleteMapping("/dataset/{dataset_id}/aliases/{alias}")
    @PreAuthorize(CHANGES)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "removeDatasetAlias", summary = "Remove an alias of a dataset's name")
    void removeDatasetAlias(
            @PathVariable("dataset_id") UUID id,
            @PathVariable("alias") String alias,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String expected,
            Caller caller) {
        labels.remove(AssetKind.DATASET, id, alias, expected, caller);
    }

    @DeleteMapping("/model/{model_id}/aliases/{alias}")
    @PreAuthorize(CHANGES)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "removeModelAlias", summary = "Remove an alias of a model's name")
    void removeModelAlias(
            @PathVariable("model_id") UUID id,
            @PathVariable("alias") String alias,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String expected,
            Caller caller) {
        labels.remove(AssetKind.MODEL, id, alias, expected, caller);
    }
}
