package io.mlaas.blockchain.contract;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.api.blockchain.BatchOutcome;
import io.mlaas.api.blockchain.ContractBatch;
import io.mlaas.api.blockchain.ContractRequest;
import io.mlaas.api.blockchain.DeployedContract;
import io.mlaas.blockchain.account.Account;
import io.mlaas.blockchain.directory.Directory;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.blockchain.transaction.Submission;
import io.mlaas.blockchain.transaction.Transactions;
import io.mlaas.contracts.ContractRefusal;
import io.mlaas.contracts.ContractTransactions;
import io.mlaas.contracts.DatasetFields;
import io.mlaas.contracts.ModelFields;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.kit.security.Caller;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;

/**
 * Many registrations in one transaction. The directory leaves out what it has already, so that a batch needs no memory: a
 * repeated one finds its transaction by its contents, and one of other composition registers what is still missing.
 * Whatever is not there afterwards is asked for by itself, which gives it its own answer.
 */
@Component
class Batches {
    private static final Logger log = LoggerFactory.getLogger(Batches.class);

    private final Contracts contracts;
    private final Directory directory;
    private final Transactions transactions;
    private final BatchProperties properties;
    private final DistributionSummary sizes;

    Batches(
            Contracts contracts,
            Directory directory,
            Transactions transactions,
            BatchProperties properties,
            MeterRegistry meters) {
        this.contracts = contracts;
        this.directory = directory;
        this.transactions = transactions;
        this.properties = properties;
        this.sizes = DistributionSummary.builder("mlaas.chain.batch.size")
                .description("Registrations in one transaction")
                .register(meters);
    }

    BatchOutcome deploy(ContractBatch batch, Caller caller) {
        Map<UUID, List<ContractRequest>> byCompany = new LinkedHashMap<>();
        for (ContractRequest request : batch.contracts()) {
            byCompany
                    .computeIfAbsent(request.organizationId(), id -> new ArrayList<>())
                    .add(request);
        }
        Map<UUID, DeployedContract> together = new ConcurrentHashMap<>();
        try (ExecutorService companies = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            byCompany.forEach((organization, requests) -> {
                if (caller.isPlatform() || caller.organizationId().equals(organization)) {
                    running.add(companies.submit(() -> together.putAll(registerTogether(organization, requests))));
                }
            });
            running.forEach(Batches::finish);
        }
        Set<UUID> seen = new HashSet<>();
        return new BatchOutcome(batch.contracts().stream()
                .map(request -> {
                    DeployedContract contract = together.get(request.assetId());
                    // An asset that is named twice may have been given other contents the second time.
                    return contract != null && seen.add(request.assetId())
                            ? new BatchOutcome.Item(request.assetId(), contract, null)
                            : alone(request, caller);
                })
                .toList());
    }

    private static void finish(Future<?> company) {
        try {
            company.get();
        } catch (ExecutionException e) {
            // What is not registered together is asked for by itself, and says then what is wrong.
            log.info("a company's assets were not registered together", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while registering a batch", e);
        }
    }

    private BatchOutcome.Item alone(ContractRequest request, Caller caller) {
        try {
            return new BatchOutcome.Item(request.assetId(), contracts.deploy(request, caller), null);
        } catch (ProblemException e) {
            return new BatchOutcome.Item(
                    request.assetId(),
                    null,
                    new BatchOutcome.Refusal(
                            e.problem().status().value(), e.problem().name(), e.detail()));
        }
    }

    private Map<UUID, DeployedContract> registerTogether(UUID organization, List<ContractRequest> requests) {
        SequencedMap<UUID, DeclaredAsset> assets = new LinkedHashMap<>();
        for (ContractRequest request : requests) {
            try {
                assets.putIfAbsent(request.assetId(), DeclaredAsset.of(request));
            } catch (IllegalArgumentException e) {
                log.debug("asset {} is left out of its batch", request.assetId(), e);
            }
        }
        Map<UUID, DeployedContract> registered = new LinkedHashMap<>();
        List<DeclaredAsset> all = List.copyOf(assets.values());
        for (int from = 0; from < all.size(); from += properties.batchItems()) {
            List<DeclaredAsset> some = all.subList(from, Math.min(all.size(), from + properties.batchItems()));
            registered.putAll(register(organization, some, true));
        }
        return registered;
    }

    private Map<UUID, DeployedContract> register(UUID organization, List<DeclaredAsset> assets, boolean first) {
        if (assets.size() < 2) {
            return Map.of();
        }
        Account company = directory.companyOf(organization);
        return switch (transactions.submit(submission(company, assets))) {
            case Outcome.Mined mined -> {
                sizes.record(assets.size());
                yield located(company, assets, mined);
            }
            case Outcome.Taken taken -> Map.of();
            case Outcome.Refused refused
            when refused.reason() == ContractRefusal.NOT_AUTHORIZED && first -> {
                // The chain knew the company a moment ago and lost its last blocks since.
                directory.doubt(organization);
                yield register(organization, assets, false);
            }
            case Outcome.Refused refused -> {
                log.warn(
                        "{} assets of {} do not fit in a transaction: {}",
                        assets.size(),
                        organization,
                        refused.detail());
                int half = assets.size() / 2;
                Map<UUID, DeployedContract> registered =
                        new LinkedHashMap<>(register(organization, assets.subList(0, half), false));
                registered.putAll(register(organization, assets.subList(half, assets.size()), false));
                yield registered;
            }
        };
    }

    private Submission submission(Account company, List<DeclaredAsset> assets) {
        SequencedMap<UUID, DatasetFields> datasets = new LinkedHashMap<>();
        SequencedMap<UUID, ModelFields> models = new LinkedHashMap<>();
        for (DeclaredAsset asset : assets) {
            switch (asset) {
                case DeclaredAsset.Dataset dataset -> datasets.put(dataset.id(), dataset.fields());
                case DeclaredAsset.Model model -> models.put(model.id(), model.fields());
            }
        }
        String data = ContractTransactions.registerAssets(datasets, models);
        byte[] contents = (directory.address() + data).getBytes(StandardCharsets.US_ASCII);
        return new Submission(
                "batch:" + Numeric.toHexStringNoPrefix(Hash.sha256(contents)),
                null,
                company,
                directory.address(),
                data);
    }

    /** Those that lie where exactly these contents, registered by this company's key, lead to. */
    private Map<UUID, DeployedContract> located(Account company, List<DeclaredAsset> assets, Outcome.Mined mined) {
        Map<UUID, String> onChain =
                directory.contractsOf(assets.stream().map(DeclaredAsset::id).toList());
        Map<UUID, DeployedContract> located = new LinkedHashMap<>();
        for (DeclaredAsset asset : assets) {
            String address = asset.address(directory.address(), company);
            if (address.equals(onChain.get(asset.id()))) {
                located.put(asset.id(), new DeployedContract(address, mined.transactionHash(), mined.blockNumber()));
            }
        }
        return located;
    }
}
