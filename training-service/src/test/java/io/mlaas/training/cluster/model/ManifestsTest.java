package io.mlaas.training.cluster.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The manifests, compared with committed files; {@code -Dmlaas.golden.write=true} writes them. */
class ManifestsTest {
    private static final Path GOLDEN = Path.of(System.getProperty("mlaas.home", ".."))
            .resolve("training-service/src/test/resources/io/mlaas/training/cluster/model");
    private final Manifests manifests = new Manifests(new ClusterSettings(
            "mlaas/training-service:1.2.3",
            List.of("java", "-cp", "/app", "Agent"),
            "http://model-sharing-service:18101",
            "fast",
            "ReadWriteMany",
            List.of("registry-login"),
            List.of(
                    new ClusterSettings.Egress(
                            null,
                            null,
                            new LabelSelectorBuilder()
                                    .addToMatchLabels("app.kubernetes.io/name", "model-sharing-service")
                                    .build(),
                            List.of(18101)),
                    new ClusterSettings.Egress("198.51.100.0/24", null, null, List.of(443))),
            Duration.ofMinutes(2),
            Duration.ofDays(1)));

    @Test
    void aSmallTrainingBecomesThese() throws IOException {
        TrainingJob job = job(new TrainingJobSpec.Resources(null, null, null, null), null);
        golden("small-volume", manifests.volume(job));
        golden("small-credential", manifests.credential(job, "token", Instant.parse("2026-11-22T10:00:00Z")));
        golden("small-network-policy", manifests.networkPolicy(job));
        golden("small-train-1", manifests.step(job, Step.TRAINING, 1));
        golden("small-register-2", manifests.step(job, Step.REGISTERING, 2));
    }

    @Test
    void aTrainingOnGpusInAQueueOfKueueBecomesThis() throws IOException {
        golden(
                "gpu-train-3",
                manifests.step(job(new TrainingJobSpec.Resources("8", "64Gi", 2, null), "gpus"), Step.TRAINING, 3));
    }

    @Test
    void aTrainingWithArgoBecomesThese() throws IOException {
        TrainingJob job =
                job(new TrainingJobSpec.Resources("8", "64Gi", 2, null), "gpus", TrainingJobSpec.Runtime.ARGO);
        golden("argo-train-1", manifests.steps(job, Step.TRAINING, 1).getFirst());
        golden("argo-register-2", manifests.steps(job, Step.REGISTERING, 2).getFirst());
    }

    @Test
    void aTrainingWithWorkersBecomesTheseOfKubeflow() throws IOException {
        TrainingJob job = job(new TrainingJobSpec.Resources("8", "64Gi", 2, null), "gpus");
        ObjectNode spec = Serialization.jsonMapper().valueToTree(job.getSpec());
        spec.put("runtime", "kubeflow").put("workers", 3);
        job.setSpec(Serialization.jsonMapper().convertValue(spec, TrainingJobSpec.class));
        List<HasMetadata> made = manifests.steps(job, Step.TRAINING, 3);
        golden("kubeflow-volume", manifests.volume(job));
        golden("kubeflow-network-policy", manifests.networkPolicy(job));
        golden("kubeflow-runtime-3", made.getFirst());
        golden("kubeflow-train-3", made.getLast());
    }

    @Test
    void aTrainingThatIsOnlyComparedTellsItsAgentSo() throws IOException {
        for (TrainingJobSpec.Runtime runtime : TrainingJobSpec.Runtime.values()) {
            TrainingJob job = job(new TrainingJobSpec.Resources(null, null, null, null), null, runtime);
            ObjectNode spec = Serialization.jsonMapper().valueToTree(job.getSpec());
            spec.put("compareOnly", true);
            job.setSpec(Serialization.jsonMapper().convertValue(spec, TrainingJobSpec.class));
            golden(
                    "compare-" + runtime.json() + "-register-1",
                    manifests.steps(job, Step.REGISTERING, 1).getFirst());
        }
    }

    @Test
    void namesOfPodsOfWorkersAreNamesOfDns() {
        String service = "tj-0c0ffee0-0000-4000-8000-000000000001-1";
        assertThat(TrainJobs.name(service, 2)).isEqualTo(service + "-2").hasSizeLessThan(48);
        assertThat(TrainJobs.name("a".repeat(60), 2)).matches("tj-[0-9a-f]{20}-2");
        assertThat(TrainJobs.name("7-days", 2)).matches("tj-[0-9a-f]{20}-2");
        assertThat(TrainJobs.name("7-days", 2)).isNotEqualTo(TrainJobs.name("8-days", 2));
    }

    @Test
    void aValueIsGivenToTheProgramAsItIs() {
        TrainingJob job = job(new TrainingJobSpec.Resources(null, null, null, null), null);
        assertThat(Serialization.asYaml(manifests.step(job, Step.TRAINING, 1)))
                .as("Kubernetes turns $$( into $(, and $( into a variable's value")
                .contains("$$(HOME)");
    }

    private static TrainingJob job(TrainingJobSpec.Resources resources, @Nullable String queue) {
        return job(resources, queue, TrainingJobSpec.Runtime.JOB);
    }

    private static TrainingJob job(
            TrainingJobSpec.Resources resources, @Nullable String queue, TrainingJobSpec.Runtime runtime) {
        TrainingJob job = TrainingJob.of(
                "mlaas",
                "train-0c0ffee0",
                new TrainingJobSpec(
                        "0c0ffee0-0000-4000-8000-000000000001",
                        "0c0ffee0-0000-4000-8000-000000000002",
                        "0c0ffee0-0000-4000-8000-000000000003",
                        "acme/forecast@sha256:" + "a".repeat(64),
                        List.of(new TrainingJobSpec.InputFile(
                                "0c0ffee0-0000-4000-8000-000000000004", "numbers.csv", "b".repeat(64))),
                        new TrainingJobSpec.Definition("network.json", "c".repeat(64)),
                        Map.of("MLAAS_PARAM_SEED", "42", "OMP_NUM_THREADS", "1", "MLAAS_PARAM_PATH", "$(HOME)"),
                        resources,
                        queue == null ? null : Map.of("pool", "gpu"),
                        queue == null
                                ? null
                                : List.of(new TolerationBuilder()
                                        .withKey("gpu")
                                        .withOperator("Exists")
                                        .build()),
                        3600L,
                        null,
                        "20Gi",
                        runtime,
                        null,
                        null,
                        queue,
                        null,
                        null));
        job.getMetadata().setUid("11111111-2222-4333-8444-555555555555");
        job.setStatus(new TrainingJobStatus(
                null, null, null, List.of(), null, null, null, 1, 0, null, null, null, List.of(), null));
        return job;
    }

    private static void golden(String name, HasMetadata manifest) throws IOException {
        Path file = GOLDEN.resolve(name + ".yaml");
        String yaml = Serialization.asYaml(manifest);
        if (Boolean.getBoolean("mlaas.golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, yaml);
        }
        assertThat(file).content().isEqualTo(yaml);
    }
}
