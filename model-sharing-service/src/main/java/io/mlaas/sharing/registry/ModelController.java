package io.mlaas.sharing.registry;

import io.mlaas.api.blockchain.ContractMetadata;
import io.mlaas.api.sharing.ModelStatus;
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
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Models")
class ModelController {
    private final Registration registration;
    private final TrainingResults results;
    private final Translations translations;
    private final AssetLists lists;
    private final Access access;
    private final Download download;
    private final Chain chain;

    ModelController(
            Registration registration,
            TrainingResults results,
            Translations translations,
            AssetLists lists,
            Access access,
            Download download,
            Chain chain) {
        this.registration = registration;
        this.results = results;
        this.translations = translations;
        this.lists = lists;
        this.access = access;
        this.download = download;
        this.chain = chain;
    }

    record ModelId(UUID modelId) {}

    /** The form, for the API document. */
    record ModelForm(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description =
                            "JSON: model_params {developer_id, organization_id, sample_dimension, params, resources} and"
                                    + " data_params {dataset_id}; all but dataset_id may be left out, and that too of an imported model. params are the initial"
                                    + " conditions (hyper-parameters, seeds) for the image. resources are what a training in a cluster asks for:"
                                    + " {cpu: \"4\", memory: \"16Gi\", gpus: 1, gpu_resource, node_selector: {label: value}, deadline_seconds,"
                                    + " retries, output_size: \"10Gi\", runtime: job | argo | kubeflow, workers, priority, queue}; all may be left out.",
                    example = "{\"data_params\": {\"dataset_id\": \"b2a30898-b72c-4b08-802b-7786425d01f9\"}}")
            String metadata,

            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    description = "Reference of the training image; the built-in one if left out.",
                    example = "mlaas/trainer:1")
            String trainImage,

            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    type = "string",
                    format = "binary",
                    description = "The model's architecture, for the image.")
            String model,

            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    type = "string",
                    format = "binary",
                    description = "A model that was trained elsewhere, instead of train_image and dataset_id: it is"
                            + " registered as imported, since its training was not witnessed.")
            String artifact,

            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    format = "uuid",
                    description = "Id of a complete resumable upload (POST /uploads) instead of the artifact.")
            String uploadId) {}

    @PostMapping(
            path = {"/model", "/model/"},
            consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(
            operationId = "registerModel",
            summary = "Register a model and have it trained, or import one that was trained elsewhere",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                            schema = @Schema(implementation = ModelForm.class))))
    @ApiResponse(
            responseCode = "201",
            description = "Registered and on the chain; training is requested, unless it is imported")
    @ApiResponse(responseCode = "202", description = "Stored; the chain is slow: Location is the status to look at")
    ResponseEntity<ModelId> register(Caller caller, HttpServletRequest request) {
        Model model = registration.model(caller, request);
        boolean anchored = model.state() != ModelState.PENDING && model.state() != ModelState.STORED;
        URI location = URI.create("/model/" + model.id() + (anchored ? "" : "/status"));
        return (anchored
                        ? ResponseEntity.created(location)
                        : ResponseEntity.accepted().location(location))
                .body(new ModelId(model.id()));
    }

    @PutMapping(path = "/model/{model_id}", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @PreAuthorize("hasRole('JOB')")
    @Operation(
            operationId = "registerResult",
            summary = "Register a training job's result (with the job's own credential, once)",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                                            schema = @Schema(type = "string", format = "binary"))))
    @ApiResponse(responseCode = "200", description = "Stored and verified on the chain")
    @ApiResponse(responseCode = "202", description = "Stored; the chain is slow: Location is the status to look at")
    ResponseEntity<ModelStatus> result(@PathVariable("model_id") UUID id, Caller caller, HttpServletRequest request) {
        Model model = results.register(id, caller, request);
        if (model.state() == ModelState.STORED) {
            return ResponseEntity.accepted()
                    .location(URI.create("/model/" + id + "/status"))
                    .body(model.toApi());
        }
        return ResponseEntity.ok(model.toApi());
    }

    @GetMapping({"/model", "/model/"})
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(
            operationId = "listModels",
            summary = "The company's models, newest first, or filtered, searched and sorted")
    @Parameter(
            name = "tag",
            in = ParameterIn.QUERY,
            description = "key:value; may be repeated, then all of them must be there",
            array = @ArraySchema(schema = @Schema(type = "string")))
    Page<ModelStatus> list(
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
            @RequestParam(name = "dataset_id", required = false) @Nullable UUID datasetId,
            @RequestParam(name = "format", required = false) @Nullable String format,
            @RequestParam(name = "origin", required = false) @Nullable String origin,
            HttpServletRequest request,
            Caller caller) {
        return lists.models(new AssetQuery(AssetKind.MODEL, caller.organizationId(), limit)
                .shared(shared)
                .sort(sort)
                .status(status, ModelState.class)
                .name(name)
                .tags(request.getParameterValues("tag"))
                .words(search)
                .created(createdAfter, createdBefore)
                .sha256(sha256)
                .dataset(datasetId)
                .format(format)
                .origin(origin)
                .after(cursor));
    }

    @GetMapping("/model/{model_id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @Operation(operationId = "downloadModel", summary = "Download a trained model, verified against the chain")
    @ApiResponse(
            responseCode = "200",
            description = "The trained artifact",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                            schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(
            responseCode = "206",
            description = "The range that was asked for, verified like the whole",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                            schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(responseCode = "304", description = "The file is the one that If-None-Match names", content = @Content)
    void download(
            @PathVariable("model_id") UUID id,
            Caller caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        download.result(access.model(id, caller, Permission.READ), request, response);
    }

    @GetMapping("/model/{model_id}/definition")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'JOB', 'SERVICE')")
    @Operation(
            operationId = "downloadDefinition",
            summary = "Download the architecture file that a model was registered with")
    @ApiResponse(
            responseCode = "200",
            description = "The file as it was registered",
            content = @Content(mediaType = MediaType.ALL_VALUE))
    @ApiResponse(
            responseCode = "206",
            description = "The range that was asked for, verified like the whole",
            content = @Content(mediaType = MediaType.ALL_VALUE))
    @ApiResponse(responseCode = "304", description = "The file is the one that If-None-Match names", content = @Content)
    void definition(
            @PathVariable("model_id") UUID id,
            Caller caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        Model model = access.model(id, caller, Permission.READ);
        download.definition(translations.architecture(model, caller), request, response);
    }

    @GetMapping("/model/{model_id}/metadata")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(operationId = "modelMetadata", summary = "What the chain says of a model")
    ContractMetadata metadata(@PathVariable("model_id") UUID id, Caller caller) {
        return chain.read(id, access.recordedModel(id, caller).anchoredAt());
    }

    @GetMapping("/model/{model_id}/status")
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR', 'SERVICE')")
    @Operation(operationId = "modelStatus", summary = "What the registry says of a model")
    ModelStatus status(@PathVariable("model_id") UUID id, Caller caller) {
        return access.model(id, caller).toApi();
    }

    @GetMapping(path = "/model/{model_id}/certificate", produces = MediaType.APPLICATION_JSON_VALUE)
    @PreAuthorize("hasAnyRole('DATA_SCIENTIST', 'OPERATOR')")
    @Operation(
            operationId = "translationCertificate",
            summary = "The certificate that a translation was registered with")
    @ApiResponse(
            responseCode = "200",
            description = "The certificate; its SHA-256 is definition_sha256 of the translation's contract",
            content = @Content(schema = @Schema(types = "object")))
    void certificate(
            @PathVariable("model_id") UUID id,
            Caller caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        translations.certificate(id, caller, request, response);
    }
}
