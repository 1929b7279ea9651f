package io.mlaas.training.cluster.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.model.TrainingJobSpec.Resources;
import io.mlaas.training.cluster.model.TrainingJobSpec.Runtime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArgoWorkflowsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T15:00:00Z");

    private final ClusterSettings settings = new ClusterSettings(
            "mlaas/training-service:1",
            List.of("agent"),
            "http://model-sharing-service:18101",
            null,
            List.of("pull"),
            List.of(),
            Duration.ofMinutes(2),
            Duration.ofDays(1));

    /** {@code -Dmlaas.golden.write} writes the file. */
    @Test
    void isAWorkflowOfThreeSteps() throws IOException {
        String workflow = Serialization.asYaml(new Manifests(settings).step(job(), TrainingJobStatus.Step.TRAINING, 2));
        Path golden = Path.of("src/test/resources/io/mlaas/training/cluster/model/workflow.yaml");
        if (System.getProperty("mlaas.golden.write") != null) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, workflow);
        }
        assertThat(workflow).isEqualTo(Files.readString(golden, StandardCharsets.UTF_8));
    }

    @Test
    void isFailedByWhateverItsLastPodSays() {
        assertThat(ArgoStates.of(workflow("Failed"), List.of(pod("fetch", 0, null), pod("train", 3, null)), NOW))
                .isInstanceOfSatisfying(StepState.Failed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo(Reason.PROGRAM_FAILED);
                    assertThat(failed.exitCode()).isEqualTo(3);
                });
        assertThat(ArgoStates.of(workflow("Failed"), List.of(pod("fetch", 65, "not the registered one")), NOW))
                .isInstanceOfSatisfying(StepState.Failed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo(Reason.INPUT_REFUSED);
                    assertThat(failed.message()).isEqualTo("not the registered one");
                });
        assertThat(ArgoStates.of(workflow("Failed"), List.of(pod("train", 0, null), pod("register", 65, "another")), NOW))
                .isInstanceOfSatisfying(
                        StepState.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Reason.RESULT_REFUSED));
        assertThat(ArgoStates.of(workflow("Error"), List.of(), NOW))
                .isInstanceOfSatisfying(
                        StepState.Failed.class, failed -> assertThat(failed.reason().triedAgain()).isTrue());
    }

    @Test
    void tellsWhatWasRegistered() {
        assertThat(ArgoStates.of(
                        workflow("Succeeded"),
                        List.of(pod("fetch", 0, null), pod("train", 0, null), pod("register", 0, "{}")),
                        NOW))
                .isEqualTo(new StepState.Succeeded("{}"));
    }

    @Test
    void goesOnAsLongAsArgoSaysSo() {
        assertThat(ArgoStates.of(null, List.of(), NOW)).isEqualTo(new StepState.Absent());
        assertThat(ArgoStates.of(workflow("Running"), List.of(), NOW)).isInstanceOf(StepState.Waiting.class);
        assertThat(ArgoStates.of(workflow("Running"), List.of(pod("train", 0, null), pod("register", 75, "away")), NOW))
                .isEqualTo(new StepState.Running("register: away"));
    }

    private static GenericKubernetesResource workflow(String phase) {
        GenericKubernetesResource workflow = Serialization.unmarshal(
                "{\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"Workflow\",\"metadata\":{\"name\":\"w\"}}",
                GenericKubernetesResource.class);
        workflow.setAdditionalProperty("spec", Map.of());
        workflow.setAdditionalProperty("status", Map.of("phase", phase));
        return workflow;
    }

    /** One that ended. */
    private static Pod pod(String step, int code, String message) {
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

    private static TrainingJob job() {
        TrainingJob job = TrainingJob.of(
                "mlaas",
                "tj-1",
                new TrainingJobSpec(
                        "00000000-0000-4000-8000-000000000001",
                        "00000000-0000-4000-8000-000000000002",
                        "00000000-0000-4000-8000-000000000003",
                        "registry.example.com/acme/forecast@sha256:" + "a".repeat(64),
                        List.of(new TrainingJobSpec.InputFile(
                                "00000000-0000-4000-8000-000000000004", "numbers.csv", "b".repeat(64))),
                        null,
                        Map.of("MLAAS_PARAM_SEED", "7"),
                        new Resources("2", "4Gi", 1, null),
                        Map.of("zone", "a"),
                        List.of(),
                        3600L,
                        null,
                        null,
                        Runtime.ARGO,
                        null,
                        null,
                        "research",
                        null));
        job.getMetadata().setUid("00000000-0000-4000-8000-000000000005");
        return job;
    }
}
