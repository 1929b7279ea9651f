package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.StepState;
import io.mlaas.training.cluster.model.TrainJobStates;
import io.mlaas.training.cluster.model.TrainJobs;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Runtime {@code kubeflow}: an attempt to train is a TrainJob of Kubeflow Trainer, and registering is a Job as ever. */
final class KubeflowTrainings implements StepRuntime {
    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final String namespace;
    private final StepRuntime jobs;

    KubeflowTrainings(KubernetesClient client, String namespace, StepRuntime jobs) {
        this.client = client;
        this.namespace = namespace;
        this.jobs = jobs;
    }

    @Override
    public Steps look(TrainingJob job, List<Pod> pods, Instant now) {
        Steps others = jobs.look(job, pods, now);
        List<GenericKubernetesResource> trainJobs = existing(job);
        int attempt = job.status().attempts();
        String name = TrainJobs.name(job.name(), attempt);
        StepState train = TrainJobStates.of(
                trainJobs.stream()
                        .filter(candidate -> name.equals(candidate.getMetadata().getName()))
                        .findFirst()
                        .orElse(null),
                pods.stream().filter(pod -> trains(pod, attempt)).toList(),
                now);
        boolean active = trainJobs.stream().anyMatch(candidate -> active(candidate, pods));
        return new Steps(train, others.register(), active || others.active());
    }

    private List<GenericKubernetesResource> existing(TrainingJob job) {
        try {
            return client.genericKubernetesResources(TrainJobs.TRAIN_JOB)
                    .inNamespace(namespace)
                    .withLabel(Names.JOB_LABEL, job.name())
                    .list()
                    .getItems();
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND) {
                throw e;
            }
            // its kind is not installed: creating one says so
            return List.of();
        }
    }

    private static boolean trains(Pod pod, int attempt) {
        Map<String, String> labels = ClusterObjects.labels(pod);
        return Integer.toString(attempt).equals(labels.get(Names.ATTEMPT_LABEL))
                && !Names.word(Step.REGISTERING).equals(labels.get(Names.STEP_LABEL));
    }

    /** A TrainJob one of whose pods runs is active, also when it failed already: the others may be slow to end. */
    private static boolean active(GenericKubernetesResource trainJob, List<Pod> pods) {
        String attempt = trainJob.getMetadata().getLabels().get(Names.ATTEMPT_LABEL);
        boolean runs = pods.stream()
                .filter(pod -> trains(pod, Integer.parseInt(attempt)))
                .anyMatch(ClusterObjects::active);
        return trainJob.getMetadata().getDeletionTimestamp() == null && (runs || !TrainJobStates.ended(trainJob));
    }

    @Override
    public void create(HasMetadata manifest) {
        if (manifest instanceof GenericKubernetesResource resource) {
            ResourceDefinitionContext kind = TrainJobs.TRAIN_JOB.getKind().equals(resource.getKind())
                    ? TrainJobs.TRAIN_JOB
                    : TrainJobs.TRAINING_RUNTIME;
            create(kind, resource);
        } else {
            jobs.create(manifest);
        }
    }

    private void create(ResourceDefinitionContext kind, GenericKubernetesResource resource) {
        try {
            client.genericKubernetesResources(kind)
                    .inNamespace(namespace)
                    .resource(resource)
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == NOT_FOUND) {
                throw new NotInstalled("Kubeflow Trainer is not installed here: the cluster has no " + kind.getKind()
                        + " of " + TrainJobs.API_VERSION + " (expected: with spec.runtime kubeflow, Kubeflow Trainer)");
            }
            throw e;
        }
    }

    @Override
    public void stop(TrainingJob job, List<Pod> pods) {
        existing(job).stream()
                .filter(candidate -> active(candidate, pods))
                .forEach(candidate -> client.genericKubernetesResources(TrainJobs.TRAIN_JOB)
                        .inNamespace(namespace)
                        .withName(candidate.getMetadata().getName())
                        .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                        .delete());
        jobs.stop(job, pods);
    }
}
