package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.mlaas.training.cluster.model.Admission;
import io.mlaas.training.cluster.model.JobStates;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.Observed;
import io.mlaas.training.cluster.model.Observed.Owned;
import io.mlaas.training.cluster.model.StepState;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The trainings of one namespace and what they own, always asked of the API server: a cache that lags would have an attempt
 * started twice.
 */
class ClusterObjects {
    private static final int CONFLICT = 409;

    private final KubernetesClient client;
    private final String namespace;

    ClusterObjects(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    NonNamespaceOperation<TrainingJob, KubernetesResourceList<TrainingJob>, Resource<TrainingJob>> trainings() {
        return client.resources(TrainingJob.class).inNamespace(namespace);
    }

    @Nullable
    TrainingJob find(String name) {
        return trainings().withName(name).get();
    }

    List<TrainingJob> all() {
        return trainings().list().getItems();
    }

    Observed observe(TrainingJob job, Admission admission, Instant now) {
        String name = job.name();
        List<Job> jobs = client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(Names.JOB_LABEL, name)
                .list()
                .getItems();
        List<Pod> pods = pods(name);
        Secret credential = client.secrets()
                .inNamespace(namespace)
                .withName(Names.credential(name))
                .get();
        Set<Owned> owned = EnumSet.noneOf(Owned.class);
        mark(owned, Owned.CREDENTIAL, credential != null);
        mark(
                owned,
                Owned.VOLUME,
                client.persistentVolumeClaims()
                                .inNamespace(namespace)
                                .withName(Names.volume(name))
                                .get()
                        != null);
        mark(
                owned,
                Owned.NETWORK_POLICY,
                client.network()
                                .v1()
                                .networkPolicies()
                                .inNamespace(namespace)
                                .withName(name)
                                .get()
                        != null);
        mark(owned, Owned.ACTIVE_STEP, jobs.stream().anyMatch(j -> active(j, pods)));
        mark(owned, Owned.ACTIVE_POD, pods.stream().anyMatch(ClusterObjects::active));
        return new Observed(
                job,
                admission,
                state(job, Step.TRAINING, job.status().attempts(), jobs, pods, now),
                state(job, Step.REGISTERING, job.status().registrations(), jobs, pods, now),
                owned,
                expires(credential),
                now);
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
                        .filter(p -> labels(p).entrySet().containsAll(labels.entrySet()))
                        .toList(),
                now);
    }

    List<Pod> pods(String name) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel(Names.JOB_LABEL, name)
                .list()
                .getItems();
    }

    private static Map<String, String> labels(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    private static @Nullable Instant expires(@Nullable Secret credential) {
        if (credential == null || credential.getMetadata().getAnnotations() == null) {
            return null;
        }
        String expires = credential.getMetadata().getAnnotations().get(Names.EXPIRES);
        return expires == null ? null : Instant.parse(expires);
    }

    private static void mark(Set<Owned> owned, Owned what, boolean exists) {
        if (exists) {
            owned.add(what);
        }
    }

    /** A Job whose pod has ended is not active, although its controller may not have said so yet: it is left its log. */
    private static boolean active(Job job, List<Pod> pods) {
        List<Pod> own = pods.stream()
                .filter(pod -> job.getMetadata().getName().equals(labels(pod).get("batch.kubernetes.io/job-name")))
                .toList();
        boolean over = !own.isEmpty() && own.stream().noneMatch(ClusterObjects::active);
        return !over
                && job.getMetadata().getDeletionTimestamp() == null
                && (job.getStatus() == null
                        || job.getStatus().getConditions().stream()
                                .noneMatch(c -> "True".equals(c.getStatus())
                                        && ("Complete".equals(c.getType()) || "Failed".equals(c.getType()))));
    }

    private static boolean active(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return !"Succeeded".equals(phase) && !"Failed".equals(phase);
    }

    /** @return the job as it is now; a conflict is thrown: somebody else has changed it */
    TrainingJob writeStatus(TrainingJob job) {
        return client.resource(job).inNamespace(namespace).updateStatus();
    }

    void addFinalizer(String name) {
        trainings().withName(name).edit(job -> {
            if (!job.getMetadata().getFinalizers().contains(Names.FINALIZER)) {
                job.getMetadata().getFinalizers().add(Names.FINALIZER);
            }
            return job;
        });
    }

    void removeFinalizer(String name) {
        if (find(name) != null) {
            trainings().withName(name).edit(job -> {
                job.getMetadata().getFinalizers().remove(Names.FINALIZER);
                return job;
            });
        }
    }

    /** Harmless if it exists. */
    void create(HasMetadata object) {
        try {
            client.resource(object).inNamespace(namespace).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                throw e;
            }
        }
    }

    /** In one step: a pod that starts meanwhile finds the old one or the new one. */
    void keepCredential(Secret secret, boolean exists) {
        if (exists) {
            client.resource(secret).inNamespace(namespace).update();
        } else {
            create(secret);
        }
    }

    void deleteCredential(String name) {
        client.secrets().inNamespace(namespace).withName(Names.credential(name)).delete();
    }

    void deleteVolume(String name) {
        client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(Names.volume(name))
                .delete();
    }

    /** Those that have ended stay, with their pods' logs. */
    void stopSteps(String name) {
        List<Pod> pods = pods(name);
        client.batch().v1().jobs().inNamespace(namespace).withLabel(Names.JOB_LABEL, name).list().getItems().stream()
                .filter(job -> active(job, pods))
                .forEach(job -> client.resource(job)
                        .inNamespace(namespace)
                        .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                        .delete());
    }
}
