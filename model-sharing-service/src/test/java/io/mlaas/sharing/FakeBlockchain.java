package io.mlaas.sharing;

import io.mlaas.api.blockchain.BatchOutcome;
import io.mlaas.api.blockchain.BlockchainApi;
import io.mlaas.api.blockchain.ContractBatch;
import io.mlaas.api.blockchain.ContractMetadata;
import io.mlaas.api.blockchain.ContractRequest;
import io.mlaas.api.blockchain.DeployedContract;
import io.mlaas.api.blockchain.NewestBlock;
import io.mlaas.api.blockchain.VerifyRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.ResourceAccessException;

/** blockchain-service in memory, with its promises: a repeated request answers as the first time, a result is final. */
public final class FakeBlockchain implements BlockchainApi {
    private static final String TRANSACTION = "0x" + "ab".repeat(32);

    private final Map<UUID, String> addresses = new ConcurrentHashMap<>();
    private final Map<String, ContractMetadata> contracts = new ConcurrentHashMap<>();
    private final Map<String, UUID> verifiedBy = new ConcurrentHashMap<>();
    private final AtomicInteger deployments = new AtomicInteger();
    private final AtomicInteger batches = new AtomicInteger();
    private final Set<UUID> refused = ConcurrentHashMap.newKeySet();
    private volatile boolean down;
    private volatile boolean refusing;
    private volatile int answersToLose;

    public void down(boolean down) {
        this.down = down;
    }

    public void refusing(boolean refusing) {
        this.refusing = refusing;
    }

    /** Does what it is asked the next few times, but the answer gets lost. */
    public void loseAnswers(int count) {
        answersToLose = count;
    }

    public int deployments() {
        return deployments.get();
    }

    /** How many batches it was asked for. */
    public int batches() {
        return batches.get();
    }

    /** Will not take this asset, in whatever company. */
    public void refuse(UUID asset) {
        refused.add(asset);
    }

    public void replace(String address, ContractMetadata metadata) {
        contracts.put(address, metadata);
    }

    @Override
    public synchronized DeployedContract deploy(ContractRequest request) {
        reach();
        return answer(contract(request).address());
    }

    private DeployedContract contract(ContractRequest request) {
        String address = addresses.computeIfAbsent(request.assetId(), id -> {
            deployments.incrementAndGet();
            return "0x%040x".formatted(deployments.get());
        });
        contracts.putIfAbsent(address, metadata(request, address));
        return new DeployedContract(address, TRANSACTION, 7);
    }

    @Override
    public synchronized BatchOutcome deployAll(ContractBatch batch) {
        reach();
        batches.incrementAndGet();
        List<BatchOutcome.Item> items = batch.contracts().stream()
                .map(request -> refused.contains(request.assetId())
                        ? new BatchOutcome.Item(
                                request.assetId(),
                                null,
                                new BatchOutcome.Refusal(422, "REFERENCE_NOT_ON_CHAIN", "dataset_id"))
                        : new BatchOutcome.Item(request.assetId(), contract(request), null))
                .toList();
        answer("");
        return new BatchOutcome(items);
    }

    private static ContractMetadata metadata(ContractRequest request, String address) {
        return switch (request) {
            case ContractRequest.Dataset d ->
                new ContractMetadata.Dataset(
                        d.assetId(),
                        address,
                        d.organizationId(),
                        d.samplesDimension(),
                        d.sizeBytes(),
                        d.hash(),
                        d.sha256());
            case ContractRequest.Model m ->
                new ContractMetadata.Model(
                        m.assetId(),
                        address,
                        new ContractMetadata.ModelParams(
                                m.developerId(),
                                m.organizationId(),
                                m.origin(),
                                m.trainImageHash(),
                                m.trainImageSha256(),
                                m.definitionSha256(),
                                m.sourceModelId(),
                                null,
                                null),
                        new ContractMetadata.DataParams(m.datasetId()));
        };
    }

    /** It changes its words without a block, so that nothing may be remembered. */
    @Override
    public NewestBlock newestBlock() {
        return new NewestBlock(null);
    }

    @Override
    public ContractMetadata read(String address) {
        reach();
        ContractMetadata metadata = contracts.get(address);
        if (metadata == null) {
            throw refusal(HttpStatus.NOT_FOUND);
        }
        return metadata;
    }

    @Override
    public synchronized DeployedContract verify(String address, VerifyRequest request) {
        reach();
        UUID first = verifiedBy.putIfAbsent(address, request.requestId());
        if (first != null && !first.equals(request.requestId())) {
            throw refusal(HttpStatus.CONFLICT);
        }
        ContractMetadata.Model model = (ContractMetadata.Model) contracts.get(address);
        ContractMetadata.ModelParams p = model.modelParams();
        contracts.put(
                address,
                new ContractMetadata.Model(
                        model.assetId(),
                        address,
                        new ContractMetadata.ModelParams(
                                p.developerId(),
                                p.organizationId(),
                                p.origin(),
                                p.trainImageHash(),
                                p.trainImageSha256(),
                                p.definitionSha256(),
                                p.sourceModelId(),
                                request.hash(),
                                request.sha256()),
                        model.dataParams()));
        return answer(address);
    }

    private void reach() {
        if (down) {
            throw new ResourceAccessException("the chain is down", new IOException("connection refused"));
        }
        if (refusing) {
            throw refusal(HttpStatus.UNPROCESSABLE_CONTENT);
        }
    }

    private DeployedContract answer(String address) {
        if (answersToLose > 0) {
            answersToLose--;
            throw new ResourceAccessException("the answer was lost", new IOException("connection reset"));
        }
        return new DeployedContract(address, TRANSACTION, 7);
    }

    private static HttpClientErrorException refusal(HttpStatus status) {
        return HttpClientErrorException.create(status, status.getReasonPhrase(), HttpHeaders.EMPTY, new byte[0], null);
    }
}
