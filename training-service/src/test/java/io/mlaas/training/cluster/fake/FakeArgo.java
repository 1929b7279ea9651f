package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.model.ArgoWorkflows;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Plays Argo's controller for workflows that are a list of steps, each a pod: the template's container is called main, and
 * has Argo's init container before it and its sidecar, here also after it. It knows no retries: our workflows ask for none.
 */
public final class FakeArgo {
    private static final String WORKFLOW = "workflows.argoproj.io/workflow";
    private static final String NODE = "workflows.argoproj.io/node-name";

    private final KubernetesClient client;
    private final String executorImage;

    private FakeArgo(KubernetesClient client, String executorImage) {
        this.client = client;
        this.executorImage = executorImage;
    }

    public static void install(FakeCluster cluster) {
        cluster.install(ArgoWorkflows.KIND, new FakeArgo(cluster.client(), cluster.shellImage())::act);
    }

    private void act() {
        for (GenericKubernetesResource workflow :
                client.genericKubernetesResources(ArgoWorkflows.KIND).list().getItems()) {
            String phase = Objects.requireNonNullElse(workflow.get("status", "phase"), "");
            if (List.of("", "Running").contains(phase) && workflow.getMetadata().getDeletionTimestamp() == null) {
                act(workflow);
            }
        }
    }

    private void act(GenericKubernetesResource workflow) {
        List<Pod> pods = client.pods()
                .withLabel(WORKFLOW, workflow.getMetadata().getName())
                .list()
                .getItems();
        Map<String, Object> nodes =
                new LinkedHashMap<>(Objects.requireNonNullElse(workflow.get("status", "nodes"), Map.of()));
        for (List<Map<String, String>> step : steps(workflow)) {
            String name = step.getFirst().get("template");
            Pod pod = pods.stream()
                    .filter(candidate ->
                            name.equals(candidate.getMetadata().getAnnotations().get(NODE)))
                    .findFirst()
                    .orElse(null);
            if (pod == null && nodes.containsKey(name) && !"Succeeded".equals(nodes.get(name))) {
                write(workflow, "Error", "pod deleted", nodes);
                return;
            }
            String phase = pod == null ? null : FakeJobController.phase(pod);
            if (pod == null && !nodes.containsKey(name)) {
                nodes.put(name, "Pending");
                write(workflow, "Running", "", nodes);
                client.pods().resource(pod(workflow, name)).create();
                return;
            }
            if ("Failed".equals(phase)) {
                write(workflow, "Failed", "child '" + pod.getMetadata().getName() + "' failed", nodes);
                return;
            }
            if (phase != null && !"Succeeded".equals(phase)) {
                return;
            }
            nodes.put(name, "Succeeded");
        }
        write(workflow, "Succeeded", "", nodes);
    }

    @SuppressWarnings("unchecked")
    private static List<List<Map<String, String>>> steps(GenericKubernetesResource workflow) {
        return (List<List<Map<String, String>>>)
                template(workflow, workflow.get("spec", "entrypoint")).get("steps");
    }

    private static Map<String, Object> template(GenericKubernetesResource workflow, String name) {
        List<Map<String, Object>> templates = workflow.get("spec", "templates");
        return templates.stream()
                .filter(template -> name.equals(template.get("name")))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private Pod pod(GenericKubernetesResource workflow, String name) {
        Map<String, Object> template = template(workflow, name);
        Map<String, Map<String, String>> metadata = (Map<String, Map<String, String>>) template.get("metadata");
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(workflow.getMetadata().getNamespace())
                .withName(workflow.getMetadata().getName() + "-" + name + "-"
                        + UUID.randomUUID().toString().substring(0, 5))
                .withLabels(metadata.get("labels"))
                .addToLabels(WORKFLOW, workflow.getMetadata().getName())
                .addToAnnotations(NODE, name)
                .addNewOwnerReference()
                .withApiVersion(workflow.getApiVersion())
                .withKind(workflow.getKind())
                .withName(workflow.getMetadata().getName())
                .withUid(workflow.getMetadata().getUid())
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withSpec(Serialization.jsonMapper().convertValue(spec(workflow, template), PodSpec.class))
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> spec(GenericKubernetesResource workflow, Map<String, Object> template) {
        Map<String, Object> main = new LinkedHashMap<>((Map<String, Object>) template.get("container"));
        main.put("name", "main");
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("initContainers", List.of(own("init")));
        spec.put("containers", List.of(main, own("wait")));
        spec.put("restartPolicy", "Never");
        Map<String, Object> all = workflow.get("spec");
        for (String part : List.of("volumes", "securityContext", "tolerations", "automountServiceAccountToken")) {
            spec.computeIfAbsent(part, all::get);
        }
        for (String part : List.of("nodeSelector", "activeDeadlineSeconds")) {
            spec.computeIfAbsent(part, template::get);
        }
        spec.putAll(Serialization.unmarshal((String) all.get("podSpecPatch"), Map.class));
        return spec;
    }

    private Map<String, Object> own(String name) {
        return Map.of(
                "name", name, "image", executorImage, "command", List.of("sh", "-c", "true"), "resources", Map.of());
    }

    private void write(GenericKubernetesResource workflow, String phase, String message, Map<String, Object> nodes) {
        Map<String, Object> status = new LinkedHashMap<>(Map.of("phase", phase, "message", message, "nodes", nodes));
        if (!"Running".equals(phase)) {
            status.put("finishedAt", Instant.now().toString());
        }
        client.genericKubernetesResources(ArgoWorkflows.KIND)
                .inNamespace(workflow.getMetadata().getNamespace())
                .withName(workflow.getMetadata().getName())
                .edit(old -> {
                    old.setAdditionalProperty("status", status);
                    return old;
                });
    }
}
