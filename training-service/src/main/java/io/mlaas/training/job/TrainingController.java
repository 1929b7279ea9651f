package io.mlaas.training.job;

import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.kit.security.Caller;
import io.mlaas.training.registry.Registry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "training")
class TrainingController {
    private static final String MAY_SEE = "hasAnyRole('DATA_SCIENTIST', 'OPERATOR')";
    private static final int LAST_LINES = 20;
    private static final int MOST_JOBS = 200;

    private final Jobs jobs;
    private final JobRepository repository;
    private final Registry registry;
    private final LogStream logs;
    private final Dispatcher dispatcher;

    TrainingController(Jobs jobs, JobRepository repository, Registry registry, LogStream logs, Dispatcher dispatcher) {
        this.jobs = jobs;
        this.repository = repository;
        this.registry = registry;
        this.logs = logs;
        this.dispatcher = dispatcher;
    }

    @PostMapping("/train/{model_id}")
    @PreAuthorize("hasRole('DATA_SCIENTIST')")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Schedule the training of a model",
            description = "Registering a model schedules its training by itself; this does it again after a failure.")
    ResponseEntity<Job.View> schedule(@PathVariable("model_id") UUID modelId, Caller caller) {
        ModelStatus status = registry.status(modelId)
                .filter(model -> model.organizationId().equals(caller.organizationId()))
                .orElseThrow(() -> unknownModel(modelId));
        switch (status.status()) {
            case "TRAINED", "STORED", "QUARANTINED" ->
                throw TrainingProblem.TRAINING_DONE.because("model " + modelId + " is " + status.status());
            case "PENDING" ->
                throw TrainingProblem.TRAINING_NOT_READY.retryAfter(5, "model " + modelId + " is PENDING");
            default -> {
                TrainingRequested order = registry.order(modelId)
                        .filter(o -> o.organizationId().equals(caller.organizationId()))
                        .orElseThrow(() -> unknownModel(modelId));
                Job job = jobs.queue(order).orElseThrow(() -> underWayOrDone(modelId, caller));
                dispatcher.wake();
                return ResponseEntity.accepted()
                        .location(URI.create("/train/" + modelId))
                        .body(job.toApi(null));
            }
        }
    }

    @GetMapping("/train")
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "The company's training jobs, the latest first")
    List<Job.View> list(Caller caller) {
        return repository.list(caller.organizationId(), MOST_JOBS).stream()
                .map(job -> job.toApi(null))
                .toList();
    }

    @GetMapping("/train/{model_id}")
    @PreAuthorize(MAY_SEE)
    @Operation(summary = "The latest training of a model: queue place, phase, progress, last lines of its log")
    Job.View status(@PathVariable("model_id") UUID modelId, Caller caller) {
        Job job = latest(modelId, caller);
        return job.toApi(logs.tail(job, LAST_LINES));
    }

    @DeleteMapping("/train/{model_id}")
    @PreAuthorize(MAY_SEE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Cancel the training of a model",
            description = "Everything that the program started is ended.")
    Job.View cancel(@PathVariable("model_id") UUID modelId, Caller caller) {
        Job job = jobs.cancel(modelId, caller.organizationId(), caller.name()).orElseThrow(() -> unknownJob(modelId));
        return job.toApi(null);
    }

    @GetMapping(
            path = "/train/{model_id}/logs",
            produces = {"text/plain", "text/event-stream"})
    @PreAuthorize(MAY_SEE)
    @Operation(
            summary = "The log of a model's latest training",
            description = "As text, or with follow=true as server-sent events (log, status, end) until the job ends.")
    void logs(
            @PathVariable("model_id") UUID modelId,
            @RequestParam(name = "follow", defaultValue = "false") boolean follow,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable Long from,
            Caller caller,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        Job job = latest(modelId, caller);
        if (follow) {
            logs.follow(job, from, response);
        } else {
            logs.text(job, response);
        }
    }

    private Job latest(UUID modelId, Caller caller) {
        return repository.latest(modelId, caller.organizationId()).orElseThrow(() -> unknownJob(modelId));
    }

    private RuntimeException underWayOrDone(UUID modelId, Caller caller) {
        Job job = latest(modelId, caller);
        return (job.state() == JobState.SUCCEEDED ? TrainingProblem.TRAINING_DONE : TrainingProblem.TRAINING_UNDER_WAY)
                .because("the training of model " + modelId + " is " + job.state());
    }

    private static RuntimeException unknownModel(UUID modelId) {
        return TrainingProblem.TRAINING_MODEL_UNKNOWN.because(
                "model_id: " + modelId + " (expected: a registered model)");
    }

    private static RuntimeException unknownJob(UUID modelId) {
        return TrainingProblem.TRAINING_JOB_UNKNOWN.because(
                "model_id: " + modelId + " (expected: a model whose training was scheduled)");
    }
}
