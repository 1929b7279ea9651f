package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mlaas.training.cluster.model.TrainingJob;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Plays the garbage collector: what has an owner goes when the owner is gone. */
class FakeGarbageCollector {
    private final KubernetesClient client;
    private final List<ResourceDefinitionContext> installed;

    FakeGarbageCollector(KubernetesClient client, List<ResourceDefinitionContext> installed) {
        this.client = client;
        this.installed = installed;
    }

    void act() {
        // dependents first: an owner that is made meanwhile is seen, one that goes is noticed the next time
        List<HasMetadata> dependents = Stream.<List<? extends HasMetadata>>of(
                        client.pods().list().getItems(),
                        others(),
                        client.batch().v1().jobs().list().getItems(),
                        client.secrets().list().getItems(),
                        client.persistentVolumeClaims().list().getItems(),
                        client.network().v1().networkPolicies().list().getItems())
                .<HasMetadata>flatMap(List::stream)
                .filter(object -> !object.getMetadata().getOwnerReferences().isEmpty())
                .toList();
        if (dependents.isEmpty()) {
            return;
        }
        Set<String> owners = new HashSet<>();
        client.resources(TrainingJob.class).list().getItems().forEach(owner -> owners.add(FakeCluster.uid(owner)));
        client.batch().v1().jobs().list().getItems().forEach(owner -> owners.add(FakeCluster.uid(owner)));
        others().forEach(owner -> owners.add(FakeCluster.uid(owner)));
        Set<String> kinds = new HashSet<>(Set.of("TrainingJob", "Job"));
        installed.forEach(kind -> kinds.add(kind.getKind()));
        dependents.stream()
                .filter(object -> object.getMetadata().getDeletionTimestamp() == null)
                .filter(object -> object.getMetadata().getOwnerReferences().stream()
                        .filter(owner -> kinds.contains(owner.getKind()))
                        .map(OwnerReference::getUid)
                        .anyMatch(uid -> !owners.contains(uid)))
                .forEach(this::delete);
    }

    private List<GenericKubernetesResource> others() {
        return installed.stream()
                .flatMap(kind -> client.genericKubernetesResources(kind).list().getItems().stream())
                .toList();
    }

    private void delete(HasMetadata object) {
        installed.stream()
                .filter(kind -> object.getKind().equals(kind.getKind()))
                .findFirst()
                .ifPresentOrElse(
                        kind -> client.genericKubernetesResources(kind)
                                .inNamespace(object.getMetadata().getNamespace())
                                .withName(object.getMetadata().getName())
                                .delete(),
                        () -> client.resource(object).delete());
    }
}
