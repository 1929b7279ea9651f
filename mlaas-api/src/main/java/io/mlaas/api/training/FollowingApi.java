package io.mlaas.api.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** What a service asks training-service about the training of a model that it had registered (role {@code SERVICE}). */
@HttpExchange
public interface FollowingApi {

    /**
     * How a model's latest training goes, and what its program told of itself; a 404 problem as long as it has none.
     *
     * @param jobId whose log {@code from} is a place in; if the latest training is another one, its log is read from the start
     * @param from what the answer before gave as {@code next}, 0 for the first
     */
    @GetExchange("/internal/train/{model_id}/progress")
    TrainingProgress progress(
            @PathVariable("model_id") UUID modelId,
            @RequestParam("organization_id") UUID organizationId,
            @RequestParam(name = "job_id", required = false) @Nullable UUID jobId,
            @RequestParam("from") long from);

    /** Has a model's training ended; a 404 problem if it has none, a 409 problem if it is over or beyond recall. */
    @DeleteExchange("/internal/train/{model_id}")
    void cancel(
            @PathVariable("model_id") UUID modelId,
            @RequestParam("organization_id") UUID organizationId,
            @RequestParam("by") String by);

    /**
     * @param state QUEUED, PREPARING, TRAINING, REGISTERING, SUCCEEDED, FAILED or CANCELLED
     * @param reason why it is in that state, where that needs one
     * @param told the JSON objects of the program's {@code ##mlaas} lines, in their order; a run that was begun again tells some
     *     of them again
     * @param next where the next question goes on
     * @param complete whether the training is over and nothing follows
     * @param metrics what the program measured, once it ended
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TrainingProgress(
            UUID jobId,
            String state,
            @Nullable String reason,
            List<String> told,
            long next,
            boolean complete,
            @Nullable Map<String, Object> metrics) {}
}
