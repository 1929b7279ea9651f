package io.mlaas.training.cluster.model;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import io.mlaas.training.runner.FailureReason;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a TrainJob and its pods tell. When one worker ends, the others end too, with exit code 75 or by the Job's hand: the
 * training failed for the first one's reason.
 */
public final class TrainJobStates {
    private static final int WORKER_LOST = 75;
    private static final Set<Integer> SIGNALS = Set.of(137, 143);

    private TrainJobStates() {}

    /** @param pods the attempt's, in any order */
    public static StepState of(@Nullable GenericKubernetesResource trainJob, List<Pod> pods, Instant now) {
        if (trainJob == null) {
            return new StepState.Absent();
        }
        if (condition(trainJob, "Complete").isPresent()) {
            return new StepState.Succeeded(null);
        }
        if (Boolean.TRUE.equals(trainJob.get("spec", "suspend"))) {
            return new StepState.Suspended();
        }
        Optional<Map<String, String>> ended = condition(trainJob, "Failed");
        boolean over = ended.isPresent() || (!pods.isEmpty() && pods.stream().noneMatch(TrainJobStates::active));
        Optional<StepState.Failed> failed = failed(pods, over, now);
        if (failed.isPresent()) {
            return failed.get();
        }
        if (ended.isPresent()) {
            return failed(ended.get(), now);
        }
        return alive(trainJob, pods, now);
    }

    public static boolean ended(GenericKubernetesResource trainJob) {
        return condition(trainJob, "Complete").isPresent()
                || condition(trainJob, "Failed").isPresent();
    }

    private static Optional<StepState.Failed> failed(List<Pod> pods, boolean over, Instant now) {
        Optional<StepState.Failed> disrupted = pods.stream()
                .filter(pod -> !"Succeeded".equals(pod.getStatus().getPhase()))
                .map(pod -> JobStates.disrupted(pod, false, now))
                .flatMap(Optional::stream)
                .min(Comparator.comparing(StepState.Failed::at));
        if (disrupted.isPresent()) {
            return disrupted;
        }
        Optional<StepState.Failed> itself = pods.stream()
                .filter(TrainJobStates::byItself)
                .map(pod -> failed(pod, now))
                .min(Comparator.comparing(StepState.Failed::at));
        if (itself.isPresent() || !over) {
            return itself;
        }
        return pods.stream()
                .filter(pod ->
                        exit(pod) != null && !"Succeeded".equals(pod.getStatus().getPhase()))
                .findFirst()
                .map(pod -> new StepState.Failed(
                        FailureReason.NODE_LOST,
                        "a worker was lost, and the others ended",
                        exit(pod),
                        JobStates.failed(Step.TRAINING, pod, now).at()));
    }

    /** Neither because of another worker nor by the Job's hand. */
    private static boolean byItself(Pod pod) {
        if (!"Failed".equals(pod.getStatus().getPhase())) {
            return false;
        }
        Integer exit = exit(pod);
        if (fetches(pod) || exit == null) {
            return pod.getMetadata().getDeletionTimestamp() == null;
        }
        return outOfMemory(pod) || (exit != WORKER_LOST && !SIGNALS.contains(exit));
    }

    private static StepState.Failed failed(Pod pod, Instant now) {
        StepState.Failed failed = JobStates.failed(Step.TRAINING, pod, now);
        return new StepState.Failed(failed.reason(), who(pod) + failed.message(), failed.exitCode(), failed.at());
    }

    private static StepState.Failed failed(Map<String, String> ended, Instant now) {
        String message = Objects.requireNonNullElse(ended.get("message"), "the TrainJob failed");
        FailureReason reason = "TrainingRuntimeNotSupported".equals(ended.get("reason"))
                ? FailureReason.INVALID_SPEC
                : FailureReason.NODE_LOST;
        return new StepState.Failed(
                reason, "Kubeflow Trainer: " + message, null, JobStates.time(ended.get("lastTransitionTime"), now));
    }

    private static StepState alive(GenericKubernetesResource trainJob, List<Pod> pods, Instant now) {
        if (pods.isEmpty()) {
            return new StepState.Waiting(
                    JobStates.time(trainJob.getMetadata().getCreationTimestamp(), now),
                    FailureReason.UNSCHEDULABLE,
                    "Kubeflow Trainer has not made its pods yet");
        }
        List<Pod> active = pods.stream().filter(TrainJobStates::active).toList();
        Optional<StepState> waits = active.stream()
                .map(pod -> JobStates.waiting(pod, now))
                .flatMap(Optional::stream)
                .findFirst();
        if (waits.isPresent()) {
            return waits.get();
        }
        boolean fetches = active.stream().anyMatch(TrainJobStates::fetches);
        return new StepState.Running(fetches ? "fetches and checks its inputs" : "trains");
    }

    private static String who(Pod pod) {
        String index = label(pod, Names.WORKER_LABEL);
        return fetches(pod) || index == null ? "" : "worker " + index + ": ";
    }

    private static boolean fetches(Pod pod) {
        return Names.FETCH.equals(label(pod, Names.STEP_LABEL));
    }

    private static @Nullable String label(Pod pod, String name) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels == null ? null : labels.get(name);
    }

    private static boolean active(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return !"Succeeded".equals(phase) && !"Failed".equals(phase);
    }

    private static @Nullable Integer exit(Pod pod) {
        ContainerStateTerminated end = end(pod);
        return end == null ? null : end.getExitCode();
    }

    private static boolean outOfMemory(Pod pod) {
        ContainerStateTerminated end = end(pod);
        return end != null && "OOMKilled".equals(end.getReason());
    }

    private static @Nullable ContainerStateTerminated end(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .map(ContainerStatus::getState)
                .filter(Objects::nonNull)
                .map(ContainerState::getTerminated)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static Optional<Map<String, String>> condition(GenericKubernetesResource trainJob, String type) {
        List<?> conditions = trainJob.get("status", "conditions");
        if (conditions == null) {
            return Optional.empty();
        }
        return conditions.stream()
                .map(TrainJobStates::strings)
                .filter(c -> type.equals(c.get("type")) && "True".equals(c.get("status")))
                .findFirst();
    }

    private static Map<String, String> strings(Object condition) {
        Map<?, ?> map = Serialization.jsonMapper().convertValue(condition, Map.class);
        return map.entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .collect(Collectors.toMap(
                        entry -> String.valueOf(entry.getKey()), entry -> String.valueOf(entry.getValue())));
    }
}
