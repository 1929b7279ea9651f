package io.mlaas.training.cluster.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.model.Decision.Action;
import io.mlaas.training.cluster.model.Decision.Event;
import io.mlaas.training.cluster.model.Observed.Owned;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import io.mlaas.training.cluster.model.TrainingJobStatus.Result;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import io.mlaas.training.runner.FailureReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What comes next for a training, as a function of what is observed. Nothing else is known: a new operator that looks at the
 * same training decides the same.
 */
public final class Decisions {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(15);
    private static final Duration MARGIN = Duration.ofMinutes(30);
    private static final Duration LONGEST_CREDENTIAL = Duration.ofDays(14);

    private final Policy policy;

    public Decisions(Policy policy) {
        this.policy = policy;
    }

    public Decision next(Observed seen) {
        TrainingJob job = seen.job();
        boolean guarded = job.getMetadata().getFinalizers().contains(Names.FINALIZER);
        if (job.deleted()) {
            return guarded ? deleted(seen) : same(job);
        }
        if (job.status().ended()) {
            return ended(seen);
        }
        if (!guarded) {
            return act(job.status(), new Action.AddFinalizer());
        }
        if (job.getSpec().cancelled()) {
            return cancelled(seen);
        }
        if (job.status().attempts() == 0) {
            return queued(seen);
        }
        return job.status().step() == Step.REGISTERING ? registering(seen) : training(seen);
    }

    /** The registry will never give this job a credential, so nothing can be fetched or registered. */
    public Decision credentialRefused(Observed seen, String message) {
        TrainingJobStatus status = seen.job().status();
        if (status.step() != Step.REGISTERING) {
            return fail(seen, FailureReason.INPUT_REFUSED, message, null);
        }
        if (seen.owned().contains(Owned.CREDENTIAL)) {
            // the registry may hold the result already, registered by an attempt that could not tell: the next one
            // finds out
            return act(running(seen, "Starting", message), new Action.Start(Step.REGISTERING, status.registrations()));
        }
        return fail(seen, FailureReason.RESULT_REFUSED, message, status.exitCode());
    }

    /** Kubernetes takes what the spec becomes for wrong. */
    public Decision refused(Observed seen, String message) {
        return fail(seen, FailureReason.INVALID_SPEC, message, null);
    }

    /** The registry does not answer: the training waits, and nothing is lost. */
    public Decision credentialUnavailable(Observed seen, String message) {
        return status(running(seen, "WaitsForPlatform", message), LATER);
    }

    private Decision deleted(Observed seen) {
        if (runs(seen)) {
            return new Decision(
                    seen.job().status(), List.of(new Action.StopSteps()), Optional.empty(), Optional.empty(), SOON);
        }
        return act(seen.job().status(), new Action.RemoveFinalizer());
    }

    private static boolean runs(Observed seen) {
        return seen.owned().contains(Owned.ACTIVE_STEP) || seen.owned().contains(Owned.ACTIVE_POD);
    }

    /** Whatever may still run is ended, then what is of no use any more goes; pods stay for their logs. */
    private static Decision ended(Observed seen) {
        List<Action> actions = new ArrayList<>();
        boolean runs = runs(seen);
        if (runs) {
            actions.add(new Action.StopSteps());
        }
        if (seen.owned().contains(Owned.CREDENTIAL)) {
            actions.add(new Action.DeleteCredential());
        }
        if (!runs && seen.owned().contains(Owned.VOLUME)) {
            actions.add(new Action.DeleteVolume());
        }
        if (!runs && seen.job().getMetadata().getFinalizers().contains(Names.FINALIZER) && actions.isEmpty()) {
            // whoever deletes it now need not wait for the operator
            actions.add(new Action.RemoveFinalizer());
        }
        return new Decision(
                seen.job().status(), actions, Optional.empty(), Optional.empty(), actions.isEmpty() ? null : SOON);
    }

    private Decision cancelled(Observed seen) {
        TrainingJob job = seen.job();
        Optional<Integer> log =
                job.status().step() == Step.TRAINING && job.status().attempts() > 0
                        ? Optional.of(job.status().attempts())
                        : Optional.empty();
        if (runs(seen)) {
            TrainingJobStatus status = running(seen, "Cancelling", "it is being ended, as spec.cancelled says");
            return new Decision(status, List.of(new Action.StopSteps()), log, Optional.empty(), SOON);
        }
        TrainingJobStatus status =
                change(seen).failure(null, null).become(Phase.CANCELLED, "Cancelled", "cancelled by spec.cancelled");
        return told(status, false, "Cancelled", "cancelled by spec.cancelled", log);
    }

