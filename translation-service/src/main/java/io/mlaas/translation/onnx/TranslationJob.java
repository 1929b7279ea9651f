package io.mlaas.translation.onnx;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.Problem;
import io.mlaas.kit.problem.ProblemBody;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A translation that was asked for.
 *
 * @param organizationId the company that asked
 * @param requestedBy subject of the user who asked
 * @param queuePlace 1 for the next one; null unless it waits
 * @param modelId the new model, once there is one
 * @param created false if the registry had the same translation already
 * @param problem code of what went wrong
 */
record TranslationJob(
        UUID id,
        UUID sourceModelId,
        String sourceSha256,
        Wish wish,
        UUID organizationId,
        String requestedBy,
        @Nullable String correlationId,
        JobState state,
        @Nullable Step step,
        @Nullable Integer queuePlace,
        int attempts,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable UUID modelId,
        boolean created,
        @Nullable String problem,
        @Nullable String detail) {

    /** The new model of one that is done. */
    UUID made() {
        if (modelId == null) {
            throw new IllegalStateException("translation " + id + " is " + state + " (expected: DONE)");
        }
        return modelId;
    }

    static String path(UUID id) {
        return "/translate/status/" + id;
    }

    TranslationStatus toApi() {
        return new TranslationStatus(
                id,
                sourceModelId,
                wish.opset(),
                wish.quantize(),
                wish.hasReference() ? wish.referenceSha256() : null,
                state,
                state == JobState.RUNNING ? step : null,
                queuePlace,
                attempts,
                requestedAt,
                startedAt,
                endedAt,
                modelId,
                problem == null ? null : ProblemBody.of(named(problem), String.valueOf(detail), path(id)));
    }

    /** What went wrong, as it is told to whoever still waits for the answer. */
    RuntimeException failure() {
        Problem failed = problem == null ? PlatformProblem.INTERNAL : named(problem);
        return failed.category() == Problem.Category.CAPACITY
                ? failed.retryAfter(5, String.valueOf(detail))
                : failed.because(String.valueOf(detail));
    }

    private static Problem named(String code) {
        return Stream.<Problem>concat(
                        Arrays.stream(TranslationProblem.values()), Arrays.stream(PlatformProblem.values()))
                .filter(problem -> problem.name().equals(code))
                .findFirst()
                .orElse(PlatformProblem.INTERNAL);
    }
}
