package io.mlaas.sharing.registry;

import io.mlaas.api.blockchain.ContractMetadata;
import io.mlaas.sharing.anchoring.Chain;
import io.mlaas.sharing.artifact.Artifact;
import io.mlaas.sharing.artifact.AtRest;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What an asset's row, its contract and its bytes must agree on. That the chain or the object store cannot be asked, or
 * that the chain does not know the contract, is a problem and no breach.
 */
@Component
class Integrity {
    private final Chain chain;
    private final AtRest atRest;

    Integrity(Chain chain, AtRest atRest) {
        this.chain = chain;
        this.atRest = atRest;
    }

    /** What does not agree. */
    record Breach(String expected, @Nullable String found, String reason) {}

    /** Compares a dataset's row with its contract. */
    Optional<Breach> contractBreach(Dataset dataset) {
        ContractMetadata contract = chain.contract(dataset.id(), dataset.anchoredAt());
        Artifact file = dataset.artifact();
        return anothers(dataset.id(), contract).or(() -> switch (contract) {
            case ContractMetadata.Model model -> breach("a dataset's contract", null, "its contract is a model's");
            case ContractMetadata.Dataset said ->
                differs(said.organizationId(), dataset.organizationId(), "company")
                        .or(() -> differs(said.sha256(), file.sha256(), "digest"))
                        .or(() -> differs(said.sizeBytes(), file.sizeBytes(), "size"));
        });
    }

    /** Compares a model's row with its contract; a result only once it was verified on the chain. */
    Optional<Breach> contractBreach(Model model) {
        ContractMetadata contract = chain.contract(model.id(), model.anchoredAt());
        return anothers(model.id(), contract).or(() -> switch (contract) {
            case ContractMetadata.Dataset dataset -> breach("a model's contract", null, "its contract is a dataset's");
            case ContractMetadata.Model said -> {
                ContractMetadata.ModelParams params = said.modelParams();
                yield differs(params.organizationId(), model.organizationId(), "company")
                        .or(() -> differs(said.dataParams().datasetId(), model.datasetId(), "dataset"))
                        .or(() -> differs(params.sourceModelId(), model.sourceModelId(), "source model"))
                        .or(() -> differs(params.trainImageSha256(), digest(model.trainImage()), "training image"))
                        .or(() -> differs(params.definitionSha256(), digest(model.definition()), "architecture file"))
                        .or(() -> hasVerifiedResult(model, params)
                                ? differs(params.resSha256(), digest(model.result()), "digest")
                                : Optional.empty());
            }
        });
    }

    // A result that is stored waits for the chain; one that the chain has, or that is said to be verified, must be
    // there.
    private static boolean hasVerifiedResult(Model model, ContractMetadata.ModelParams onChain) {
        return model.result() != null
                && (model.state() == ModelState.TRAINED || model.trainedAt() != null || onChain.resSha256() != null);
    }

    /** Compares everything, and reads every byte. */
    Optional<Breach> breach(Dataset dataset, AtRest.Pace pace) {
        return contractBreach(dataset).or(() -> contentBreach(dataset.artifact(), pace));
    }

    /** Compares everything, and reads every byte. */
    Optional<Breach> breach(Model model, AtRest.Pace pace) {
        return contractBreach(model)
                .or(() -> contentBreach(model.definition(), pace))
                .or(() -> contentBreach(model.result(), pace));
    }

    /** Whether the chain has the model's result. */
    boolean resultOnChain(Model model) {
        return chain.contract(model.id(), model.anchoredAt()) instanceof ContractMetadata.Model said
                && model.result() != null
                && model.result().sha256().equals(said.modelParams().resSha256());
    }

    private Optional<Breach> contentBreach(@Nullable Artifact artifact, AtRest.Pace pace) {
        if (artifact == null) {
            return Optional.empty();
        }
        AtRest.Found found = atRest.read(artifact, pace);
        String sha256 = found.sha256();
        if (sha256 == null) {
            return breach(artifact.sha256(), null, "the stored object is gone");
        }
        return sha256.equals(artifact.sha256()) && found.bytes() == artifact.sizeBytes()
                ? Optional.empty()
                : breach(artifact.sha256(), sha256, "the stored bytes do not have the digest that is on the chain");
    }

    private static Optional<Breach> anothers(UUID id, ContractMetadata contract) {
        return contract.assetId().equals(id)
                ? Optional.empty()
                : breach(id.toString(), contract.assetId().toString(), "its contract is another asset's");
    }

    private static Optional<Breach> differs(@Nullable Object onChain, @Nullable Object inRegistry, String what) {
        return Objects.equals(onChain, inRegistry)
                ? Optional.empty()
                : breach(
                        onChain == null ? "none" : onChain.toString(),
                        inRegistry == null ? null : inRegistry.toString(),
                        "the registry's " + what + " is not the one on the chain");
    }

    private static Optional<Breach> breach(String expected, @Nullable String found, String reason) {
        return Optional.of(new Breach(expected, found, reason));
    }

    private static @Nullable String digest(Model.@Nullable TrainImageReference image) {
        return image == null ? null : image.sha256();
    }

    private static @Nullable String digest(@Nullable Artifact artifact) {
        return artifact == null ? null : artifact.sha256();
    }
}
