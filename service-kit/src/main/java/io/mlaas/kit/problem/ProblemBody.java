package io.mlaas.kit.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.mlaas.kit.observe.Correlation;
import org.jspecify.annotations.Nullable;

/** RFC 9457 problem details with the platform's extension members. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProblemBody(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        String code,
        String category,
        String remedy,
        @JsonProperty("correlation_id") @Nullable String correlationId) {
    /** Attribute of a request that was answered with a problem: its code. */
    public static final String CODE = "mlaas.problem";

    public static ProblemBody of(Problem problem, String detail, String instance) {
        return new ProblemBody(
                "urn:mlaas:problem:" + problem.name(),
                problem.title(),
                problem.status().value(),
                detail,
                instance,
                problem.name(),
                problem.category().name(),
                problem.remedy(),
                Correlation.current());
    }
}
