package io.mlaas.api.sharing;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.annotation.PutExchange;

/** What other services ask the registry. Files are streamed through plain HTTP calls beside this interface. */
@HttpExchange
public interface ModelSharingApi {

    /** The state of a model, as its owner sees it (a missing model and another company's are the same 404). */
    @GetExchange("/model/{id}/status")
    ModelStatus modelStatus(@PathVariable("id") UUID modelId);

    /** The state of a dataset, as its owner sees it. */
    @GetExchange("/dataset/{id}/status")
    DatasetStatus datasetStatus(@PathVariable("id") UUID datasetId);

    /** Everything a training job must know about its model (role {@code SERVICE}). */
    @GetExchange("/internal/model/{id}/training")
    TrainingRequested trainingOrder(@PathVariable("id") UUID modelId);

    /** A credential with which one job reads the model's inputs and registers its result once (role {@code SERVICE}). */
    @PostExchange("/internal/model/{id}/job-credential")
    JobCredential jobCredential(@PathVariable("id") UUID modelId, @RequestBody JobCredentialRequest request);

    /**
     * The latest translation of a model to a format, or a 404 problem (role {@code SERVICE}, on a user's behalf). One is
     * registered by a multipart {@code POST} to the same path and query: part {@code certificate} (JSON) and file
     * {@code artifact}; the answer is a {@link RegisteredTranslation} too.
     */
    @GetExchange("/internal/translation")
    RegisteredTranslation translation(
            @RequestParam("source_model_id") UUID sourceModelId, @RequestParam("format") String format);

    /**
     * Registers a model that is to be trained (role {@code SERVICE}); asked again with the same id it answers the first one.
     *
     * @param organizationId of the company it is for, where no user is behind the request
     * @param requestedBy subject of the user who wanted it
     * @param check only whether it could be
     */
    @PostExchange("/internal/training")
    RegisteredTraining registerTraining(
            @RequestParam(name = "organization_id", required = false) @Nullable UUID organizationId,
            @RequestParam(name = "requested_by", required = false) @Nullable String requestedBy,
            @RequestParam("check") boolean check,
            @RequestBody NewTraining training);

    /** Tells the facts of the run that made a model's result (role {@code SERVICE}); the same may be told again. */
    @PutExchange("/internal/model/{id}/training-record")
    void putTrainingRecord(@PathVariable("id") UUID modelId, @RequestBody TrainingRecord record);

    /** Tells what came of training a model again (role {@code SERVICE}); the same may be told again. */
    @PutExchange("/internal/model/{id}/reproductions/{reproductionId}")
    void putReproduction(
            @PathVariable("id") UUID modelId,
            @PathVariable("reproductionId") UUID reproductionId,
            @RequestBody ReproductionVerdict verdict);

    /** @param readOnly for a job that trains a model again, which has its result: it opens the inputs and takes nothing */
    record JobCredentialRequest(
            UUID jobId, long validSeconds, @Nullable Boolean readOnly) {

        public boolean onlyReads() {
            return Boolean.TRUE.equals(readOnly);
        }
    }

    record JobCredential(String token, Instant expiresAt) {
        @Override
        public String toString() {
            return "JobCredential[token=…, expiresAt=" + expiresAt + "]";
        }
    }
}
