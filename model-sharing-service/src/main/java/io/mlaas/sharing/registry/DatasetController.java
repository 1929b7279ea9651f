package io.mlaas.sharing.registry;

import io.mlaas.api.blockchain.ContractMetadata;
import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.anchoring.Chain;
import io.mlaas.sharing.grant.Permission;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.format.annotation.DateTimeFormat.ISO;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Datasets")
class DatasetController {
    private final Registration registration;
    private final AssetLists lists;
    private final Access access;
    private final Download download;
    private final Chain chain;

    DatasetController(Registration registration, AssetLists lists, Access access, Download download, Chain chain) {
        this.registration = registration;
        this.lists = lists;
        this.access = access;
        this.download = download;
        this.chain = chain;
    }

    record DatasetId(UUID datasetId) {}

    /** The form, for the API document. */
    record DatasetForm(
            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    type = "string",
                    format = "binary",
                    description = "The file; 'model' is another name for this part. Either this or upload_id.")
            String dataset,

            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    format = "uuid",
                    description = "Id of a complete resumable upload (POST /uploads) instead of the file.")
            String uploadId,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "JSON: samples_dimension (a shape), optional organization_id (your own), sample_num"
                            + " (a count) and anything else.",
                    example = "{\"samples_dimension\": \"(1,32,32)\"}")
            String metadata) {}

    @PostMapping(
            path = {"/dataset", "/dataset/"},
            consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(
            operationId = "registerDataset",
            summary = "Register a dataset",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                            schema = @Schema(implementation = DatasetForm.class))))
    @ApiResponse(responseCode = "201", description = "Registered and on the chain; Location is the dataset")
    @ApiResponse(responseCode = "202", description = "Stored; the chain is slow: Location is the status to look at")
    ResponseEntity<DatasetId> register(Caller caller, HttpServletRequest request) {
        Dataset dataset = registration.dataset(caller, request);
        boolean anchored = dataset.state() != DatasetState.PENDING;
        URI location = URI.create("/dataset/" + dataset.id() + (anchored ? "" : "/status"));
        return (anchored
                        ? ResponseEntity.created(location)
                        : ResponseEntity.accepted().location(location))
                .body(new DatasetId(dataset.id()));
    }

    @GetMapping({"/dataset", "/dataset/"})
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(
            operationId = "listDatasets",
            summary = "The company's datasets, newest first, or filtered, searched and sorted")
    @Parameter(
            name = "tag",
            in = ParameterIn.QUERY,
            description = "key:value; may be repeated, then all of them must be there",
            array = @ArraySchema(schema = @Schema(type = "string")))
    Page<DatasetStatus> list(
            @RequestParam(name = "limit", defaultValue = "50") int limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor,
            @RequestParam(name = "sort", required = false) @Nullable String sort,
            @RequestParam(name = "shared", required = false) @Nullable String shared,
            @RequestParam(name = "status", required = false) @Nullable String status,
            @RequestParam(name = "name", required = false) @Nullable String name,
            @RequestParam(name = "q", required = false) @Nullable String search,
            @RequestParam(name = "created_after", required = false) @DateTimeFormat(iso = ISO.DATE_TIME) @Nullable
                    Instant createdAfter,
            @RequestParam(name = "created_before", required = false) @DateTimeFormat(iso = ISO.DATE_TIME) @Nullable
                    Instant createdBefore,
            @RequestParam(name = "sha256", required = false) @Nullable String sha256,
            HttpServletRequest request,
            Caller caller) {
        return lists.datasets(new AssetQuery(AssetKind.DATASET, caller.organizationId(), limit)
                .shared(shared)
                .sort(sort)
                .status(status, DatasetState.class)
                .name(name)
                .tags(request.getParameterValues("tag"))
                .words(search)
                .created(createdAfter, createdBefore)
                .sha256(sha256)
                .after(cursor));
    }

    @GetMapping("/dataset/{dataset_id}")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'JOB')")
    @Operation(operationId = "downloadDataset", summary = "Download a dataset, verified against the chain")
    @ApiResponse(
            responseCode = "200",
            description = "The file as it was registered",
            content = @Content(mediaType = MediaType.ALL_VALUE))
    @ApiResponse(
            responseCode = "206",
            description = "The range that was asked for, verified like the whole",
            content = @Content(mediaType = MediaType.ALL_VALUE))
    @ApiResponse(responseCode = "304", description = "The file is the one that If-None-Match names", content = @Content)
    void download(
            @PathVariable("dataset_id") UUID id,
            Caller caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        download.dataset(access.dataset(id, caller, Permission.READ), request, response);
    }

    @GetMapping("/dataset/{dataset_id}/metadata")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(operationId = "datasetMetadata", summary = "What the chain says of a dataset")
    ContractMetadata metadata(@PathVariable("dataset_id") UUID id, Caller caller) {
        return chain.read(id, access.recordedDataset(id, caller).anchoredAt());
    }

    @GetMapping("/dataset/{dataset_id}/status")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR', 'SERVICE')")
    @Operation(operationId = "datasetStatus", summary = "What the registry says of a dataset")
    DatasetStatus status(@PathVariable("dataset_id") UUID id, Caller caller) {
        return access.dataset(id, caller).toApi();
    }
}
