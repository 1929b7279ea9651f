package io.mlaas.blockchain.contract;

import io.mlaas.api.blockchain.ContractMetadata;
import io.mlaas.api.blockchain.ContractRequest;
import io.mlaas.api.blockchain.DeployedContract;
import io.mlaas.api.blockchain.Origin;
import io.mlaas.api.blockchain.VerifyRequest;
import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.directory.Directory;
import io.mlaas.blockchain.transaction.ChainProblem;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.blockchain.transaction.Submission;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.Addresses;
import io.mlaas.contracts.AssetOnChain;
import io.mlaas.contracts.ContractRefusal;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.contracts.ModelFields;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.security.Caller;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Assets on the chain, for the service that keeps the registry. */
@Component
class Contracts {
    private static final int RETRY_AFTER_SECONDS = 3;

    private final Directory directory;
    private final Transactions transactions;

    Contracts(Directory directory, Transactions transactions) {
        this.directory = directory;
        this.transactions = transactions;
    }

    /** Deploys an asset's contract, or finds it deployed with the same contents. */
    DeployedContract deploy(ContractRequest request, Caller caller) {
        if (!caller.isPlatform() && !caller.organizationId().equals(request.organizationId())) {
            throw PlatformProblem.FORBIDDEN.because(
                    "organization_id: " + request.organizationId() + " (expected: the company of the user acted for)");
        }
        DeclaredAsset asset = valid(() -> DeclaredAsset.of(request));
        Outcome outcome = register(asset, directory.companyOf(asset.organizationId()));
        if (outcome instanceof Outcome.Refused refused && refused.reason() == ContractRefusal.NOT_AUTHORIZED) {
            // The chain knew the company a moment ago and lost its last blocks since.
            directory.doubt(asset.organizationId());
            outcome = register(asset, directory.companyOf(asset.organizationId()));
        }
        return switch (outcome) {
            case Outcome.Mined mined -> deployed(asset.id(), mined);
            case Outcome.Taken taken -> throw exists(asset.id());
            case Outcome.Refused refused
            when refused.reason() == ContractRefusal.ALREADY_REGISTERED ->
                sameOnChain(asset, directory.companyOf(asset.organizationId()));
            case Outcome.Refused refused -> throw refusal(refused);
        };
    }

    /** What the chain says at an address. */
    ContractMetadata at(String address, Caller caller) {
        AssetOnChain asset = find(address);
        if (!isVisible(asset, caller)) {
            throw notFound(address);
        }
        return metadata(asset);
    }

    /** What the chain says of an asset. */
    ContractMetadata of(UUID assetId, Caller caller) {
        return directory
                .asset(assetId)
                .filter(asset -> isVisible(asset, caller))
                .map(Contracts::metadata)
                .orElseThrow(() -> ContractProblem.CONTRACT_NOT_FOUND.because(
                        "asset_id: " + assetId + " (expected: an asset that is on the chain)"));
    }

    /** Records a model's result, or finds it recorded by the same request. */
    DeployedContract verify(String address, VerifyRequest request, Caller caller) {
        AssetOnChain asset = find(address);
        if (!caller.isPlatform() && !caller.organizationId().equals(asset.organizationId())) {
            throw notFound(address);
        }
        if (!(asset instanceof AssetOnChain.Model)) {
            throw ContractProblem.NOT_A_MODEL.because("address: " + address + " is a dataset's (expected: a model's)");
        }
        Submission submission = new Submission(
                "verify:" + asset.assetId(),
                request.requestId(),
                directory.companyOf(asset),
                asset.address(),
                valid(() -> ContractTransactions.verify(request.sha256(), request.hash())));
        return switch (transactions.submit(submission)) {
            case Outcome.Mined mined ->
                new DeployedContract(asset.address(), mined.transactionHash(), mined.blockNumber());
            case Outcome.Taken taken -> throw alreadyVerified(asset);
            case Outcome.Refused refused
            when refused.reason() == ContractRefusal.ALREADY_VERIFIED ->
                transactions
                        .effective(submission)
                        .map(mined ->
                                new DeployedContract(asset.address(), mined.transactionHash(), mined.blockNumber()))
                        .orElseThrow(() -> alreadyVerified(asset));
            case Outcome.Refused refused -> throw refusal(refused);
        };
    }

    private Outcome register(DeclaredAsset asset, Account company) {
        return transactions.submit(registration(asset, company));
    }

    private Submission registration(DeclaredAsset asset, Account company) {
        return new Submission("register:" + asset.id(), null, company, directory.address(), asset.callData());
    }

