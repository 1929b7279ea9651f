package io.mlaas.translation.onnx;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.kit.problem.ProblemBody;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a translation is.
 *
 * @param translationId of this work; the model that it makes has an id of its own
 * @param step what is done now, while it is {@code RUNNING}
 * @param queuePlace 1 for the next one, while it is {@code QUEUED}
 * @param attempts how often it was begun; more than once where the service died over it
 * @param modelId the new model, once it is {@code DONE}
 * @param problem why it is {@code FAILED}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TranslationStatus(
        UUID translationId,
        UUID sourceModelId,
        int opset,
        boolean quantize,
        @Nullable String referenceSha256,
        JobState state,
        @Nullable Step step,
        @Nullable Integer queuePlace,
        int attempts,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable UUID modelId,
        @Nullable ProblemBody problem) {}
