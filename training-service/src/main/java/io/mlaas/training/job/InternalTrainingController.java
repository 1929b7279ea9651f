package io.mlaas.training.job;

import io.mlaas.api.training.FollowingApi.TrainingProgress;
import io.mlaas.kit.problem.PlatformProblem;
import io.swagger.v3.oas.annotations.Operation;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** For services that had a model registered to be trained and follow that. */
@RestController
class InternalTrainingController {
    private final Jobs jobs;
    private final JobRepository repository;
    private final LogStream logs;

    InternalTrainingController(Jobs jobs, JobRepository repository, LogStream logs) {
        this.jobs = jobs;
        this.repository = repository;
        this.logs = logs;
    }

    @GetMapping("/internal/train/{model_id}/progress")
    @PreAuthorize("hasRole('SERVICE')")
    @Operation(
            operationId = "trainingProgress",
            summary = "What the program of a model's latest training told of itself, from a place in its log on",
            description = "For the other services of the platform: who asks on from next misses no line.")
    TrainingProgress progress(
            @PathVariable("model_id") UUID modelId,
            @RequestParam("organization_id") UUID organizationId,
            @RequestParam(name = "job_id", required = false) @Nullable UUID jobId,
            @RequestParam(name = "from", defaultValue = "0") long from)
            throws IOException {
        if (from < 0) {
            throw PlatformProblem.INVALID_REQUEST.because("from: " + from + " (expected: >= 0)");
        }
        // read before the log: what was written before the end is told before the end
        Job job = repository.latest(modelId, organizationId).orElseThrow(() -> unknown(modelId));
        return logs.told(job, job.id().equals(jobId) ? from : 0);
    }

    @DeleteMapping("/internal/train/{model_id}")
    @PreAuthorize("hasRole('SERVICE')")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            operationId = "cancelTraining",
            summary = "Cancel the training of a company's model",
            description = "For the other services of the platform.")
    void cancel(
            @PathVariable("model_id") UUID modelId,
            @RequestParam("organization_id") UUID organizationId,
            @RequestParam("by") String by) {
        Job unused = jobs.cancel(modelId, organizationId, by).orElseThrow(() -> unknown(modelId));
    }

    private static RuntimeException unknown(UUID modelId) {
        return TrainingProblem.TRAINING_JOB_UNKNOWN.because(
                "model_id: " + modelId + " (expected: a model whose training was scheduled)");
    }
}
