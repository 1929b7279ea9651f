package io.mlaas.training.cluster.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An attempt to train as Kubeflow Trainer's TrainJob, with a TrainingRuntime of its own: a TrainJob alone can neither add
 * containers nor say how restricted they are.
 */
public final class TrainJobs {
    public static final String API_VERSION = "trainer.kubeflow.org/v1alpha1";
    public static final String CRD = "trainjobs.trainer.kubeflow.org";
    public static final ResourceDefinitionContext TRAIN_JOB = context("TrainJob", "trainjobs");
    public static final ResourceDefinitionContext TRAINING_RUNTIME = context("TrainingRuntime", "trainingruntimes");

    /** Kubeflow Trainer gives its variables to the container of this name, and looks for worker 0 in the Job of this name. */
    public static final String NODE = "node";

    private static final String ANCESTOR = "trainer.kubeflow.org/trainjob-ancestor-step";

    /** JobSet adds "-node-0-NN-xxxxx", and all of it is a label of DNS. */
    private static final Pattern FITS = Pattern.compile("[a-z](?:[-a-z0-9]{0,45}[a-z0-9])?");

    private static final int DIGITS = 20;

    /** The same training always becomes the same text. */
    private static final ObjectMapper SORTED =
            Serialization.jsonMapper().copy().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private TrainJobs() {}

    /** What is created, in this order. */
    static List<HasMetadata> of(TrainingJob job, int attempt, PodTemplates pods) {
        return List.of(runtime(job, attempt, pods), trainJob(job, attempt));
    }

    /** The name of both: short, as pods' names begin with it. */
    public static String name(String job, int attempt) {
        String name = job + "-" + attempt;
        return FITS.matcher(name).matches() ? name : "tj-" + digest(job) + "-" + attempt;
    }

    private static HasMetadata runtime(TrainingJob job, int attempt, PodTemplates pods) {
        Map<String, Object> fetch = Map.of(
                "name", Names.FETCH, "template", template(job, attempt, Names.FETCH, pods.fetchOnce(job), Map.of()));
        Map<String, Object> node = Map.of(
                "name",
                NODE,
                "dependsOn",
                List.of(Map.of("name", Names.FETCH, "status", "Complete")),
                "template",
                template(job, attempt, Names.TRAIN, pods.worker(job, attempt, NODE), Map.of(ANCESTOR, "trainer")));
        Map<String, Object> spec = Map.of(
                "mlPolicy",
                Map.of("numNodes", job.getSpec().workers(), "torch", Map.of("numProcPerNode", 1)),
                "template",
                // attempts are counted by the operator, which knows whose failure it was
                Map.of(
                        "spec",
                        Map.of("failurePolicy", Map.of("maxRestarts", 0), "replicatedJobs", List.of(fetch, node))));
        return resource(job, attempt, "TrainingRuntime", Names.labels(job, Step.TRAINING, attempt), spec);
    }

    private static Map<String, Object> template(
            TrainingJob job, int attempt, String step, PodSpec pod, Map<String, String> more) {
        Map<String, String> labels = Names.labels(job, Step.TRAINING, attempt);
        labels.put(Names.STEP_LABEL, step);
        return Map.of(
                "metadata",
                Map.of("labels", more),
                "spec",
                Map.of("backoffLimit", 0, "template", Map.of("metadata", Map.of("labels", labels), "spec", pod)));
    }

    private static HasMetadata trainJob(TrainingJob job, int attempt) {
        Map<String, String> labels = Names.labels(job, Step.TRAINING, attempt);
        Map<String, Object> spec = new TreeMap<>(Map.of(
                "runtimeRef",
                Map.of(
                        "apiGroup",
                        "trainer.kubeflow.org",
                        "kind",
                        "TrainingRuntime",
                        "name",
                        name(job.name(), attempt)),
                "trainer",
                Map.of("numNodes", job.getSpec().workers(), "numProcPerNode", 1)));
        String queue = job.getSpec().queue();
        if (queue != null) {
            labels.put(Names.KUEUE_LABEL, queue);
            spec.put("suspend", true);
        }
        return resource(job, attempt, "TrainJob", labels, spec);
    }

    private static HasMetadata resource(
            TrainingJob job, int attempt, String kind, Map<String, String> labels, Map<String, Object> spec) {
        GenericKubernetesResource resource = new GenericKubernetesResource();
        resource.setApiVersion(API_VERSION);
        resource.setKind(kind);
        resource.setMetadata(Manifests.metadata(job, name(job.name(), attempt), labels));
        resource.setAdditionalProperty("spec", SORTED.convertValue(spec, Map.class));
        return resource;
    }

    private static ResourceDefinitionContext context(String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup("trainer.kubeflow.org")
                .withVersion("v1alpha1")
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
