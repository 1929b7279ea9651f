package io.mlaas.blockchain.contract;

import io.mlaas.api.blockchain.ContractRequest;
import io.mlaas.blockchain.account.Account;
import io.mlaas.contracts.AssetOnChain;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.contracts.DatasetFields;
import io.mlaas.contracts.ModelFields;
import java.util.UUID;

/** What a company declares of an asset, whether asked for or read from the chain. */
sealed interface DeclaredAsset {

    UUID id();

    UUID organizationId();

    /** The call of the directory that registers it. */
    String callData();

    /** Where its contract lies once a company's account registered it. */
    String address(String directory, Account company);

    /** @throws IllegalArgumentException if a digest breaks a rule of the contracts */
    static DeclaredAsset of(ContractRequest request) {
        return switch (request) {
            case ContractRequest.Dataset dataset ->
                new Dataset(
                        dataset.assetId(),
                        dataset.organizationId(),
                        new DatasetFields(
                                dataset.samplesDimension(), dataset.sizeBytes(), dataset.hash(), dataset.sha256()));
            case ContractRequest.Model model ->
                new Model(
                        model.assetId(),
                        model.organizationId(),
                        new ModelFields(
                                model.developerId(),
                                model.datasetId(),
                                model.sourceModelId(),
                                model.definitionSha256(),
                                model.trainImageHash(),
                                model.trainImageSha256()));
        };
    }

    static DeclaredAsset of(AssetOnChain asset) {
        return switch (asset) {
            case AssetOnChain.Dataset dataset ->
                new Dataset(dataset.assetId(), dataset.organizationId(), dataset.fields());
            case AssetOnChain.Model model -> new Model(model.assetId(), model.organizationId(), model.fields());
        };
    }

    record Dataset(UUID id, UUID organizationId, DatasetFields fields) implements DeclaredAsset {
        @Override
        public String callData() {
            return ContractTransactions.registerDataset(id, fields);
        }

        @Override
        public String address(String directory, Account company) {
            return ContractTransactions.datasetAddress(directory, id, organizationId, company.address(), fields);
        }
    }

    record Model(UUID id, UUID organizationId, ModelFields fields) implements DeclaredAsset {
        @Override
        public String callData() {
            return ContractTransactions.registerModel(id, fields);
        }

        @Override
        public String address(String directory, Account company) {
            return ContractTransactions.modelAddress(directory, id, organizationId, company.address(), fields);
        }
    }
}
