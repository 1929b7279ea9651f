package io.mlaas.training.cluster.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.runner.FailureReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArgoStatesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T15:00:00Z");
    private static final GenericKubernetesResource RUNNING = workflow("Running", "");

    @Test
    void aTrainingThatFailedIsToldByItsPod() {
        assertThat(ArgoStates.training(RUNNING, List.of(pod("fetch", 0, null), pod("train", 3, null)), NOW))
                .isInstanceOfSatisfying(StepState.Failed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo(FailureReason.PROGRAM_FAILED);
                    assertThat(failed.exitCode()).isEqualTo(3);
                });
        assertThat(ArgoStates.training(RUNNING, List.of(pod("fetch", 65, "not the registered one")), NOW))
                .isInstanceOfSatisfying(StepState.Failed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo(FailureReason.INPUT_REFUSED);
                    assertThat(failed.message()).isEqualTo("not the registered one");
                });
    }

    @Test
    void aRegistrationThatFailedIsNotTheTrainingsFailure() {
        List<Pod> pods = List.of(pod("fetch", 0, null), pod("train", 0, null), pod("register", 65, "another"));
        assertThat(ArgoStates.training(workflow("Failed", "child failed"), pods, NOW))
                .isEqualTo(new StepState.Succeeded(null));
        assertThat(ArgoStates.registering(workflow("Failed", "child failed"), pods, NOW))
                .isInstanceOfSatisfying(StepState.Failed.class, failed -> assertThat(failed.reason())
                        .isEqualTo(FailureReason.RESULT_REFUSED));
        assertThat(ArgoStates.registering(RUNNING, List.of(pod("register", 0, "{}")), NOW))
                .isEqualTo(new StepState.Succeeded("{}"));
    }

    @Test
    void aWorkflowWithoutPodsTellsItself() {
        assertThat(ArgoStates.training(null, List.of(), NOW)).isEqualTo(new StepState.Absent());
        assertThat(ArgoStates.training(RUNNING, List.of(), NOW)).isInstanceOf(StepState.Waiting.class);
        assertThat(ArgoStates.training(workflow("Error", "pod deleted"), List.of(pod("fetch", 0, null)), NOW))
                .isInstanceOfSatisfying(
                        StepState.Failed.class,
                        failed -> assertThat(failed.reason().passes()).isTrue());
        assertThat(ArgoStates.training(workflow("Error", "invalid spec: templates.train"), List.of(), NOW))
                .isInstanceOfSatisfying(StepState.Failed.class, failed -> assertThat(failed.reason())
                        .isEqualTo(FailureReason.INVALID_SPEC));
        assertThat(ArgoStates.training(RUNNING, List.of(pod("fetch", 0, null)), NOW))
                .isInstanceOf(StepState.Running.class);
    }

    @Test
    void aPodThatKueueHoldsBackIsSuspended() {
        Pod gated = new PodBuilder(pod("train", 0, null))
                .editSpec()
                .addNewSchedulingGate("kueue.x-k8s.io/admission")
                .endSpec()
                .build();
        assertThat(ArgoStates.training(RUNNING, List.of(gated), NOW)).isEqualTo(new StepState.Suspended());
    }

    @Test
    void keepsTheLogsOfAWorkflowThatIsOverBeforeArgoSaysSo() {
        assertThat(ArgoStates.active(RUNNING, List.of(pod("fetch", 0, null), pod("train", 0, null))))
                .isTrue();
        assertThat(ArgoStates.active(RUNNING, List.of(pod("fetch", 0, null), pod("train", 3, null))))
                .isFalse();
        assertThat(ArgoStates.active(RUNNING, List.of(pod("register", 0, null))))
                .isFalse();
    }

    private static GenericKubernetesResource workflow(String phase, String message) {
        GenericKubernetesResource workflow = Serialization.unmarshal(
                "{\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"Workflow\",\"metadata\":{\"name\":\"w\"}}",
                GenericKubernetesResource.class);
        workflow.setAdditionalProperty("status", Map.of("phase", phase, "message", message));
        return workflow;
    }

    /** One that ended, with what Argo adds. */
    private static Pod pod(String step, int code, @Nullable String message) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(step)
                .withLabels(Map.of(Names.STEP_LABEL, step))
                .withCreationTimestamp(NOW.toString())
                .endMetadata()
                .withNewSpec()
                .withNodeName("node-1")
                .endSpec()
                .withNewStatus()
                .withPhase(code == 0 ? "Succeeded" : "Failed")
                .addNewContainerStatus()
                .withName("wait")
                .withNewState()
                .withNewTerminated()
                .withExitCode(0)
                .withMessage("the sidecar's")
                .endTerminated()
                .endState()
                .endContainerStatus()
                .addNewContainerStatus()
                .withName("main")
                .withNewState()
                .withNewTerminated()
                .withExitCode(code)
                .withMessage(message)
                .withFinishedAt(NOW.toString())
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }
}
