package io.mlaas.sharing.anchoring;

import io.mlaas.api.blockchain.BlockchainApi;
import io.mlaas.api.blockchain.ContractMetadata;
import io.mlaas.api.blockchain.ContractRequest;
import io.mlaas.api.blockchain.VerifyRequest;
import io.mlaas.kit.client.Remembered;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientException;

/** The chain, as the registry uses it. */
@Component
public class Chain {
    private static final Logger log = LoggerFactory.getLogger(Chain.class);
    // Another replica may take the step: then only the database tells, so it is asked now and then.
    private static final long ASK_AGAIN_MILLIS = 500;

    private final BlockchainApi blockchain;
    private final ChainStepRepository steps;
    private final ChainRelay relay;
    private final AnchoringProperties properties;
    private final Remembered<ContractMetadata> remembered;
    private final Map<UUID, CountDownLatch> waiting = new ConcurrentHashMap<>();

    Chain(BlockchainApi blockchain, ChainStepRepository steps, ChainRelay relay, AnchoringProperties properties) {
        this.blockchain = blockchain;
        this.steps = steps;
        this.relay = relay;
        this.properties = properties;
        this.remembered = new Remembered<>(new NewestBlocks(blockchain::newestBlock)::hash, ContractMetadata::isFinal);
        relay.tellEnds(this::ended);
    }

    /** Deploys an asset's contract after the surrounding transaction commits. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void deploy(ContractRequest request) {
        steps.insert(request.assetId(), ChainStep.DEPLOY, null, request);
        wakeAfterCommit();
    }

    /** Records a model's result after the surrounding transaction commits. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void verify(UUID assetId, String address, VerifyRequest request) {
        steps.insert(assetId, ChainStep.VERIFY, address, request);
        wakeAfterCommit();
    }

    /** What the chain says of an asset; a problem if it cannot be asked or says something about another one. */
    public ContractMetadata read(UUID assetId, String address) {
        ContractMetadata metadata = contract(assetId, address);
        if (!metadata.assetId().equals(assetId)) {
            log.error("the contract {} of asset {} is about {}", address, assetId, metadata.assetId());
            throw AnchoringProblem.NOT_ON_CHAIN.because(
                    "The contract recorded for " + assetId + " is another asset's.");
        }
        return metadata;
    }

    /**
     * What the contract at an asset's address says, be it of this asset or not; a problem if the chain cannot be asked. A
     * record that never changes is as of the newest block, or of one that was the newest two seconds ago.
     */
    public ContractMetadata contract(UUID assetId, String address) {
        return remembered
                .get(address, contract -> Optional.of(ask(assetId, contract)))
                .orElseThrow();
    }

    private ContractMetadata ask(UUID assetId, String address) {
        try {
            return blockchain.read(address);
        } catch (HttpClientErrorException.NotFound e) {
            log.error("the chain has no contract {} of asset {}", address, assetId, e);
            throw AnchoringProblem.NOT_ON_CHAIN.because("The chain has no contract at the address of " + assetId + ".");
        } catch (RestClientException e) {
            log.warn("the chain cannot be asked about {}", assetId, e);
            throw AnchoringProblem.CHAIN_UNREACHABLE.retryAfter(5, "The chain's word on " + assetId + " is needed.");
        }
    }

    /**
     * Waits until an asset is anchored, as long as a request may wait.
     *
     * @return whether it is
     */
    public boolean await(UUID assetId, BooleanSupplier anchored) {
        long deadline = System.nanoTime() + properties.patience().toNanos();
        while (true) {
            CountDownLatch latch = waiting.computeIfAbsent(assetId, id -> new CountDownLatch(1));
            if (anchored.getAsBoolean()) {
                waiting.remove(assetId);
                return true;
            }
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0) {
                waiting.remove(assetId);
                return false;
            }
            try {
                if (latch.await(Math.min(left, ASK_AGAIN_MILLIS), TimeUnit.MILLISECONDS)) {
                    waiting.remove(assetId, latch);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private void ended(UUID assetId) {
        CountDownLatch latch = waiting.get(assetId);
        if (latch != null) {
            latch.countDown();
        }
    }

    private void wakeAfterCommit() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                relay.wake();
            }
        });
    }
}
