package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.mlaas.training.cluster.model.Admission;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.Observed;
import io.mlaas.training.cluster.model.Observed.Owned;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobSpec;
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
    private final StepRuntime jobs;
    private final Map<TrainingJobSpec.Runtime, StepRuntime> runtimes;

    ClusterObjects(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        this.jobs = new Jobs(client, namespace);
        this.runtimes = Map.of(
                TrainingJobSpec.Runtime.ARGO,
                new Workflows(client, namespace),
                TrainingJobSpec.Runtime.KUBEFLOW,
                new KubeflowTrainings(client, namespace, jobs));
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
        List<Pod> pods = pods(name);
        StepRuntime.Steps steps = runtime(job).look(job, pods, now);
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
        mark(owned, Owned.ACTIVE_STEP, steps.active());
        mark(owned, Owned.ACTIVE_POD, pods.stream().anyMatch(ClusterObjects::active));
        return new Observed(job, admission, steps.train(), steps.register(), owned, expires(credential), now);
    }

    private StepRuntime runtime(TrainingJob job) {
        return runtimes.getOrDefault(job.getSpec().runtime(), jobs);
    }

    List<Pod> pods(String name) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel(Names.JOB_LABEL, name)
                .list()
                .getItems();
    }

    static Map<String, String> labels(Pod pod) {
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

    static boolean active(Pod pod) {
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
        once(() -> client.resource(object).inNamespace(namespace).create());
    }

    /** Harmless if it exists. */
    void start(TrainingJob job, HasMetadata step) {
        once(() -> runtime(job).create(step));
    }

    private static void once(Runnable create) {
        try {
            create.run();
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
    void stopSteps(TrainingJob job) {
        runtime(job).stop(job, pods(job.name()));
    }
}
