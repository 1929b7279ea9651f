package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.ModelSharingApi.JobCredential;
import io.mlaas.api.sharing.ModelSharingApi.JobCredentialRequest;
import io.mlaas.api.sharing.NewTraining;
import io.mlaas.api.sharing.RegisteredSnapshot;
import io.mlaas.api.sharing.RegisteredTraining;
import io.mlaas.api.sharing.RegisteredTranslation;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.credential.JobCredentials;
import io.mlaas.sharing.grant.Permission;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What other services ask; the gateway does not route here. */
@RestController
@Tag(name = "Internal")
class InternalController {
    private static final long LONGEST_SECONDS = Duration.ofDays(14).toSeconds();

    private final Access access;
    private final AnchoringOutcomes orders;
    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final Download download;
    private final JobCredentials jobs;
    private final Translations translations;
    private final Snapshots snapshots;
    private final Trainings trainings;

    InternalController(
            Access access,
            AnchoringOutcomes orders,
            DatasetRepository datasets,
            ModelRepository models,
            Download download,
            JobCredentials jobs,
            Translations translations,
            Snapshots snapshots,
            Trainings trainings) {
        this.access = access;
        this.orders = orders;
        this.datasets = datasets;
        this.models = models;
        this.download = download;
        this.jobs = jobs;
        this.translations = translations;
        this.snapshots = snapshots;
        this.trainings = trainings;
    }

    @GetMapping("/internal/model/{model_id}/training")
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(operationId = "trainingOrder", summary = "What a training job must know about its model")
    TrainingRequested training(@PathVariable("model_id") UUID id, Caller caller) {
        Model model = access.ownModel(id, caller);
        model.anchoredAt();
        return orders.order(model);
    }

