package io.mlaas.training.cluster.model;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import io.mlaas.training.runner.FailureReason;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a Job of Kubernetes and its pod tell about a step. The order matters: a pod that is taken away gets a signal and ends
 * with an exit code too, which is not its program's fault.
 */
public final class JobStates {
    private static final int REFUSED = 65;
    private static final int SIGNALLED = 128;
    private static final int LONGEST = 2000;
    private static final Set<String> NO_IMAGE = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "RegistryUnavailable",
            "ImageInspectError",
            "SignatureValidationFailed");
    private static final Set<String> NO_CONTAINER =
            Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

    /** A pod's disruption, as its condition or its status names it. */
    private static final Map<String, FailureReason> DISRUPTIONS = Map.ofEntries(
            Map.entry("PreemptionByScheduler", FailureReason.EVICTED),
            Map.entry("EvictionByEvictionAPI", FailureReason.EVICTED),
            Map.entry("TerminationByKubelet", FailureReason.EVICTED),
            Map.entry("DeletionByTaintManager", FailureReason.NODE_LOST),
            Map.entry("DeletionByPodGC", FailureReason.NODE_LOST),
            Map.entry("Evicted", FailureReason.EVICTED),
            Map.entry("Preempting", FailureReason.EVICTED),
            Map.entry("NodeShutdown", FailureReason.EVICTED),
            Map.entry("Terminated", FailureReason.EVICTED),
            Map.entry("NodeLost", FailureReason.NODE_LOST),
            Map.entry("NodeAffinity", FailureReason.NODE_LOST));

    private JobStates() {}

    /** @param pods the Job's, in any order */
    public static StepState of(Step step, @Nullable Job job, List<Pod> pods, Instant now) {
        if (job == null) {
            return new StepState.Absent();
        }
        Optional<Pod> pod =
                pods.stream().max(Comparator.comparing(p -> time(p.getMetadata().getCreationTimestamp(), now)));
        if (holds(job, "Complete") || holds(job, "SuccessCriteriaMet")) {
            return new StepState.Succeeded(pod.map(p -> told(p, step)).orElse(null));
        }
        if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
            return new StepState.Suspended();
        }
        StepState state = pod.map(p -> of(step, p, now)).orElse(null);
        if (state instanceof StepState.Failed failed) {
            return failed;
        }
        if (holds(job, "Failed") || holds(job, "FailureTarget")) {
            return new StepState.Failed(
                    FailureReason.NODE_LOST,
                    "the pod is gone and left no exit code" + why(job),
                    null,
                    failedAt(job, now));
        }
        return state == null
                ? new StepState.Waiting(
                        time(job.getMetadata().getCreationTimestamp(), now),
                        FailureReason.UNSCHEDULABLE,
                        "no pod was made yet")
                : state;
    }

    /** How a pod stands, with the containers {@code fetch} and {@code train}, or {@code register}. */
    static StepState of(Step step, Pod pod, Instant now) {
        Optional<StepState.Failed> disrupted = disrupted(pod, true, now);
        String phase = Objects.requireNonNullElse(pod.getStatus().getPhase(), "Pending");
        if ("Succeeded".equals(phase)) {
            return new StepState.Succeeded(told(pod, step));
        }
        if (disrupted.isPresent()) {
            return disrupted.get();
        }
        if ("Failed".equals(phase)) {
            return failed(step, pod, now);
        }
        // an init container that failed for good is told before the pod's phase is
        return switch (step) {
            case TRAINING -> training(pod, now);
            case REGISTERING -> waiting(pod, now).orElseGet(() -> new StepState.Running("registers the result"));
        };
    }

    private static StepState training(Pod pod, Instant now) {
        Optional<StepState> waits = waiting(pod, now);
        if (waits.isPresent()) {
            return waits.get();
        }
        boolean trains = container(pod, Names.TRAIN)
                .map(ContainerStatus::getState)
                .map(ContainerState::getRunning)
                .isPresent();
        return new StepState.Running(trains ? "trains" : "fetches and checks its inputs");
    }

    /** @param deletedByNobody whether nobody but who disrupts deletes the pod */
    static Optional<StepState.Failed> disrupted(Pod pod, boolean deletedByNobody, Instant now) {
        Optional<PodCondition> condition = condition(pod, "DisruptionTarget");
        if (condition.isPresent()) {
            return Optional.of(new StepState.Failed(
                    DISRUPTIONS.getOrDefault(condition.get().getReason(), FailureReason.EVICTED),
                    message(condition.get().getMessage(), condition.get().getReason()),
                    null,
                    time(condition.get().getLastTransitionTime(), now)));
        }
        FailureReason reason =
                DISRUPTIONS.get(Objects.requireNonNullElse(pod.getStatus().getReason(), ""));
        if (reason != null) {
            return Optional.of(new StepState.Failed(
                    reason,
                    message(pod.getStatus().getMessage(), pod.getStatus().getReason()),
                    null,
                    ended(pod, now)));
        }
        String deleted = pod.getMetadata().getDeletionTimestamp();
        return deleted == null || !deletedByNobody
                ? Optional.empty()
                : Optional.of(new StepState.Failed(
                        FailureReason.EVICTED, "the pod was taken away by somebody", null, time(deleted, now)));
    }

    static StepState.Failed failed(Step step, Pod pod, Instant now) {
        if ("DeadlineExceeded".equals(pod.getStatus().getReason())) {
            return step == Step.TRAINING
                    ? new StepState.Failed(
                            FailureReason.DEADLINE_EXCEEDED,
                            "it was active longer than deadlineSeconds and was ended",
                            null,
                            ended(pod, now))
                    : new StepState.Failed(
                            FailureReason.PLATFORM_UNAVAILABLE, "registering took too long", null, ended(pod, now));
        }
        for (ContainerStatus status : pod.getStatus().getInitContainerStatuses()) {
            ContainerStateTerminated end = terminated(status);
            if (end != null && end.getExitCode() != 0) {
                return agentFailed(end, FailureReason.INPUT_REFUSED, now);
            }
        }
        Optional<ContainerStateTerminated> end = pod.getStatus().getContainerStatuses().stream()
                .map(JobStates::terminated)
                .filter(Objects::nonNull)
                .filter(state -> state.getExitCode() != 0)
                .findFirst();
        if (end.isEmpty()) {
            return new StepState.Failed(
                    FailureReason.NODE_LOST,
                    message(pod.getStatus().getMessage(), "the pod failed without an exit code"),
                    null,
                    ended(pod, now));
        }
        if (step == Step.REGISTERING) {
            return agentFailed(end.get(), FailureReason.RESULT_REFUSED, now);
        }
        return container(pod, Names.FETCH).isPresent()
                ? agentFailed(end.get(), FailureReason.INPUT_REFUSED, now)
                : programFailed(end.get(), now);
    }

    private static StepState.Failed agentFailed(ContainerStateTerminated end, FailureReason refused, Instant now) {
        return new StepState.Failed(
                end.getExitCode() == REFUSED ? refused : FailureReason.PLATFORM_UNAVAILABLE,
                message(end.getMessage(), "the platform's container ended with exit code " + end.getExitCode()),
                null,
                time(end.getFinishedAt(), now));
    }

    private static StepState.Failed programFailed(ContainerStateTerminated end, Instant now) {
        Instant at = time(end.getFinishedAt(), now);
        if ("OOMKilled".equals(end.getReason())) {
            return new StepState.Failed(
                    FailureReason.OUT_OF_MEMORY,
                    "the program wanted more memory than resources.memory and was ended",
                    end.getExitCode(),
                    at);
        }
        return new StepState.Failed(FailureReason.PROGRAM_FAILED, inWords(end), end.getExitCode(), at);
    }

    private static String inWords(ContainerStateTerminated end) {
        String exit = "the program ended with exit code " + end.getExitCode();
        return switch (end.getExitCode() - SIGNALLED) {
            case 0 -> message(end.getMessage(), exit); // it could not be started
            case 9 -> exit + ": killed, probably for lack of memory";
            case 11 -> exit + ": it crashed (segmentation fault)";
            default -> exit;
        };
    }

    /** Why no container of the pod runs, if it is so. */
    static Optional<StepState> waiting(Pod pod, Instant now) {
        Instant made = time(pod.getMetadata().getCreationTimestamp(), now);
        Optional<PodCondition> unscheduled = condition(pod, "PodScheduled").filter(c -> "False".equals(c.getStatus()));
        if (unscheduled.isPresent()) {
            return Optional.of(new StepState.Waiting(
                    made,
                    FailureReason.UNSCHEDULABLE,
                    message(unscheduled.get().getMessage(), "no node has room for it")));
        }
        Instant since = time(pod.getStatus().getStartTime(), made);
        for (ContainerStatus status : pod.getStatus().getInitContainerStatuses()) {
            Optional<StepState> waits = waiting(status, since);
            if (waits.isPresent()) {
                return waits;
            }
            ContainerStateTerminated end = terminated(status);
            since = end == null ? since : time(end.getFinishedAt(), since);
        }
        for (ContainerStatus status : pod.getStatus().getContainerStatuses()) {
            Optional<StepState> waits = waiting(status, since);
            if (waits.isPresent()) {
                return waits;
            }
        }
        return pod.getSpec().getNodeName() == null
                ? Optional.of(new StepState.Waiting(made, FailureReason.UNSCHEDULABLE, "it waits for a node"))
                : Optional.empty();
    }

    private static Optional<StepState> waiting(ContainerStatus status, Instant since) {
        ContainerStateWaiting waiting =
                status.getState() == null ? null : status.getState().getWaiting();
        if (waiting == null || waiting.getReason() == null) {
            return Optional.empty();
        }
        if (NO_IMAGE.contains(waiting.getReason())) {
            return Optional.of(new StepState.Waiting(
                    since,
                    FailureReason.IMAGE_PULL_FAILED,
                    status.getImage() + ": " + message(waiting.getMessage(), waiting.getReason())));
        }
        return NO_CONTAINER.contains(waiting.getReason())
                ? Optional.of(new StepState.Waiting(
                        since,
                        FailureReason.PLATFORM_UNAVAILABLE,
                        "the container " + status.getName() + " cannot be made: "
                                + message(waiting.getMessage(), waiting.getReason())))
                : Optional.empty();
    }

    private static @Nullable String told(Pod pod, Step step) {
        return container(pod, Names.word(step))
                .map(JobStates::terminated)
                .map(ContainerStateTerminated::getMessage)
                .orElse(null);
    }

    private static Optional<ContainerStatus> container(Pod pod, String name) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> name.equals(status.getName()))
                .findFirst();
    }

    private static @Nullable ContainerStateTerminated terminated(ContainerStatus status) {
        return status.getState() == null ? null : status.getState().getTerminated();
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .filter(condition -> !"DisruptionTarget".equals(type) || "True".equals(condition.getStatus()))
                .findFirst();
    }

    private static boolean holds(Job job, String type) {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(c -> type.equals(c.getType()) && "True".equals(c.getStatus()));
    }

    /** When the pod ended, as well as it is known: never later than it was. */
    private static Instant ended(Pod pod, Instant now) {
        return Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .map(JobStates::terminated)
                .filter(Objects::nonNull)
                .map(end -> time(end.getFinishedAt(), Instant.MIN))
                .filter(Instant.MIN::isBefore)
                .max(Comparator.naturalOrder())
                .orElseGet(() -> time(pod.getMetadata().getCreationTimestamp(), now));
    }

    private static Instant failedAt(Job job, Instant now) {
        return job.getStatus().getConditions().stream()
                .filter(c -> "Failed".equals(c.getType()))
                .map(c -> time(c.getLastTransitionTime(), now))
                .findFirst()
                .orElse(now);
    }

    private static String why(Job job) {
        return job.getStatus().getConditions().stream()
                .filter(c -> "Failed".equals(c.getType()) && c.getMessage() != null)
                .map(c -> " (" + c.getMessage() + ")")
                .findFirst()
                .orElse("");
    }

    private static String message(@Nullable String message, @Nullable String otherwise) {
        String told = message == null || message.isBlank() ? String.valueOf(otherwise) : message.strip();
        return told.length() <= LONGEST ? told : told.substring(told.length() - LONGEST);
    }

    static Instant time(@Nullable String timestamp, Instant otherwise) {
        return timestamp == null ? otherwise : OffsetDateTime.parse(timestamp).toInstant();
    }
}
