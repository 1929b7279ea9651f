package io.mlaas.training.cluster.model;

import io.mlaas.training.cluster.model.TrainingJobStatus.Condition;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import io.mlaas.training.cluster.model.TrainingJobStatus.Result;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import io.mlaas.training.runner.FailureReason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A status in the making: what is not changed stays as it was. */
final class StatusChange {
    private static final String TRUE = "True";
    private static final String FALSE = "False";
    private static final Map<String, Phase> PHASES = Map.of(
            "Queued", Phase.QUEUED,
            "Running", Phase.RUNNING,
            "Succeeded", Phase.SUCCEEDED,
            "Failed", Phase.FAILED);
    private static final List<String> TYPES = List.of("Queued", "Running", "Succeeded", "Failed");
    private static final int LONGEST = 4000;

    private final TrainingJob job;
    private final TrainingJobStatus old;
    private final Instant now;
    private @Nullable Step step;
    private @Nullable FailureReason reason;
    private @Nullable Integer exitCode;
    private int attempts;
    private int registrations;
    private @Nullable Integer position;
    private @Nullable Result result;

    StatusChange(TrainingJob job, Instant now) {
        this.job = job;
        this.old = job.status();
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
        this.step = old.step();
        this.reason = old.reason();
        this.exitCode = old.exitCode();
        this.attempts = old.attempts();
        this.registrations = old.registrations();
    }

    StatusChange attempt(int number) {
        step = Step.TRAINING;
        attempts = number;
        return this;
    }

    StatusChange registration(int number) {
        step = Step.REGISTERING;
        registrations = number;
        return this;
    }

    StatusChange position(int place) {
        position = place;
        return this;
    }

    StatusChange failure(@Nullable FailureReason why, @Nullable Integer code) {
        reason = why;
        exitCode = code;
        return this;
    }

    StatusChange result(@Nullable Result registered) {
        result = registered;
        reason = null;
        return this;
    }

    /** @param word why, for the condition that holds now */
    TrainingJobStatus become(Phase phase, String word, String message) {
        String told = message.length() <= LONGEST ? message : message.substring(0, LONGEST);
        return new TrainingJobStatus(
                job.getMetadata().getGeneration(),
                phase,
                step,
                conditions(phase, word, told),
                reason,
                told,
                exitCode,
                attempts,
                registrations,
                position,
                old.startTime() == null && attempts > 0 ? now : old.startTime(),
                phase.ended() ? now : null,
                old.logTail(),
                result);
    }

    private List<Condition> conditions(Phase phase, String word, String message) {
        List<Condition> conditions = new ArrayList<>();
        for (String type : TYPES) {
            boolean holds = phase == PHASES.get(type);
            conditions.add(condition(type, holds ? TRUE : FALSE, word, holds ? message : ""));
        }
        return conditions;
    }

    private Condition condition(String type, String holds, String word, String message) {
        Instant since = old.conditions().stream()
                .filter(c -> type.equals(c.type()) && holds.equals(c.status()))
                .map(Condition::lastTransitionTime)
                .findFirst()
                .orElse(now);
        return new Condition(type, holds, job.getMetadata().getGeneration(), since, word, message);
    }
}
