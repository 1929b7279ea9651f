package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.mlaas.training.cluster.model.JobStates;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.StepState;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Runtime {@code job}: each attempt at a step is a Job of Kubernetes. */
final class Jobs implements StepRuntime {
    private final KubernetesClient client;
    private final String namespace;

    Jobs(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public Steps look(TrainingJob job, List<Pod> pods, Instant now) {
        List<Job> jobs = existing(job);
        return new Steps(
                state(job, Step.TRAINING, job.status().attempts(), jobs, pods, now),
                state(job, Step.REGISTERING, job.status().registrations(), jobs, pods, now),
                jobs.stream().anyMatch(candidate -> active(candidate, pods)));
    }

    private List<Job> existing(TrainingJob job) {
        return client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(Names.JOB_LABEL, job.name())
                .list()
                .getItems();
    }

    private static StepState state(
            TrainingJob job, Step step, int number, List<Job> jobs, List<Pod> pods, Instant now) {
        String name = Names.step(job.name(), step, number);
        Map<String, String> labels = Names.labels(job, step, number);
        return JobStates.of(
                step,
                jobs.stream()
                        .filter(j -> name.equals(j.getMetadata().getName()))
                        .findFirst()
                        .orElse(null),
                pods.stream()
                        .filter(p -> ClusterObjects.labels(p).entrySet().containsAll(labels.entrySet()))
                        .toList(),
                now);
    }

    /** A Job whose pod has ended is not active, although its controller may not have said so yet: it is left its log. */
    private static boolean active(Job job, List<Pod> pods) {
        List<Pod> own = pods.stream()
                .filter(pod -> job.getMetadata()
                        .getName()
                        .equals(ClusterObjects.labels(pod).get("batch.kubernetes.io/job-name")))
                .toList();
        boolean over = !own.isEmpty() && own.stream().noneMatch(ClusterObjects::active);
        return !over
                && job.getMetadata().getDeletionTimestamp() == null
                && (job.getStatus() == null
                        || job.getStatus().getConditions().stream()
                                .noneMatch(c -> "True".equals(c.getStatus())
                                        && ("Complete".equals(c.getType()) || "Failed".equals(c.getType()))));
    }

    @Override
    public void create(HasMetadata manifest) {
        client.resource(manifest).inNamespace(namespace).create();
    }

    @Override
    public void stop(TrainingJob job, List<Pod> pods) {
        existing(job).stream().filter(candidate -> active(candidate, pods)).forEach(candidate -> client.resource(
                        candidate)
                .inNamespace(namespace)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete());
    }
}