    private DeployedContract deployed(UUID assetId, Outcome.Mined mined) {
        // A node that is killed, or a chain that is reorganised, may have lost it again by now.
        AssetOnChain asset = directory
                .asset(assetId)
                .orElseThrow(() -> ChainProblem.TRANSACTION_PENDING.retryAfter(
                        RETRY_AFTER_SECONDS,
                        "Transaction " + mined.transactionHash() + " was on the chain and is no longer."));
        return new DeployedContract(asset.address(), mined.transactionHash(), mined.blockNumber());
    }

    /**
     * The chain has the asset although the ledger knows nothing of it (an older backup was restored, say), or although
     * the node lost the block in which it came.
     */
    private DeployedContract sameOnChain(DeclaredAsset declared, Account company) {
        AssetOnChain asset = directory
                .asset(declared.id())
                .filter(onChain -> declared.equals(DeclaredAsset.of(onChain)))
                .orElseThrow(() -> exists(declared.id()));
        return transactions
                .effective(registration(declared, company))
                .map(mined -> new DeployedContract(asset.address(), mined.transactionHash(), mined.blockNumber()))
                .or(() -> directory
                        .evidence(declared.id())
                        .map(evidence -> new DeployedContract(
                                asset.address(),
                                evidence.registration().hash(),
                                evidence.registration().blockNumber())))
                .orElseThrow(() -> exists(declared.id()));
    }

    private AssetOnChain find(String address) {
        if (!Addresses.isAddress(address)) {
            throw notFound(address);
        }
        return directory.assetAt(address).orElseThrow(() -> notFound(address));
    }

    /** Services see what they need for a user with a grant; people see what is their company's. */
    private static boolean isVisible(AssetOnChain asset, Caller caller) {
        return caller.has(Caller.SERVICE)
                || caller.has("ADMIN")
                || caller.organizationId().equals(asset.organizationId());
    }

    /** In the shape that the reports' clients read; what the chain leaves open is absent. */
    private static ContractMetadata metadata(AssetOnChain asset) {
        return switch (asset) {
            case AssetOnChain.Dataset dataset ->
                new ContractMetadata.Dataset(
                        dataset.assetId(),
                        dataset.address(),
                        dataset.organizationId(),
                        dataset.fields().samplesDimension(),
                        dataset.fields().sizeBytes(),
                        dataset.fields().md5(),
                        dataset.fields().sha256());
            case AssetOnChain.Model model -> {
                ModelFields fields = model.fields();
                AssetOnChain.Result result = model.result();
                yield new ContractMetadata.Model(
                        model.assetId(),
                        model.address(),
                        new ContractMetadata.ModelParams(
                                fields.developerId(),
                                model.organizationId(),
                                origin(fields),
                                fields.trainImageMd5(),
                                fields.trainImageSha256(),
                                fields.definitionSha256(),
                                fields.sourceModelId(),
                                result == null ? null : result.md5(),
                                result == null ? null : result.sha256()),
                        new ContractMetadata.DataParams(fields.datasetId()));
            }
        };
    }

    private static Origin origin(ModelFields fields) {
        if (fields.trainImageSha256() != null && fields.datasetId() == null) {
            return Origin.LEARNED;
        }
        if (fields.sourceModelId() != null) {
            return Origin.TRANSLATED;
        }
        return fields.trainImageSha256() == null ? Origin.IMPORTED : Origin.TRAINED;
    }

    private static <T> T valid(Supplier<T> encoding) {
        try {
            return encoding.get();
        } catch (IllegalArgumentException e) {
            throw PlatformProblem.INVALID_REQUEST.because(String.valueOf(e.getMessage()), e);
        }
    }

    private static ProblemException notFound(String address) {
        String shown = address.length() <= 42 ? address : address.substring(0, 42) + "…";
        return ContractProblem.CONTRACT_NOT_FOUND.because(
                "address: " + shown + " (expected: a contract of this platform)");
    }

    private static ProblemException exists(UUID assetId) {
        return ContractProblem.CONTRACT_EXISTS.because(
                "asset_id: " + assetId + " is on the chain, or on its way there, with other contents");
    }

    private static ProblemException alreadyVerified(AssetOnChain asset) {
        return ContractProblem.ALREADY_VERIFIED.because(
                "asset_id: " + asset.assetId() + " has its result, or is about to, by another request");
    }

    private static ProblemException refusal(Outcome.Refused refused) {
        return refused.reason() == ContractRefusal.UNKNOWN_ASSET
                ? ContractProblem.REFERENCE_NOT_ON_CHAIN.because(
                        "dataset_id or source_model_id names an asset without a contract")
                : ContractProblem.CONTRACT_REFUSES.because(refused.detail());
    }
}
