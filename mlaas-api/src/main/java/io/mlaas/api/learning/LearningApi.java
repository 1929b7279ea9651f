package io.mlaas.api.learning;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** What other services ask online-learning-service (role {@code SERVICE}). */
@HttpExchange
public interface LearningApi {

    /**
     * Has a company's learner learn rows once: sent again with the same id they are not learned again.
     *
     * @param organizationId of the company whose learner it is
     */
    @PostExchange("/internal/learners/{name}/update")
    Learned learn(
            @PathVariable("name") String name,
            @RequestParam("id") UUID id,
            @RequestParam("organization_id") UUID organizationId,
            @RequestBody RowsToLearn rows);

    /**
     * @param instances inputs by their names
     * @param targets a number, a list of them, or a class, of each
     */
    record RowsToLearn(List<Map<String, Object>> instances, List<Object> targets) {}

    /**
     * @param state LEARNED, or STORED: durable, and learned in its turn
     * @param progress absent of what is learned later
     */
    record Learned(String state, int rows, @Nullable Progress progress) {}

    /**
     * How far the learner is.
     *
     * @param learned rows in all
     * @param updates batches of them
     * @param comparisons with the model that it had stored
     */
    record Progress(long learned, long updates, long comparisons) {}
}