    private Decision queued(Observed seen) {
        return switch (seen.admission()) {
            case Admission.Admitted admitted ->
                told(
                        change(seen).attempt(1).become(Phase.RUNNING, "Admitted", "it left the queue"),
                        false,
                        "Admitted",
                        "left the queue of company " + seen.job().getSpec().organizationId(),
                        Optional.empty());
            case Admission.Waits waits ->
                status(
                        change(seen).position(waits.position()).become(Phase.QUEUED, "WaitsInQueue", waits.message()),
                        LATER);
            case Admission.Never never -> fail(seen, FailureReason.INVALID_SPEC, never.message(), null);
        };
    }

    private Decision training(Observed seen) {
        int attempt = seen.job().status().attempts();
        return switch (seen.train()) {
            case StepState.Absent absent -> start(seen, Step.TRAINING, attempt);
            case StepState.Suspended suspended ->
                status(
                        change(seen)
                                .become(
                                        Phase.QUEUED,
                                        "WaitsForKueue",
                                        "Kueue has not admitted it from its queue "
                                                + seen.job().getSpec().queue()),
                        LATER);
            case StepState.Waiting waiting -> waiting(seen, waiting);
            case StepState.Running running -> status(running(seen, "Training", running.doing()), LATER);
            case StepState.Succeeded succeeded -> trained(seen);
            case StepState.Failed failed -> attemptFailed(seen, failed);
        };
    }

    /** Whatever the step needs is there before it is started. */
    private static Decision start(Observed seen, Step step, int number) {
        if (seen.owned().contains(Owned.ACTIVE_STEP)) {
            // an earlier attempt that was given up: on a node that is lost, for instance, it may linger
            return new Decision(
                    running(seen, "Starting", "an earlier attempt is being ended"),
                    List.of(new Action.StopSteps()),
                    Optional.empty(),
                    Optional.empty(),
                    SOON);
        }
        List<Action> actions = new ArrayList<>();
        if (!seen.owned().contains(Owned.VOLUME)) {
            actions.add(new Action.CreateVolume());
        }
        if (!seen.owned().contains(Owned.NETWORK_POLICY)) {
            actions.add(new Action.CreateNetworkPolicy());
        }
        Duration validity = validity(seen.job(), step);
        Instant expires = seen.credentialExpires();
        if (expires == null || expires.isBefore(seen.now().plus(validity).minus(MARGIN.dividedBy(2)))) {
            actions.add(new Action.RenewCredential(validity));
        }
        actions.add(new Action.Start(step, number));
        return new Decision(
                running(seen, "Starting", "attempt " + number + " is being started"),
                actions,
                Optional.empty(),
                Optional.of(new Event(
                        false,
                        step == Step.TRAINING ? "AttemptStarted" : "RegistrationStarted",
                        "started " + Names.step(seen.job().name(), step, number))),
                SOON);
    }

    private static Duration validity(TrainingJob job, Step step) {
        Duration wanted =
                switch (step) {
                    case TRAINING -> Duration.ofSeconds(job.getSpec().deadlineSeconds());
                    case REGISTERING -> Duration.ofHours(1);
                };
        return wanted.compareTo(LONGEST_CREDENTIAL.minus(MARGIN)) > 0 ? LONGEST_CREDENTIAL : wanted.plus(MARGIN);
    }

    private Decision waiting(Observed seen, StepState.Waiting waiting) {
        FailureReason trouble = waiting.trouble();
        if (trouble == null) {
            return status(running(seen, "Starting", waiting.message()), LATER);
        }
        Duration left = Duration.between(seen.now(), waiting.since().plus(policy.grace(trouble)));
        if (left.isPositive()) {
            // pods that wait tell nothing when their time is over: it is looked at again then
            return status(running(seen, trouble.word(), waiting.message()), left.compareTo(LATER) < 0 ? left : LATER);
        }
        if (trouble.passes()) {
            return attemptFailed(seen, new StepState.Failed(trouble, waiting.message(), null, waiting.since()));
        }
        return fail(seen, trouble, waiting.message(), null);
    }

    private static Decision trained(Observed seen) {
        Optional<Integer> log = Optional.of(seen.job().status().attempts());
        TrainingJobStatus status = change(seen)
                .failure(null, 0)
                .registration(1)
                .become(Phase.RUNNING, "Registering", "the program ended; its result is being registered");
        return told(status, false, "Trained", "the program ended with exit code 0", log);
    }

    private Decision attemptFailed(Observed seen, StepState.Failed failed) {
        TrainingJobStatus status = seen.job().status();
        if (!failed.reason().passes()
                || status.attempts() > seen.job().getSpec().retries()) {
            return fail(seen, failed.reason(), failed.message(), failed.exitCode());
        }
        Duration left = Duration.between(seen.now(), failed.at().plus(policy.delay(status.attempts())));
        if (left.isPositive()) {
            return new Decision(
                    change(seen)
                            .failure(failed.reason(), failed.exitCode())
                            .become(Phase.RUNNING, "WaitsForRetry", failed.message()),
                    List.of(),
                    Optional.of(status.attempts()),
                    Optional.of(new Event(true, failed.reason().word(), failed.message())),
                    left);
        }
        return status(
                change(seen)
                        .attempt(status.attempts() + 1)
                        .failure(failed.reason(), failed.exitCode())
                        .become(Phase.RUNNING, "Retrying", "tried again after: " + failed.message()),
                SOON);
    }

