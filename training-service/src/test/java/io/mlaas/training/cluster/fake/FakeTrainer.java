package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.TrainJobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A fake of the controllers of Kubeflow Trainer, JobSet and Job, as far as a TrainJob of two jobs needs them: "fetch", and
 * after its success "node", with the torch policy's variables. There is no JobSet and no Job in between.
 */
public final class FakeTrainer {
    private final KubernetesClient client;

    public FakeTrainer(KubernetesClient client) {
        this.client = client;
    }

    public static void install(FakeCluster cluster, KubernetesClient client) {
        cluster.install(TrainJobs.TRAINING_RUNTIME, () -> {});
        cluster.install(TrainJobs.TRAIN_JOB, new FakeTrainer(client)::act);
    }

    void act() {
        for (GenericKubernetesResource job :
                client.genericKubernetesResources(TrainJobs.TRAIN_JOB).list().getItems()) {
            if (job.get("status", "conditions") == null
                    && !Boolean.TRUE.equals(job.get("spec", "suspend"))
                    && job.getMetadata().getDeletionTimestamp() == null) {
                act(job);
            }
        }
    }

    private void act(GenericKubernetesResource job) {
        String name = job.get("spec", "runtimeRef", "name");
        GenericKubernetesResource runtime = client.genericKubernetesResources(TrainJobs.TRAINING_RUNTIME)
                .withName(name)
                .get();
        if (runtime == null) {
            end(job, "Failed", "TrainingRuntimeNotSupported", "TrainingRuntime " + name + " not found");
            return;
        }
        List<?> replicated = Objects.requireNonNull(runtime.get("spec", "template", "spec", "replicatedJobs"));
        List<Pod> fetchers = pods(job, Names.FETCH);
        List<Pod> workers = pods(job, Names.TRAIN);
        List<Pod> all = new ArrayList<>(fetchers);
        all.addAll(workers);
        if (all.stream().anyMatch(pod -> "Failed".equals(FakeJobController.phase(pod)))) {
            all.stream()
                    .filter(pod -> !List.of("Failed", "Succeeded").contains(FakeJobController.phase(pod)))
                    .forEach(pod -> client.resource(pod).delete());
            end(job, "Failed", "FailedJobs", "jobset failed due to one or more job failures");
        } else if (fetchers.isEmpty()) {
            client.pods()
                    .resource(pod(job, template(replicated.getFirst()), 0, 1))
                    .create();
        } else if (workers.isEmpty() && succeeded(fetchers)) {
            int nodes = Objects.requireNonNull(job.<Integer>get("spec", "trainer", "numNodes"));
            for (int i = 0; i < nodes; i++) {
                client.pods()
                        .resource(pod(job, template(replicated.getLast()), i, nodes))
                        .create();
            }
        } else if (!workers.isEmpty() && succeeded(workers)) {
            end(job, "Complete", "AllJobsCompleted", "jobset completed successfully");
        }
    }

    private static boolean succeeded(List<Pod> pods) {
        return pods.stream().allMatch(pod -> "Succeeded".equals(FakeJobController.phase(pod)));
    }

    private List<Pod> pods(GenericKubernetesResource job, String step) {
        return client.pods().withLabel(Names.STEP_LABEL, step).list().getItems().stream()
                .filter(pod -> pod.getMetadata()
                        .getOwnerReferences()
                        .getFirst()
                        .getUid()
                        .equals(FakeCluster.uid(job)))
                .toList();
    }

    private static PodTemplateSpec template(Object replicated) {
        Map<?, ?> template = (Map<?, ?>) ((Map<?, ?>) replicated).get("template");
        Object pod = ((Map<?, ?>) template.get("spec")).get("template");
        return Serialization.jsonMapper().convertValue(pod, PodTemplateSpec.class);
    }

    private static Pod pod(GenericKubernetesResource job, PodTemplateSpec template, int index, int nodes) {
        String name = job.getMetadata().getName();
        Container container = template.getSpec().getContainers().getFirst();
        if (TrainJobs.NODE.equals(container.getName())) {
            List<EnvVar> variables = new ArrayList<>(container.getEnv());
            variables.add(new EnvVar("PET_NNODES", Integer.toString(nodes), null));
            variables.add(new EnvVar("PET_NPROC_PER_NODE", "1", null));
            variables.add(new EnvVar("PET_NODE_RANK", Integer.toString(index), null));
            variables.add(new EnvVar("PET_MASTER_ADDR", name + "-node-0-0." + name, null));
            variables.add(new EnvVar("PET_MASTER_PORT", "29500", null));
            container.setEnv(variables);
        }
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(job.getMetadata().getNamespace())
                .withName(name + "-" + container.getName() + "-0-" + index + "-abcde")
                .withLabels(template.getMetadata().getLabels())
                .addToLabels(Names.WORKER_LABEL, Integer.toString(index))
                .withFinalizers("batch.kubernetes.io/job-tracking")
                .addNewOwnerReference()
                .withApiVersion(job.getApiVersion())
                .withKind(job.getKind())
                .withName(name)
                .withUid(FakeCluster.uid(job))
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withSpec(template.getSpec())
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
    }

    private void end(GenericKubernetesResource job, String type, String reason, String message) {
        client.genericKubernetesResources(TrainJobs.TRAIN_JOB)
                .inNamespace(job.getMetadata().getNamespace())
                .withName(job.getMetadata().getName())
                .edit(old -> {
                    old.setAdditionalProperty(
                            "status",
                            Map.of(
                                    "conditions",
                                    List.of(Map.of(
                                            "type",
                                            type,
                                            "status",
                                            "True",
                                            "reason",
                                            reason,
                                            "message",
                                            message,
                                            "lastTransitionTime",
                                            FakeJobController.now()))));
                    return old;
                });
    }
}
