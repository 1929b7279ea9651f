package io.mlaas.training.cluster.model;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What a training becomes. The same training always becomes the same objects. */
public final class Manifests {
    private final ClusterSettings settings;
    private final PodTemplates pods;
    private final ArgoWorkflows argo;

    public Manifests(ClusterSettings settings) {
        this.settings = settings;
        this.pods = new PodTemplates(settings);
        this.argo = new ArgoWorkflows(pods, settings);
    }

    /** The pieces that other runtimes than Kubernetes' own Jobs need. */
    public PodTemplates pods() {
        return pods;
    }

    /** One attempt at a step: all that is created for it, in this order. */
    public List<HasMetadata> steps(TrainingJob job, Step step, int number) {
        return job.getSpec().runtime() == TrainingJobSpec.Runtime.KUBEFLOW && step == Step.TRAINING
                ? TrainJobs.of(job, number, pods)
                : List.of(step(job, step, number));
    }

    /** One attempt at a step. */
    public HasMetadata step(TrainingJob job, Step step, int number) {
        if (step == Step.REGISTERING && job.getSpec().runtime() == TrainingJobSpec.Runtime.KUBEFLOW) {
            return job(job, step, number);
        }
        return switch (job.getSpec().runtime()) {
            case JOB -> job(job, step, number);
            case ARGO -> argo.workflow(job, step, number);
            case KUBEFLOW ->
                throw new IllegalArgumentException(
                        "runtime: " + job.getSpec().runtime().json() + " (expected: job or argo)");
        };
    }

    private Job job(TrainingJob job, Step step, int number) {
        Map<String, String> labels = Names.labels(job, step, number);
        String queue = job.getSpec().queue();
        if (queue != null) {
            labels.put(Names.KUEUE_LABEL, queue);
        }
        return new JobBuilder()
                .withMetadata(metadata(job, Names.step(job.name(), step, number), labels))
                .withNewSpec()
                // attempts are counted by the operator, which knows whose failure it was
                .withBackoffLimit(0)
                .withCompletions(1)
                .withParallelism(1)
                .withSuspend(queue == null ? null : Boolean.TRUE)
                .withTtlSecondsAfterFinished((int) settings.keepPods().toSeconds())
                .withTemplate(template(job, step, number))
                .endSpec()
                .build();
    }

    private PodTemplateSpec template(TrainingJob job, Step step, int number) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(Names.labels(job, step, number))
                .endMetadata()
                .withSpec(
                        switch (step) {
                            case TRAINING -> pods.train(job, number);
                            case REGISTERING -> pods.register(job);
                        })
                .build();
    }

    public PersistentVolumeClaim volume(TrainingJob job) {
        return new PersistentVolumeClaimBuilder()
                .withMetadata(metadata(job, Names.volume(job.name()), Names.labels(job)))
                .withNewSpec()
                .withAccessModes(job.getSpec().workers() > 1 ? settings.sharedAccessMode() : "ReadWriteOnce")
                .withStorageClassName(settings.storageClass())
                .withNewResources()
                .addToRequests("storage", new Quantity(job.getSpec().outputSize()))
                .endResources()
                .endSpec()
                .build();
    }

    /** The job's credential: mounted into the platform's own containers, never into the user's. */
    public Secret credential(TrainingJob job, String token, Instant expires) {
        ObjectMeta metadata = metadata(job, Names.credential(job.name()), Names.labels(job));
        metadata.setAnnotations(Map.of(Names.EXPIRES, expires.toString()));
        Map<String, String> annotations = job.getMetadata().getAnnotations();
        String described = annotations == null ? null : annotations.get(Names.DATASET_METADATA);
        return new SecretBuilder()
                .withMetadata(metadata)
                .withType("Opaque")
                .addToStringData(Names.TOKEN_KEY, token)
                .addToStringData(described == null ? Map.of() : Map.of(Names.DATASET_FILE, described))
                .build();
    }

    public HasMetadata networkPolicy(TrainingJob job) {
        return NetworkPolicies.of(job, metadata(job, job.name(), Names.labels(job)), settings);
    }

    static ObjectMeta metadata(TrainingJob job, String name, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withNamespace(job.getMetadata().getNamespace())
                .withName(name)
                .withLabels(labels)
                .withOwnerReferences(owner(job))
                .build();
    }

    /** Whatever belongs to a training goes with it. */
    static OwnerReference owner(TrainingJob job) {
        return new OwnerReferenceBuilder()
                .withApiVersion(job.getApiVersion())
                .withKind(job.getKind())
                .withName(job.name())
                .withUid(job.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }
}