    private Decision registering(Observed seen) {
        int number = seen.job().status().registrations();
        return switch (seen.register()) {
            case StepState.Absent absent -> start(seen, Step.REGISTERING, number);
            case StepState.Suspended suspended ->
                status(running(seen, "WaitsForKueue", "Kueue has not admitted the registration"), LATER);
            case StepState.Waiting waiting -> registrationWaits(seen, waiting);
            case StepState.Running running -> status(running(seen, "Registering", running.doing()), LATER);
            case StepState.Succeeded succeeded -> succeeded(seen, succeeded.told(), Optional.empty());
            case StepState.Failed failed -> registrationFailed(seen, failed);
        };
    }

    private Decision registrationWaits(Observed seen, StepState.Waiting waiting) {
        // the result is there: however long it takes, it is not given up for want of an image or a node
        String word =
                waiting.trouble() == null ? "Registering" : waiting.trouble().word();
        return status(running(seen, word, waiting.message()), LATER);
    }

    private Decision registrationFailed(Observed seen, StepState.Failed failed) {
        int number = seen.job().status().registrations();
        if (!failed.reason().passes() || number >= policy.registrations()) {
            return fail(
                    seen, failed.reason(), failed.message(), seen.job().status().exitCode());
        }
        Duration left = Duration.between(seen.now(), failed.at().plus(policy.delay(number)));
        if (left.isPositive()) {
            return new Decision(
                    change(seen)
                            .failure(failed.reason(), seen.job().status().exitCode())
                            .become(Phase.RUNNING, "WaitsForRetry", failed.message()),
                    List.of(),
                    Optional.empty(),
                    Optional.of(new Event(true, failed.reason().word(), failed.message())),
                    left);
        }
        return status(
                change(seen)
                        .registration(number + 1)
                        .failure(failed.reason(), seen.job().status().exitCode())
                        .become(Phase.RUNNING, "Retrying", "registered again after: " + failed.message()),
                SOON);
    }

    private static Decision succeeded(Observed seen, @Nullable String told, Optional<Integer> log) {
        Result result = result(told);
        boolean compareOnly = seen.job().getSpec().compareOnly();
        String reason = compareOnly ? "Told" : "Registered";
        String message = (compareOnly ? "told, and not registered" : "registered")
                + (result == null
                        ? ""
                        : (compareOnly ? ": " : " ") + result.fileName() + ", sha256 " + result.sha256());
        TrainingJobStatus status =
                change(seen).failure(null, 0).result(result).become(Phase.SUCCEEDED, reason, message);
        return told(status, false, reason, message, log);
    }

    private static @Nullable Result result(@Nullable String told) {
        if (told == null || told.isBlank()) {
            return null;
        }
        try {
            return Serialization.jsonMapper().readValue(told.strip(), Result.class);
        } catch (JsonProcessingException e) {
            // it is registered, whatever the container told about it
            return null;
        }
    }

    private static Decision fail(Observed seen, FailureReason reason, String message, @Nullable Integer exitCode) {
        TrainingJobStatus status = change(seen).failure(reason, exitCode).become(Phase.FAILED, reason.word(), message);
        Optional<Integer> log = status.step() == Step.TRAINING && status.attempts() > 0
                ? Optional.of(status.attempts())
                : Optional.empty();
        return told(status, true, reason.word(), message, log);
    }

    private static TrainingJobStatus running(Observed seen, String word, String message) {
        return change(seen).become(Phase.RUNNING, word, message);
    }

    private static StatusChange change(Observed seen) {
        return new StatusChange(seen.job(), seen.now());
    }

    private static Decision status(TrainingJobStatus status, Duration again) {
        return new Decision(status, List.of(), Optional.empty(), Optional.empty(), again);
    }

    private static Decision told(
            TrainingJobStatus status, boolean warning, String reason, String message, Optional<Integer> log) {
        return new Decision(status, List.of(), log, Optional.of(new Event(warning, reason, message)), Duration.ZERO);
    }

    private static Decision act(TrainingJobStatus status, Action action) {
        return new Decision(status, List.of(action), Optional.empty(), Optional.empty(), Duration.ZERO);
    }

    private static Decision same(TrainingJob job) {
        return new Decision(job.status(), List.of(), Optional.empty(), Optional.empty(), null);
    }
}
