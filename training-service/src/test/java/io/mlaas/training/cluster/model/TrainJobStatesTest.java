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

class TrainJobStatesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void isAbsentOrWaitsOrRunsOrSucceeds() {
        assertThat(TrainJobStates.of(null, List.of(), NOW)).isEqualTo(new StepState.Absent());
        assertThat(TrainJobStates.of(trainJob(null, null), List.of(), NOW))
                .isEqualTo(new StepState.Waiting(
                        NOW.minusSeconds(60),
                        FailureReason.UNSCHEDULABLE,
                        "Kubeflow Trainer has not made its pods yet"));
        assertThat(TrainJobStates.of(trainJob(null, null), List.of(fetch(null)), NOW))
                .isEqualTo(new StepState.Running("fetches and checks its inputs"));
        assertThat(TrainJobStates.of(trainJob(null, null), List.of(fetch(0), worker(0, null), worker(1, null)), NOW))
                .isEqualTo(new StepState.Running("trains"));
        assertThat(TrainJobStates.of(trainJob("Complete", "JobsCompleted"), List.of(worker(0, 0)), NOW))
                .isEqualTo(new StepState.Succeeded(null));
    }

    @Test
    void failsForTheReasonOfTheWorkerThatFailedByItself() {
        StepState.Failed failed = failed(worker(0, 75), worker(1, 3), worker(2, 143));
        assertThat(failed.reason()).isEqualTo(FailureReason.PROGRAM_FAILED);
        assertThat(failed.exitCode()).isEqualTo(3);
        assertThat(failed.message()).isEqualTo("worker 1: the program ended with exit code 3");
    }

    @Test
    void aLostWorkerIsTriedAgain() {
        StepState.Failed lost = failed(worker(0, 75), worker(1, 137), worker(2, 75));
        assertThat(lost.reason()).isEqualTo(FailureReason.NODE_LOST);
        assertThat(lost.reason().passes()).isTrue();
        assertThat(lost.at())
                .as("the same at each look, or its turn never comes")
                .isEqualTo(NOW.minusSeconds(5));

        Pod evicted = new PodBuilder(worker(1, 137))
                .editStatus()
                .addNewCondition()
                .withType("DisruptionTarget")
                .withStatus("True")
                .withReason("EvictionByEvictionAPI")
                .withMessage("drained")
                .endCondition()
                .endStatus()
                .build();
        assertThat(failed(worker(0, 75), evicted).reason()).isEqualTo(FailureReason.EVICTED);
    }

    @Test
    void saysNothingOfTheOthersEndBeforeTheFirstOneIsTold() {
        assertThat(TrainJobStates.of(trainJob(null, null), List.of(worker(0, 75), worker(1, null)), NOW))
                .isEqualTo(new StepState.Running("trains"));
    }

    @Test
    void aJobThatTakesTheOthersAwayIsNoEviction() {
        Pod taken = new PodBuilder(worker(1, null))
                .editMetadata()
                .withDeletionTimestamp(NOW.toString())
                .endMetadata()
                .build();
        assertThat(failed(worker(0, 1), taken).reason()).isEqualTo(FailureReason.PROGRAM_FAILED);
    }

    @Test
    void anInputThatIsRefusedIsFinal() {
        assertThat(failed(fetch(65)).reason()).isEqualTo(FailureReason.INPUT_REFUSED);
        assertThat(failed(fetch(75)).reason()).isEqualTo(FailureReason.PLATFORM_UNAVAILABLE);
    }

    @Test
    void whatLeftNoPodsIsTriedAgainAndWhatTrainerDoesNotSupportIsNot() {
        assertThat(failed().reason()).isEqualTo(FailureReason.NODE_LOST);
        assertThat(TrainJobStates.of(trainJob("Failed", "TrainingRuntimeNotSupported"), List.of(), NOW))
                .isEqualTo(new StepState.Failed(
                        FailureReason.INVALID_SPEC,
                        "Kubeflow Trainer: told by the controller",
                        null,
                        NOW.minusSeconds(1)));
    }

    private static StepState.Failed failed(Pod... pods) {
        return (StepState.Failed) TrainJobStates.of(trainJob("Failed", "FailedJobs"), List.of(pods), NOW);
    }

    private static GenericKubernetesResource trainJob(@Nullable String condition, @Nullable String reason) {
        Map<String, Object> status = condition == null
                ? Map.of()
                : Map.of(
                        "conditions",
                        List.of(Map.of(
                                "type",
                                condition,
                                "status",
                                "True",
                                "reason",
                                String.valueOf(reason),
                                "message",
                                "told by the controller",
                                "lastTransitionTime",
                                NOW.minusSeconds(1).toString())));
        return Serialization.jsonMapper()
                .convertValue(
                        Map.of(
                                "apiVersion",
                                TrainJobs.API_VERSION,
                                "kind",
                                "TrainJob",
                                "metadata",
                                Map.of(
                                        "name",
                                        "t-1",
                                        "creationTimestamp",
                                        NOW.minusSeconds(60).toString()),
                                "status",
                                status),
                        GenericKubernetesResource.class);
    }

    private static Pod fetch(@Nullable Integer exit) {
        return pod(Names.FETCH, 0, Names.FETCH, exit);
    }

    private static Pod worker(int index, @Nullable Integer exit) {
        return pod(Names.TRAIN, index, TrainJobs.NODE, exit);
    }

    private static Pod pod(String step, int index, String container, @Nullable Integer exit) {
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withName("t-1-" + step + "-" + index)
                .withCreationTimestamp(NOW.minusSeconds(50).toString())
                .withLabels(Map.of(Names.STEP_LABEL, step, Names.WORKER_LABEL, Integer.toString(index)))
                .endMetadata()
                .withNewSpec()
                .withNodeName("node-1")
                .endSpec()
                .withNewStatus()
                .withPhase(exit == null ? "Running" : exit == 0 ? "Succeeded" : "Failed")
                .endStatus();
        if (exit != null) {
            pod.editStatus()
                    .addNewContainerStatus()
                    .withName(container)
                    .withNewState()
                    .withNewTerminated()
                    .withExitCode(exit)
                    .withReason("Error")
                    .withFinishedAt(NOW.minusSeconds(5).toString())
                    .endTerminated()
                    .endState()
                    .endContainerStatus()
                    .endStatus();
        }
        return pod.build();
    }
}
