package io.mlaas.blockchain.anchor;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.blockchain.anchor.AnchorRepository.FrozenBatch;
import io.mlaas.blockchain.anchor.AnchorRepository.Leaf;
import io.mlaas.blockchain.directory.Registry;
import io.mlaas.blockchain.transaction.Outcome;
import io.mlaas.contracts.ContractRefusal;
import io.mlaas.kit.problem.ProblemException;
import io.mlaas.provenance.merkle.MerkleTree;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes batches of what waits and anchors them. What a batch consists of is committed before its root is signed, and the
 * root's transaction has a purpose: whenever the service dies, the same batch is anchored by the same transaction, and no
 * digest is in two.
 */
@Component
class AnchorBatches {
    private static final Logger log = LoggerFactory.getLogger(AnchorBatches.class);

    private final AnchorRepository repository;
    private final Registry registry;
    private final AnchorProperties properties;
    private final TransactionTemplate transactions;
    private final DistributionSummary sizes;

    AnchorBatches(
            AnchorRepository repository,
            Registry registry,
            AnchorProperties properties,
            TransactionTemplate transactions,
            MeterRegistry meters) {
        this.repository = repository;
        this.registry = registry;
        this.properties = properties;
        this.transactions = transactions;
        this.sizes = DistributionSummary.builder("mlaas.chain.anchor.batch.size")
                .description("Digests under one root")
                .register(meters);
    }

    /**
     * Anchors what is settled, then settles and anchors what is due. While a batch can not be anchored none is made, so
     * that what comes meanwhile shares the next.
     */
    void advance() {
        boolean more = true;
        while (more) {
            List<FrozenBatch> batches = repository.notAnchored();
            boolean allAnchored = true;
            for (FrozenBatch batch : batches) {
                allAnchored &= anchor(batch);
            }
            more = allAnchored && freezeDue();
        }
    }

    /** Settles the next batch, if it is time. */
    private boolean freezeDue() {
        int most = properties.batchLeaves();
        return repository.waiting(most).isDue(most, properties.batchAge()) && freeze();
    }

    /** Settles a batch of what waits now. */
    boolean freeze() {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            List<Leaf> leaves = repository.lockWaiting(properties.batchLeaves());
            if (leaves.isEmpty()) {
                return false;
            }
            byte[] root =
                    MerkleTree.of(leaves.stream().map(Leaf::digest).toList()).root();
            repository.freeze(HexFormat.of().formatHex(root), leaves);
            sizes.record(leaves.size());
            return true;
        }));
    }

    private boolean anchor(FrozenBatch batch) {
        boolean anchored =
                switch (registry.anchor(batch.root(), batch.size())) {
                    case Outcome.Mined mined -> true;
                    case Outcome.Refused refused
                    when refused.reason() == ContractRefusal.ALREADY_ANCHORED -> isOnChain(batch);
                    case Outcome.Refused refused -> {
                        // While the registrar's key is replaced, the old one is refused for a moment.
                        log.warn("root {} is not anchored yet: {}", batch.root(), refused.detail());
                        yield false;
                    }
                    case Outcome.Taken taken -> {
                        log.error("root {} is not anchored: another transaction was made for it", batch.root());
                        yield false;
                    }
                };
        if (anchored) {
            repository.anchored(batch);
            log.info("{} digests are anchored under root {}", batch.size(), batch.root());
        }
        return anchored;
    }

    /** A database restored from a backup knows less than the chain. */
    private boolean isOnChain(FrozenBatch batch) {
        return registry.find(batch.root())
                .filter(found -> found.batch().size() == batch.size())
                .isPresent();
    }

    /** For a timer. */
    void advanceQuietly() {
        try {
            advance();
        } catch (ProblemException e) {
            log.info("batches wait: {}", e.detail());
        } catch (RuntimeException e) {
            log.error("batches cannot be anchored now", e);
        }
    }
}