    @PostMapping("/internal/model/{model_id}/job-credential")
    @PreAuthorize("hasRole('SERVICE')")
    @Transactional
    @Operation(
            summary = "Issue the credential of a training job; the model's earlier ones stop to work",
            description =
                    "With read_only, for a job that trains a model again: it opens the inputs and takes no result,"
                            + " and the model must have one.")
    JobCredential jobCredential(
            @PathVariable("model_id") UUID id, @RequestBody JobCredentialRequest request, Caller caller) {
        if (request.jobId() == null) {
            throw PlatformProblem.INVALID_REQUEST.because("job_id: missing (expected: a UUID)");
        }
        if (request.validSeconds() < 1 || request.validSeconds() > LONGEST_SECONDS) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "valid_seconds: %d (expected: 1 to %d)".formatted(request.validSeconds(), LONGEST_SECONDS));
        }
        access.ownModel(id, caller);
        Model model = models.findLocked(id).orElseThrow();
        model.anchoredAt();
        if (request.onlyReads()) {
            model.trainedResult();
        } else {
            model.requireUntrained();
        }
        requireGranted(model, request.jobId());
        Duration valid = Duration.ofSeconds(request.validSeconds());
        JobCredentials.Issued issued = request.onlyReads()
                ? jobs.issueToRead(model.organizationId(), id, request.jobId(), valid)
                : jobs.issue(model.organizationId(), id, request.jobId(), valid);
        return new JobCredential(issued.token(), issued.expiresAt());
    }

    /** The form, for the API document. */
    record TranslationForm(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "JSON: what was compared, and how close it was.")
            String certificate,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, type = "string", format = "binary")
            String artifact) {}

    @PostMapping(path = "/internal/translation", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(
            operationId = "registerTranslation",
            summary = "Register a translated model, on a user's behalf",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                            schema = @Schema(implementation = TranslationForm.class))))
    @ApiResponse(responseCode = "200", description = "The same translation was registered before")
    @ApiResponse(responseCode = "201", description = "Registered and verified on the chain")
    @ApiResponse(responseCode = "202", description = "Stored; the chain is slow: Location is the status to look at")
    ResponseEntity<RegisteredTranslation> register(
            @RequestParam("source_model_id") UUID sourceModelId,
            @RequestParam("format") String format,
            @RequestParam(name = "reference_sha256", defaultValue = "") String referenceSha256,
            @RequestParam(name = "organization_id", required = false) @Nullable UUID organizationId,
            @RequestParam(name = "requested_by", required = false) @Nullable String requestedBy,
            Caller caller,
            HttpServletRequest request) {
        RegisteredTranslation translation = translations.register(
                new TranslationRepository.Origin(sourceModelId, format, referenceSha256),
                ActingFor.company(caller, organizationId, requestedBy),
                request);
        return ResponseEntity.status(status(translation.status(), translation.created()))
                .location(location(translation.modelId(), translation.status()))
                .body(translation);
    }

    /** The form, for the API document. */
    record SnapshotForm(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "JSON: how the snapshot came about. `name` is the model's, `source_model_id` what the"
                            + " learner began with.")
            String record,

            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    description = "JSON: the learner's document. Its digests go where a training image's would.")
            String learner,

            @Schema(requiredMode = Schema.RequiredMode.REQUIRED, type = "string", format = "binary")
            String artifact) {}

    @PostMapping(path = "/internal/snapshot", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(
            operationId = "registerSnapshot",
            summary = "Register a learner's snapshot as a model, for a company",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                            schema = @Schema(implementation = SnapshotForm.class))))
    @ApiResponse(responseCode = "200", description = "The same snapshot was registered before")
    @ApiResponse(responseCode = "201", description = "Registered and verified on the chain")
    @ApiResponse(responseCode = "202", description = "Stored; the chain is slow: Location is the status to look at")
    ResponseEntity<RegisteredSnapshot> registerSnapshot(
            @RequestParam("learner_id") UUID learnerId,
            @RequestParam("snapshot") long number,
            @RequestParam("format") String format,
            @RequestParam(name = "organization_id", required = false) @Nullable UUID organizationId,
            @RequestParam(name = "requested_by", required = false) @Nullable String requestedBy,
            Caller caller,
            HttpServletRequest request) {
        RegisteredSnapshot snapshot = snapshots.register(
                new Model.Snapshot(learnerId, number),
                format,
                ActingFor.company(caller, organizationId, requestedBy),
                request);
        return ResponseEntity.status(status(snapshot.status(), snapshot.created()))
                .location(location(snapshot.modelId(), snapshot.status()))
                .body(snapshot);
    }

    @PostMapping("/internal/training")
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(
            operationId = "registerTraining",
            summary = "Register a model and have it trained, for a company",
            description = "The service gives the id: asked again with the same it answers the first model. With"
                    + " check=true nothing is made, and it answers whether it could be.")
    RegisteredTraining registerTraining(
            @RequestParam(name = "organization_id", required = false) @Nullable UUID organizationId,
            @RequestParam(name = "requested_by", required = false) @Nullable String requestedBy,
            @RequestParam(name = "check", defaultValue = "false") boolean check,
            @RequestBody NewTraining training,
            Caller caller) {
        if (training.modelId() == null) {
            throw PlatformProblem.INVALID_REQUEST.because("model_id: missing (expected: a UUID)");
        }
        Caller company = ActingFor.company(caller, organizationId, requestedBy);
        return check ? trainings.check(training, company) : trainings.register(training, company);
    }

    private static HttpStatus status(String state, boolean created) {
        boolean trained = state.equals(ModelState.TRAINED.name());
        return !trained ? HttpStatus.ACCEPTED : created ? HttpStatus.CREATED : HttpStatus.OK;
    }

    private static URI location(UUID model, String state) {
        return URI.create("/model/" + model + (state.equals(ModelState.TRAINED.name()) ? "" : "/status"));
    }

    /** A job that had its credential before a grant was revoked may come to its end; one that has not started may not. */
    private void requireGranted(Model model, UUID jobId) {
        UUID datasetId = model.datasetId();
        Dataset dataset = datasetId == null ? null : datasets.find(datasetId).orElseThrow();
        if (dataset != null && !access.mayTrain(model.organizationId(), dataset) && !jobs.isIssued(model.id(), jobId)) {
            throw RegistryProblem.NOT_GRANTED.because(
                    "dataset_id: %s: the grant to train on it was revoked".formatted(datasetId));
        }
    }

    @GetMapping("/internal/model/{model_id}/artifact")
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(
            operationId = "modelForUse",
            summary = "The trained artifact, for a service that works with it on a user's behalf",
            description = "The user's company owns the model or was granted its use; what the user may download is"
                    + " another question, which GET /model/{model_id} answers.")
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
    void artifact(
            @PathVariable("model_id") UUID id,
            @RequestParam(name = "organization_id", required = false) @Nullable UUID organizationId,
            Caller caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        Caller company = ActingFor.company(caller, organizationId, null);
        download.result(access.model(id, company, Permission.USE), request, response);
    }

    @GetMapping("/internal/dataset/{dataset_id}/content")
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(
            operationId = "datasetForUse",
            summary = "A dataset's file, for a service that looks at what a company may train on")
    @ApiResponse(responseCode = "200", description = "The file", content = @Content(mediaType = MediaType.ALL_VALUE))
    @ApiResponse(
            responseCode = "206",
            description = "The range that was asked for, verified like the whole",
            content = @Content(mediaType = MediaType.ALL_VALUE))
    @ApiResponse(responseCode = "304", description = "The file is the one that If-None-Match names", content = @Content)
    void dataset(
            @PathVariable("dataset_id") UUID id,
            @RequestParam(name = "organization_id", required = false) @Nullable UUID organizationId,
            Caller caller,
            HttpServletRequest request,
            HttpServletResponse response) {
        Caller company = ActingFor.company(caller, organizationId, null);
        download.dataset(access.dataset(id, company, Permission.TRAIN), request, response);
    }

    @GetMapping("/internal/translation")
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(operationId = "latestTranslation", summary = "The latest translation of a model, on a user's behalf")
    RegisteredTranslation translation(
            @RequestParam("source_model_id") UUID sourceModelId, @RequestParam("format") String format, Caller caller) {
        return translations.latest(sourceModelId, format, caller);
    }
}
