package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.mlaas.training.cluster.model.ArgoStates;
import io.mlaas.training.cluster.model.ArgoWorkflows;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runtime {@code argo}: each attempt is a Workflow of three steps; registering again is one of a single step. */
final class Workflows implements StepRuntime {
    private static final String WORKFLOW_LABEL = "workflows.argoproj.io/workflow";
    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final String namespace;

    Workflows(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public Steps look(TrainingJob job, List<Pod> pods, Instant now) {
        List<GenericKubernetesResource> workflows = existing(job);
        GenericKubernetesResource attempt = find(
                workflows, Names.step(job.name(), Step.TRAINING, job.status().attempts()));
        GenericKubernetesResource again = find(
                workflows, Names.step(job.name(), Step.REGISTERING, job.status().registrations()));
        GenericKubernetesResource register = again == null && job.status().registrations() <= 1 ? attempt : again;
        return new Steps(
                ArgoStates.training(attempt, of(attempt, pods), now),
                ArgoStates.registering(register, of(register, pods), now),
                workflows.stream().anyMatch(workflow -> ArgoStates.active(workflow, of(workflow, pods))));
    }

    private static @Nullable GenericKubernetesResource find(List<GenericKubernetesResource> workflows, String name) {
        return workflows.stream()
                .filter(workflow -> name.equals(workflow.getMetadata().getName()))
                .findFirst()
                .orElse(null);
    }

    private static List<Pod> of(@Nullable GenericKubernetesResource workflow, List<Pod> pods) {
        return workflow == null
                ? List.of()
                : pods.stream()
                        .filter(pod -> workflow.getMetadata()
                                .getName()
                                .equals(ClusterObjects.labels(pod).get(WORKFLOW_LABEL)))
                        .toList();
    }

    /** None where Argo is not installed. */
    private List<GenericKubernetesResource> existing(TrainingJob job) {
        try {
            return workflows().withLabel(Names.JOB_LABEL, job.name()).list().getItems();
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND) {
                throw e;
            }
            return List.of();
        }
    }

    private NonNamespaceOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            workflows() {
        return client.genericKubernetesResources(ArgoWorkflows.KIND).inNamespace(namespace);
    }

    @Override
    public void create(HasMetadata manifest) {
        try {
            workflows().resource((GenericKubernetesResource) manifest).create();
        } catch (KubernetesClientException e) {
            throw e.getCode() == NOT_FOUND
                    ? new NotInstalled("spec.runtime: argo is not installed here: the cluster knows no Workflow of"
                            + " argoproj.io/v1alpha1 (expected: job, or whoever runs the cluster installs it)")
                    : e;
        }
    }

    @Override
    public void stop(TrainingJob job, List<Pod> pods) {
        existing(job).stream()
                .filter(workflow -> ArgoStates.active(workflow, of(workflow, pods)))
                .forEach(workflow -> workflows()
                        .withName(workflow.getMetadata().getName())
                        .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                        .delete());
    }
}
