package io.mlaas.training.cluster.model;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A training as a Workflow of Argo with three steps: fetch, train, register. Each is a pod of its own on the training's
 * volume, as restricted as the pods of Kubernetes' own Jobs; only Argo's sidecar has a service account's token. Argo tries
 * nothing again: attempts are counted by the operator, which knows whose failure it was.
 */
public final class ArgoWorkflows {
    public static final ResourceDefinitionContext KIND = new ResourceDefinitionContext.Builder()
            .withGroup("argoproj.io")
            .withVersion("v1alpha1")
            .withKind("Workflow")
            .withPlural("workflows")
            .withNamespaced(true)
            .build();

    /** As whom Argo's sidecar tells its controller how a step ended: it creates and patches workflowtaskresults. */
    private static final String EXECUTOR = "mlaas-workflow-executor";

    private static final String ENTRY = "training";

    private final PodTemplates pods;
    private final ClusterSettings settings;

    ArgoWorkflows(PodTemplates pods, ClusterSettings settings) {
        this.pods = pods;
        this.settings = settings;
    }

    /** All three steps; or, where registering is tried again, the last one alone. */
    GenericKubernetesResource workflow(TrainingJob job, Step step, int number) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(KIND.getGroup() + "/" + KIND.getVersion())
                .withKind(KIND.getKind())
                .withMetadata(
                        Manifests.metadata(job, Names.step(job.name(), step, number), Names.labels(job, step, number)))
                .addToAdditionalProperties(
                        "spec",
                        switch (step) {
                            case TRAINING ->
                                spec(
                                        job,
                                        List.of(fetch(job, number), train(job, number), register(job, number, number)));
                            case REGISTERING ->
                                spec(job, List.of(register(job, job.status().attempts(), number)));
                        })
                .build();
    }

    private Map<String, Object> spec(TrainingJob job, List<Map<String, Object>> templates) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("entrypoint", ENTRY);
        spec.put("automountServiceAccountToken", false);
        spec.put("executor", Map.of("serviceAccountName", EXECUTOR));
        spec.put("securityContext", json(pods.podSecurity()));
        // what Argo has no fields for
        spec.put("podSpecPatch", "{\"enableServiceLinks\":false,\"terminationGracePeriodSeconds\":30}");
        spec.put("volumes", json(pods.volumes(job)));
        spec.put("tolerations", json(pods.tolerations(job)));
        if (!settings.pullSecrets().isEmpty()) {
            spec.put(
                    "imagePullSecrets",
                    settings.pullSecrets().stream()
                            .map(name -> Map.of("name", name))
                            .toList());
        }
        // pods stay for their logs as long as the workflow does
        spec.put("podGC", Map.of("strategy", "OnWorkflowDeletion"));
        spec.put(
                "ttlStrategy",
                Map.of("secondsAfterCompletion", settings.keepPods().toSeconds()));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", ENTRY);
        entry.put(
                "steps",
                templates.stream()
                        .map(template -> List.of(step(Objects.requireNonNull(template.get("name")))))
                        .toList());
        spec.put(
                "templates", Stream.concat(Stream.of(entry), templates.stream()).toList());
        return spec;
    }

    private static Map<String, Object> step(Object name) {
        return new TreeMap<>(Map.of("name", name, "template", name));
    }

    private Map<String, Object> fetch(TrainingJob job, int attempt) {
        Map<String, Object> template = template(job, Names.FETCH, attempt, pods.fetch(job));
        template.put("activeDeadlineSeconds", job.getSpec().deadlineSeconds());
        // on the node of the program, as a volume may be on one node only
        selectNode(job, template);
        return template;
    }

    private Map<String, Object> train(TrainingJob job, int attempt) {
        Map<String, Object> template = template(job, Names.TRAIN, attempt, pods.train(job, attempt, Names.TRAIN));
        template.put("activeDeadlineSeconds", job.getSpec().deadlineSeconds());
        selectNode(job, template);
        return template;
    }

    private static void selectNode(TrainingJob job, Map<String, Object> template) {
        if (!job.getSpec().nodeSelector().isEmpty()) {
            template.put("nodeSelector", job.getSpec().nodeSelector());
        }
    }

    private Map<String, Object> register(TrainingJob job, int attempt, int number) {
        Map<String, Object> template = template(job, Names.REGISTER, number, pods.register(job, attempt));
        template.put("activeDeadlineSeconds", PodTemplates.TIME_TO_REGISTER);
        return template;
    }

    private static Map<String, Object> template(TrainingJob job, String name, int number, Container container) {
        Map<String, String> labels = Names.labels(job, Step.TRAINING, number);
        labels.put(Names.STEP_LABEL, name);
        String queue = job.getSpec().queue();
        if (queue != null && Names.TRAIN.equals(name)) {
            // Kueue admits no Workflows, but single pods
            labels.put(Names.KUEUE_LABEL, queue);
        }
        Map<String, Object> main =
                Serialization.jsonMapper().convertValue(container, new TypeReference<Map<String, Object>>() {});
        // Argo calls it main
        main.remove("name");
        Map<String, Object> template = new LinkedHashMap<>();
        template.put("name", name);
        template.put("metadata", Map.of("labels", labels));
        template.put("container", main);
        return template;
    }

    private static Object json(Object object) {
        return Serialization.jsonMapper().convertValue(object, Object.class);
    }
}
