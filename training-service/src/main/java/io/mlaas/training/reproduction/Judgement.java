package io.mlaas.training.reproduction;

import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.ReproductionVerdict.Cause;
import io.mlaas.api.sharing.ReproductionVerdict.Outcome;
import io.mlaas.api.sharing.ReproductionVerdict.Run;
import io.mlaas.training.job.Trials.Made;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What the runs of a reproduction say about the model.
 *
 * @param runs that were asked for, all ended
 */
record Judgement(Reproduction reproduction, List<Made> runs) {

    boolean anyFailed() {
        return runs.stream().anyMatch(run -> !run.succeeded());
    }

    /** Those that made other bytes. */
    List<Made> differing() {
        return runs.stream().filter(run -> run.succeeded() && !isEqual(run)).toList();
    }

    private Tolerance tolerance() {
        return new Tolerance(reproduction.request().tolerance(), reproduction.registeredMetrics(), differing());
    }

    /** Whether there is a difference that nobody declared to be near enough. */
    boolean wantsCauses() {
        return !anyFailed() && !differing().isEmpty() && !tolerance().holds();
    }

    List<Cause> undeclared() {
        Set<Cause> causes = new LinkedHashSet<>();
        for (Made run : runs) {
            if (run.observed() != null) {
                causes.addAll(run.observed().undeclared());
            }
        }
        return List.copyOf(causes);
    }

    /**
     * @param found causes of a difference, from experiments
     * @param unsought why none were looked for
     */
    ReproductionVerdict verdict(List<Cause> found, List<String> unsought) {
        Tolerance tolerance = tolerance();
        List<Cause> causes = new ArrayList<>(undeclared());
        found.stream()
                // what the program read beside its inputs explains more than that nothing else does
                .filter(cause -> causes.isEmpty() || cause.kind() != ReproductionVerdict.CauseKind.UNEXPLAINED)
                .forEach(causes::add);
        Set<String> limits = new LinkedHashSet<>(unsought);
        runs.stream()
                .filter(run -> run.observed() != null)
                .forEach(run -> limits.addAll(run.observed().limits()));
        limits.addAll(tolerance.limits());
        Outcome outcome = outcome(tolerance);
        return new ReproductionVerdict(
                reproduction.id(),
                reproduction.modelId(),
                reproduction.organizationId(),
                reproduction.ownerId(),
                reproduction.requestedBy(),
                outcome,
                summary(outcome),
                reproduction.expected(),
                reproduction.order().trainImageSha256(),
                runs.stream()
                        .map(Made::runner)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                runs.stream().map(this::run).toList(),
                reproduction.request().tolerance(),
                differing().stream()
                        .map(Made::difference)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                tolerance.metrics(),
                causes,
                List.copyOf(limits),
                Objects.requireNonNullElse(reproduction.startedAt(), reproduction.requestedAt()),
                Instant.now());
    }

    private boolean isEqual(Made run) {
        return reproduction.expected().equals(run.sha256());
    }

    private Run run(Made run) {
        return new Run(
                run.number(), isEqual(run), run.sha256(), run.sizeBytes(), run.succeeded() ? null : run.reason());
    }

    private Outcome outcome(Tolerance tolerance) {
        if (!undeclared().isEmpty()) {
            return Outcome.UNDECLARED_INPUT;
        }
        if (anyFailed()) {
            return Outcome.FAILED;
        }
        if (differing().isEmpty()) {
            return Outcome.REPRODUCED;
        }
        return tolerance.holds() ? Outcome.REPRODUCED_WITHIN_TOLERANCE : Outcome.NOT_REPRODUCED;
    }

    private String summary(Outcome outcome) {
        int all = runs.size();
        int other = differing().size();
        return switch (outcome) {
            case REPRODUCED -> "%d of %d runs made the registered bytes".formatted(all, all);
            case REPRODUCED_WITHIN_TOLERANCE ->
                "%d of %d runs made other bytes, within the tolerance that was declared".formatted(other, all);
            case NOT_REPRODUCED -> "%d of %d runs made other bytes than the registered ones".formatted(other, all);
            case UNDECLARED_INPUT ->
                "the program read, or wanted to read, what was not declared; %d of %d runs made the registered bytes"
                        .formatted(runs.stream().filter(this::isEqual).count(), all);
            case FAILED ->
                runs.stream()
                        .filter(run -> !run.succeeded())
                        .findFirst()
                        .map(run -> "run " + run.number() + " made no result: " + run.reason())
                        .orElseThrow();
        };
    }
}
