package io.mlaas.sharing.registry;

import io.mlaas.api.blockchain.VerifyRequest;
import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.kit.event.Outbox;
import io.mlaas.sharing.anchoring.Chain;
import io.mlaas.sharing.anchoring.ChainOutcome;
import io.mlaas.sharing.artifact.Artifact;
import java.util.Optional;
import java.util.UUID;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Moves assets on when their chain steps end, and publishes that, all in the transaction that ends the step. */
@Component
class AnchoringOutcomes {
    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final Outbox outbox;
    private final Chain chain;

    AnchoringOutcomes(DatasetRepository datasets, ModelRepository models, Outbox outbox, Chain chain) {
        this.datasets = datasets;
        this.models = models;
        this.outbox = outbox;
        this.chain = chain;
    }

    @EventListener
    void on(ChainOutcome outcome) {
        switch (outcome) {
            case ChainOutcome.Deployed deployed ->
                deployed(deployed.assetId(), deployed.contract().address());
            case ChainOutcome.Verified verified -> verified(verified.assetId());
            case ChainOutcome.Refused refused -> {
                if (!datasets.refused(refused.assetId(), refused.reason())) {
                    models.refused(refused.assetId(), refused.reason());
                }
            }
        }
    }

    private void deployed(UUID assetId, String address) {
        Optional<Dataset> dataset = datasets.find(assetId);
        if (dataset.isPresent()) {
            if (datasets.registered(assetId, address)) {
                Artifact file = dataset.get().artifact();
                publish(
                        RegistryEvents.DATASET_REGISTERED,
                        assetId,
                        dataset.get().organizationId(),
                        new RegistryEvents.AssetRegistered(
                                assetId, address, file.sha256(), file.sizeBytes(), null, null));
            }
            return;
        }
        Model model = models.findLocked(assetId).orElseThrow();
        Artifact result = model.result();
        ModelState next = result == null ? ModelState.REGISTERED : ModelState.STORED;
        if (!models.anchored(assetId, next, address)) {
            return;
        }
        publish(RegistryEvents.MODEL_REGISTERED, model, registered(model, address));
        if (result == null) {
            publish(RegistryEvents.TRAINING_REQUESTED, model, order(model));
        } else {
            chain.verify(assetId, address, new VerifyRequest(UUID.randomUUID(), result.sha256(), result.md5()));
        }
    }

    private void verified(UUID modelId) {
        Model model = models.findLocked(modelId).orElseThrow();
        Artifact result = model.result();
        String address = model.contractAddress();
        if (result == null || address == null || !models.trained(modelId)) {
            return;
        }
        switch (model.origin()) {
            case TRAINED ->
                publish(
                        RegistryEvents.MODEL_TRAINED,
                        model,
                        new RegistryEvents.ModelTrained(modelId, result.sha256(), result.sizeBytes(), address));
            case IMPORTED -> publish(RegistryEvents.MODEL_IMPORTED, model, registered(model, address));
            case LEARNED -> publish(RegistryEvents.MODEL_LEARNED, model, registered(model, address));
            case TRANSLATED -> publish(RegistryEvents.MODEL_TRANSLATED, model, registered(model, address));
        }
    }

    private static RegistryEvents.AssetRegistered registered(Model model, String address) {
        Artifact result = model.result();
        return new RegistryEvents.AssetRegistered(
                model.id(),
                address,
                result == null ? null : result.sha256(),
                result == null ? null : result.sizeBytes(),
                model.origin(),
                model.sourceModelId());
    }

    /** Everything a training job must know. */
    TrainingRequested order(Model model) {
        Model.TrainImageReference image = model.trainImage();
        if (model.datasetId() == null || image == null) {
            throw RegistryProblem.RESULT_ALREADY_REGISTERED.because(
                    "Model %s was imported (expected: one to train)".formatted(model.id()));
        }
        Dataset dataset = datasets.find(model.datasetId()).orElseThrow();
        Artifact definition = model.definition();
        return new TrainingRequested(
                model.id(),
                model.organizationId(),
                model.developerId(),
                model.datasetId(),
                image.reference(),
                image.sha256(),
                model.params(),
                dataset.artifact().sha256(),
                dataset.artifact().fileName(),
                dataset.metadata(),
                definition == null ? null : definition.fileName(),
                definition == null ? null : definition.sha256(),
                ModelMetadata.resources(model.metadata()));
    }

    private void publish(String type, Model model, Object payload) {
        publish(type, model.id(), model.organizationId(), payload);
    }

    private void publish(String type, UUID assetId, UUID organizationId, Object payload) {
        outbox.publish(Topics.REGISTRY, CloudEvent.of(Registration.SOURCE, type, assetId, organizationId, payload));
    }
}
