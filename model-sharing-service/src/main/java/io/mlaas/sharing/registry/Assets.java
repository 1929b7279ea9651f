package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.artifact.Artifact;
import io.mlaas.sharing.artifact.Fingerprint;
import io.mlaas.sharing.grant.Permission;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the registry knows of assets, for the features beside it: they see what a caller may see, and nothing else. */
@Component
public class Assets {
    private final Access access;
    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final TranslationRepository translations;
    private final Integrity integrity;

    Assets(
            Access access,
            DatasetRepository datasets,
            ModelRepository models,
            TranslationRepository translations,
            Integrity integrity) {
        this.access = access;
        this.datasets = datasets;
        this.models = models;
        this.translations = translations;
        this.integrity = integrity;
    }

    /** For the platform's own work: also one that was deleted. */
    public Optional<DatasetStatus> findDataset(UUID id) {
        return datasets.find(id).map(Dataset::toApi);
    }

    /** For the platform's own work: also one that was deleted. */
    public Optional<ModelFacts> findModel(UUID id) {
        return models.find(id).map(Assets::facts);
    }

    /** A dataset that the caller may see, or the problem that there is none. */
    public DatasetStatus dataset(UUID id, Caller caller) {
        return access.dataset(id, caller).toApi();
    }

    /** A model that the caller may see, or the problem that there is none. */
    public ModelFacts model(UUID id, Caller caller) {
        return facts(access.model(id, caller));
    }

    /** A model of the caller's company, or the problem that it is none. */
    public ModelFacts ownModel(UUID id, Caller caller) {
        return facts(access.ownModel(id, caller));
    }

    /** A model that was published by its owner, or the problem that it is there no more. */
    public ModelFacts publishedModel(UUID id) {
        Model model = models.find(id).orElseThrow(() -> RegistryProblem.UNKNOWN_MODEL.because("model_id: " + id));
        model.requireThere();
        return facts(model);
    }

    /** Whether the caller may have a model's file, and everything that is said of how it came about. */
    public boolean mayRead(UUID modelId, Caller caller) {
        return models.find(modelId)
                .filter(model -> access.granted(model, caller).contains(Permission.READ))
                .isPresent();
    }

    /** What the chain says otherwise of a model than the registry; empty if nothing. */
    public Optional<String> differenceFromChain(UUID modelId) {
        return integrity
                .contractBreach(models.find(modelId).orElseThrow())
                .map(breach -> "%s (on the chain: %s, here: %s)"
                        .formatted(breach.reason(), breach.expected(), breach.found()));
    }

    /** SHA-256 of a translation's certificate, as it is served; empty if the model is no translation. */
    public Optional<String> certificateSha256(UUID modelId) {
        if (!translations.isTranslation(modelId)) {
            return Optional.empty();
        }
        return translations
                .unanchoredCertificate(modelId)
                .map(text -> sha256(text.getBytes(StandardCharsets.UTF_8)))
                .or(() -> models.find(modelId).map(Model::definition).map(Artifact::sha256));
    }

    private static ModelFacts facts(Model model) {
        Model.TrainImageReference image = model.trainImage();
        return new ModelFacts(
                model.toApi(),
                image == null ? null : new ModelFacts.Image(image.reference(), image.sha256()),
                file(model.definition()),
                model.params());
    }

    private static ModelFacts.@Nullable File file(@Nullable Artifact artifact) {
        return artifact == null
                ? null
                : new ModelFacts.File(artifact.fileName(), artifact.sha256(), artifact.sizeBytes());
    }

    private static String sha256(byte[] bytes) {
        try {
            return Fingerprint.of(new ByteArrayInputStream(bytes)).sha256();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
