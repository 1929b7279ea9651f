package io.mlaas.sharing.registry;

import io.mlaas.api.blockchain.ContractRequest;
import io.mlaas.api.blockchain.Origin;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.anchoring.Chain;
import io.mlaas.sharing.artifact.Artifact;
import io.mlaas.sharing.artifact.ArtifactStore;
import io.mlaas.sharing.artifact.StagedFile;
import io.mlaas.sharing.artifact.UploadForm;
import io.mlaas.sharing.artifact.UploadProblem;
import io.mlaas.sharing.grant.Permission;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Registers datasets and models: the file first, to a staging place; then the rules; then, in one transaction, the row
 * and the chain step that it needs. A request that fails on the way leaves nothing.
 */
@Component
class Registration {
    static final String SOURCE = "/model-sharing-service";
    private static final int MAX_REFERENCE_BYTES = 1024;

    private final ArtifactStore artifacts;
    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final Access access;
    private final References references;
    private final TrainImages images;
    private final Chain chain;
    private final RegistryProperties properties;
    private final TransactionTemplate transactions;

    Registration(
            ArtifactStore artifacts,
            DatasetRepository datasets,
            ModelRepository models,
            Access access,
            References references,
            TrainImages images,
            Chain chain,
            RegistryProperties properties,
            PlatformTransactionManager transactions) {
        this.artifacts = artifacts;
        this.datasets = datasets;
        this.models = models;
        this.access = access;
        this.references = references;
        this.images = images;
        this.chain = chain;
        this.properties = properties;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** @return the new dataset, anchored unless the chain is slow */
    Dataset dataset(Caller caller, HttpServletRequest request) {
        UUID id = UUID.randomUUID();
        try (UploadForm form = UploadForm.read(request, caller.organizationId(), datasetParts(), artifacts)) {
            StagedFile file = form.requiredFile("dataset", "model");
            DatasetMetadata metadata = DatasetMetadata.parse(form.requiredText("metadata"));
            requireOwn(caller, metadata.organizationId());
            file.requireSize(metadata.sizeBytes());
            Artifact artifact = file.keep();
            transactions.executeWithoutResult(status -> {
                artifacts.insert(artifact);
                datasets.insert(id, caller.organizationId(), caller.subject(), artifact, metadata);
                chain.deploy(new ContractRequest.Dataset(
                        id,
                        caller.organizationId(),
                        metadata.samplesDimension(),
                        artifact.sizeBytes(),
                        artifact.sha256(),
                        artifact.md5()));
            });
        }
        chain.await(id, () -> dataset(id).state() != DatasetState.PENDING);
        Dataset registered = dataset(id);
        if (registered.state() == DatasetState.FAILED) {
            throw RegistryProblem.REGISTRATION_REFUSED.because("%s: %s".formatted(id, registered.reason()));
        }
        return registered;
    }

    private UploadForm.Parts datasetParts() {
        long limit = artifacts.maxSize();
        return new UploadForm.Parts(Map.of("metadata", maxMetadata()), Map.of("dataset", limit, "model", limit))
                .orUploaded("dataset");
    }

    /** @return the new model, anchored unless the chain is slow */
    Model model(Caller caller, HttpServletRequest request) {
        UUID id = UUID.randomUUID();
        var parts = new UploadForm.Parts(
                        Map.of("metadata", maxMetadata(), "train_image", MAX_REFERENCE_BYTES),
                        Map.of("model", properties.maxDefinition().toBytes(), "artifact", artifacts.maxSize()))
                .orUploaded("artifact");
        try (UploadForm form = UploadForm.read(request, caller.organizationId(), parts, artifacts)) {
            ModelMetadata metadata = ModelMetadata.parse(
                    form.requiredText("metadata"), given -> references.datasetId(caller.organizationId(), given));
            requireOwn(caller, metadata.organizationId());
            UUID developer = metadata.developerId() == null ? subject(caller) : metadata.developerId();
            StagedFile imported = form.file("artifact");
            Model.TrainImageReference image = null;
            if (imported == null) {
                access.dataset(metadata.requiredDatasetId(), caller, Permission.TRAIN)
                        .requireUsable();
                image = images.resolve(form.text("train_image"));
            } else {
                requireUntrained(metadata, form);
            }
            StagedFile file = form.file("model");
            Artifact definition = file == null ? null : file.keep();
            Artifact result = imported == null ? null : imported.keep();
            insert(new Model(
                    id,
                    caller.organizationId(),
                    developer,
                    caller.subject(),
                    metadata.datasetId(),
                    ModelState.PENDING,
                    null,
                    image,
                    metadata.params(),
                    metadata.all(),
                    definition,
                    result,
                    result == null ? null : TrainingResults.format(result.fileName()),
                    null,
                    null,
                    null,
                    Instant.now(),
                    null,
                    Label.named(metadata.name()),
                    null));
        }
        return await(id);
    }

    /** Refuses an import that claims a training which nobody here saw. */
    private static void requireUntrained(ModelMetadata metadata, UploadForm form) {
        if (form.text("train_image") != null) {
            throw UploadProblem.UNEXPECTED_PART.because("train_image and artifact: both given (expected: one)");
        }
        if (metadata.datasetId() != null) {
            throw RegistryProblem.INVALID_METADATA.because(
                    "data_params.dataset_id: %s (expected: none beside".formatted(metadata.datasetId())
                            + " artifact, since the training of an imported model was not witnessed)");
        }
    }

    void insert(Model model) {
        transactions.executeWithoutResult(status -> {
            if (model.datasetId() != null) {
                // Held until the model is there: its deletion either sees the model or is seen here.
                datasets.findHeld(model.datasetId()).orElseThrow().requireUsable();
            }
            if (model.result() != null) {
                artifacts.insert(model.result());
            }
            if (model.definition() != null) {
                artifacts.insert(model.definition());
            }
            models.insert(model);
            chain.deploy(contract(model));
        });
    }

    static ContractRequest.Model contract(Model model) {
        Model.TrainImageReference image = model.trainImage();
        return new ContractRequest.Model(
                model.id(),
                model.organizationId(),
                model.developerId(),
                model.datasetId(),
                image == null ? null : image.md5(),
                image == null ? null : image.sha256(),
                model.definition() == null ? null : model.definition().sha256(),
                model.sourceModelId(),
                model.origin());
    }

    private Model await(UUID id) {
        chain.await(id, () -> find(id).state() != ModelState.PENDING && find(id).state() != ModelState.STORED);
        Model registered = find(id);
        boolean refused = registered.contractAddress() == null || registered.origin() == Origin.IMPORTED;
        if (registered.state() == ModelState.FAILED && refused) {
            throw RegistryProblem.REGISTRATION_REFUSED.because("%s: %s".formatted(id, registered.reason()));
        }
        return registered;
    }

    private int maxMetadata() {
        return Math.toIntExact(properties.maxMetadata().toBytes());
    }

    private Dataset dataset(UUID id) {
        return datasets.find(id).orElseThrow();
    }

    private Model find(UUID id) {
        return models.find(id).orElseThrow();
    }

    private static void requireOwn(Caller caller, @Nullable UUID organizationId) {
        if (organizationId != null && !organizationId.equals(caller.organizationId())) {
            throw RegistryProblem.FOREIGN_ORGANIZATION.because(
                    "organization_id: %s (expected: %s)".formatted(organizationId, caller.organizationId()));
        }
    }

    private static UUID subject(Caller caller) {
        try {
            return UUID.fromString(caller.subject());
        } catch (IllegalArgumentException e) {
            throw RegistryProblem.INVALID_METADATA.because(
                    "model_params.developer_id: missing (expected: a UUID, since your token's subject is none)", e);
        }
    }
}
