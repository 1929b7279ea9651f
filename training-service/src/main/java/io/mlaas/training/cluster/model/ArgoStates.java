package io.mlaas.training.cluster.model;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import io.mlaas.training.runner.FailureReason;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a Workflow of Argo and its pods tell about a training's steps: the pods, or else, why there are none, the workflow. */
public final class ArgoStates {
    private static final String MAIN = "main";
    private static final Set<String> FAILED = Set.of("Failed", "Error");

    private ArgoStates() {}

    /** @param pods the workflow's, in any order */
    public static StepState training(@Nullable GenericKubernetesResource workflow, List<Pod> pods, Instant now) {
        if (workflow == null) {
            return new StepState.Absent();
        }
        Optional<Pod> train = pod(pods, Names.TRAIN, now);
        if (train.isPresent()) {
            return state(Step.TRAINING, train.get(), now);
        }
        StepState fetch = pod(pods, Names.FETCH, now)
                .map(pod -> state(Step.TRAINING, pod, now))
                .orElse(null);
        if (fetch instanceof StepState.Failed) {
            return fetch;
        }
        if (FAILED.contains(phase(workflow))) {
            return failed(workflow, now);
        }
        if (fetch instanceof StepState.Succeeded) {
            return new StepState.Running("has its inputs; the program is started next");
        }
        return fetch == null ? nothing(workflow, FailureReason.UNSCHEDULABLE, now) : fetch;
    }

    /** @param pods the workflow's, in any order */
    public static StepState registering(@Nullable GenericKubernetesResource workflow, List<Pod> pods, Instant now) {
        if (workflow == null) {
            return new StepState.Absent();
        }
        Optional<Pod> register = pod(pods, Names.REGISTER, now);
        if (register.isPresent()) {
            return state(Step.REGISTERING, register.get(), now);
        }
        if ("Succeeded".equals(phase(workflow))) {
            return new StepState.Succeeded(null);
        }
        return FAILED.contains(phase(workflow)) ? failed(workflow, now) : nothing(workflow, null, now);
    }

    /**
     * A workflow of which a pod has failed, or the last one is done, is over, although Argo may not have said so yet: it is
     * left its logs.
     */
    public static boolean active(GenericKubernetesResource workflow, List<Pod> pods) {
        return workflow.getMetadata().getDeletionTimestamp() == null
                && !"Succeeded".equals(phase(workflow))
                && !FAILED.contains(phase(workflow))
                && pods.stream().noneMatch(ArgoStates::over);
    }

    private static boolean over(Pod pod) {
        String phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
        return "Failed".equals(phase) || ("Succeeded".equals(phase) && Names.REGISTER.equals(word(pod)));
    }

    private static String phase(GenericKubernetesResource workflow) {
        return Objects.requireNonNullElse(workflow.get("status", "phase"), "");
    }

    private static StepState.Failed failed(GenericKubernetesResource workflow, Instant now) {
        String message = Objects.requireNonNullElse(workflow.get("status", "message"), "it tells no reason");
        return new StepState.Failed(
                message.startsWith("invalid spec") ? FailureReason.INVALID_SPEC : FailureReason.NODE_LOST,
                "the workflow failed, and no pod tells why: " + message,
                null,
                JobStates.time(workflow.get("status", "finishedAt"), now));
    }

    private static StepState.Waiting nothing(
            GenericKubernetesResource workflow, @Nullable FailureReason trouble, Instant now) {
        return new StepState.Waiting(
                JobStates.time(workflow.getMetadata().getCreationTimestamp(), now),
                trouble,
                "Argo has made no pod for it yet");
    }

    private static StepState state(Step step, Pod pod, Instant now) {
        return pod.getSpec() != null && !pod.getSpec().getSchedulingGates().isEmpty()
                ? new StepState.Suspended()
                : JobStates.of(step, as(pod), now);
    }

    /** The pod as Kubernetes' own Jobs would have it: Argo calls every step's container main, and adds its own. */
    private static Pod as(Pod pod) {
        String word = word(pod);
        List<ContainerStatus> main = pod.getStatus().getContainerStatuses().stream()
                .filter(status -> MAIN.equals(status.getName()))
                .map(status -> new ContainerStatusBuilder(status).withName(word).build())
                .toList();
        boolean fetches = Names.FETCH.equals(word);
        return new PodBuilder(pod)
                .editStatus()
                .withInitContainerStatuses(fetches ? main : List.of())
                .withContainerStatuses(fetches ? List.of() : main)
                .endStatus()
                .build();
    }

    private static Optional<Pod> pod(List<Pod> pods, String word, Instant now) {
        return pods.stream()
                .filter(pod -> word.equals(word(pod)) && pod.getStatus() != null)
                .max(Comparator.comparing(
                        pod -> JobStates.time(pod.getMetadata().getCreationTimestamp(), now)));
    }

    private static String word(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(Names.STEP_LABEL, "");
    }
}
