package io.mlaas.sharing.registry;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.kit.event.Outbox;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.artifact.Artifact;
import io.mlaas.sharing.artifact.ArtifactStore;
import io.mlaas.sharing.grant.Grants;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Deletes what nothing depends on: the asset is locked, so that whoever would depend on it comes before, and is seen, or
 * after, and is refused. Its row stays, and so does its record on the chain; its grants end, and its files are removed
 * after the transaction.
 */
@Component
class Deletion {
    private static final int NAMED = 10;

    private final Access access;
    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final ArtifactStore artifacts;
    private final Grants grants;
    private final Translations translations;
    private final Labels labels;
    private final Outbox outbox;

    Deletion(
            Access access,
            DatasetRepository datasets,
            ModelRepository models,
            ArtifactStore artifacts,
            Grants grants,
            Translations translations,
            Labels labels,
            Outbox outbox) {
        this.access = access;
        this.datasets = datasets;
        this.models = models;
        this.artifacts = artifacts;
        this.grants = grants;
        this.translations = translations;
        this.labels = labels;
        this.outbox = outbox;
    }

    @Transactional
    public void dataset(UUID id, Caller caller) {
        access.ownDataset(id, caller);
        Dataset dataset = datasets.findLocked(id).orElseThrow();
        dataset.requireThere();
        if (dataset.state() == DatasetState.PENDING) {
            dataset.anchoredAt();
        }
        requireNoAlias("dataset_id: " + id, id);
        requireUnused("dataset_id: " + id, dataset.organizationId(), models.trainedOn(id, NAMED + 1));
        datasets.delete(id, caller.subject());
        deleted(id, "dataset", dataset.organizationId(), caller, List.of(dataset.artifact()));
    }

    @Transactional
    public void model(UUID id, Caller caller) {
        access.ownModel(id, caller);
        Model model = models.findLocked(id).orElseThrow();
        model.requireThere();
        requireIdle(model);
        requireNoAlias("model_id: " + id, id);
        requireUnused("model_id: " + id, model.organizationId(), models.translatedFrom(id, NAMED + 1));
        models.delete(id, caller.subject());
        deleted(id, "model", model.organizationId(), caller, files(model));
    }

    private static void requireIdle(Model model) {
        switch (model.state()) {
            case PENDING -> model.anchoredAt();
            case REGISTERED, TRAINING ->
                throw inUse("model_id: " + model.id(), List.of("its training (%s)".formatted(model.state())));
            case STORED -> throw inUse("model_id: " + model.id(), List.of("the record of its result on the chain"));
            case TRAINED, FAILED, CANCELLED, QUARANTINED, DELETED -> {}
        }
    }

    /** The architecture file of an earlier translation is its source's. */
    private List<Artifact> files(Model model) {
        List<Artifact> files = new ArrayList<>();
        if (model.result() != null) {
            files.add(model.result());
        }
        if (model.definition() != null && (model.sourceModelId() == null || translations.hasCertificateFile(model))) {
            files.add(model.definition());
        }
        return files;
    }

    private void deleted(UUID id, String kind, UUID organizationId, Caller caller, List<Artifact> files) {
        grants.revokeAll(id, caller.subject());
        artifacts.release(files);
        outbox.publish(
                Topics.REGISTRY,
                CloudEvent.of(
                        Registration.SOURCE,
                        RegistryEvents.ASSET_DELETED,
                        id,
                        organizationId,
                        new RegistryEvents.AssetDeleted(id, kind, caller.subject())));
    }

    /** Another company's model is not named: that it has one is all that may be told. */
    private static void requireUnused(String asset, UUID owner, List<ModelRepository.Dependant> dependants) {
        if (!dependants.isEmpty()) {
            List<String> named = new ArrayList<>();
            dependants.stream()
                    .limit(NAMED)
                    .map(each -> !each.organizationId().equals(owner)
                            ? "a model of company " + each.organizationId()
                            : (each.translation() ? "translation " : "model ") + each.id())
                    .forEach(named::add);
            if (dependants.size() > NAMED) {
                named.add("more");
            }
            throw inUse(asset, named);
        }
    }

    private void requireNoAlias(String asset, UUID id) {
        List<String> aliases = labels.pointingAt(id);
        if (!aliases.isEmpty()) {
            throw inUse(asset, aliases.subList(0, Math.min(NAMED, aliases.size())));
        }
    }

    private static RuntimeException inUse(String asset, List<String> dependants) {
        return RegistryProblem.ASSET_IN_USE.because(
                "%s is needed by %s (expected: nothing)".formatted(asset, String.join(", ", dependants)));
    }
}
