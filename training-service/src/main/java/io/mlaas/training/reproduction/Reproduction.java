package io.mlaas.training.reproduction;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.job.Trials.Made;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A model that is trained again.
 *
 * @param expected SHA-256 of the registered result
 * @param registeredMetrics what the registered run measured, as JSON
 * @param failures of the registry to take the verdict
 */
record Reproduction(
        UUID id,
        UUID modelId,
        UUID organizationId,
        UUID ownerId,
        String requestedBy,
        Request request,
        State state,
        String expected,
        TrainingRequested order,
        @Nullable String registeredMetrics,
        Instant requestedAt,
        int failures,
        @Nullable String cancelledBy,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable ReproductionVerdict verdict,
        @Nullable String reason) {

    enum State {
        /** Waits for its first run. */
        QUEUED,
        /** Runs are made. */
        RUNNING,
        /** The verdict is there, and the registry is told of it. */
        PUBLISHING,
        /** The verdict is signed and kept. */
        DONE,
        FAILED,
        CANCELLED;

        boolean ended() {
            return this == DONE || this == FAILED || this == CANCELLED;
        }
    }

    /** What a user sees of a run. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RunView(
            int number,
            String state,

            @Schema(description = "what is pinned in an experiment: CLOCK, ENTROPY, HASH_ORDER, THREADS") @Nullable
            List<String> pinned,

            @Nullable Integer queuePlace,
            @Nullable Boolean equal,
            @Nullable String sha256,
            @Nullable String reason) {}

    /** What a user sees of it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            UUID reproductionId,
            UUID modelId,
            String state,
            String phase,
            String expected,
            Request request,
            Instant requestedAt,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable List<RunView> runs,
            @Nullable ReproductionVerdict verdict,
            @Nullable String reason) {}

    View toApi(@Nullable List<Made> made) {
        return new View(
                id,
                modelId,
                state.name(),
                phase(made),
                expected,
                request,
                requestedAt,
                startedAt,
                endedAt,
                made == null ? null : made.stream().map(this::run).toList(),
                verdict,
                reason);
    }

    private RunView run(Made run) {
        return new RunView(
                run.number(),
                run.state(),
                run.number() > request.times()
                        ? run.conditions().pinned().stream()
                                .map(Enum::name)
                                .sorted()
                                .toList()
                        : null,
                run.queuePlace(),
                run.sha256() == null ? null : run.sha256().equals(expected),
                run.sha256(),
                run.reason());
    }

    private String phase(@Nullable List<Made> made) {
        if (cancelledBy != null && !state.ended()) {
            return "is being cancelled";
        }
        return switch (state) {
            case QUEUED -> "waits for its first run";
            case RUNNING ->
                made != null && made.size() > request.times()
                        ? "looks for the causes of the difference: experiment " + (made.size() - request.times())
                        : "trains again" + (made == null ? "" : ": run " + made.size() + " of " + request.times());
            case PUBLISHING -> "has its verdict signed";
            case DONE -> "has its verdict";
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
        };
    }
}
