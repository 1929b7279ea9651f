package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.mlaas.training.cluster.model.TrainingJob;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Plays the garbage collector: what has an owner goes when the owner is gone. */
class FakeGarbageCollector {
    private final KubernetesClient client;

    FakeGarbageCollector(KubernetesClient client) {
        this.client = client;
    }

    void act() {
        // dependents first: an owner that is made meanwhile is seen, one that goes is noticed the next time
        List<HasMetadata> dependents = Stream.<List<? extends HasMetadata>>of(
                        client.pods().list().getItems(),
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
        dependents.stream()
                .filter(object -> object.getMetadata().getDeletionTimestamp() == null)
                .filter(object -> object.getMetadata().getOwnerReferences().stream()
                        .filter(owner -> Set.of("TrainingJob", "Job").contains(owner.getKind()))
                        .map(OwnerReference::getUid)
                        .anyMatch(uid -> !owners.contains(uid)))
                .forEach(object -> client.resource(object).delete());
    }
}
