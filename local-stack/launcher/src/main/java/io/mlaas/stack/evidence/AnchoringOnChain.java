package io.mlaas.stack.evidence;

import io.mlaas.contracts.AnchoredBatch;
import io.mlaas.contracts.ChainEvidence;
import io.mlaas.contracts.ChainReader;
import io.mlaas.contracts.PublishedKey;
import io.mlaas.contracts.RegistryReader;
import java.util.Optional;

/** Asks a node. */
public final class AnchoringOnChain implements Anchoring {
    private final ChainReader chain;
    private final RegistryReader registry;

    public AnchoringOnChain(ChainReader chain, String registry) {
        this.chain = chain;
        this.registry = new RegistryReader(chain, registry);
    }

    @Override
    public long chainId() {
        return chain.chainId();
    }

    @Override
    public String registry() {
        return registry.address();
    }

    @Override
    public boolean isGenuine() {
        return registry.isGenuine();
    }

    @Override
    public Optional<AnchoredBatch> batchOf(String root) {
        return registry.batchOf(root);
    }

    @Override
    public Optional<String> transactionOf(AnchoredBatch batch) {
        return registry.transactionOf(batch).map(ChainEvidence.Transaction::hash);
    }

    @Override
    public Optional<PublishedKey> keyOf(String fingerprint) {
        return registry.keyOf(fingerprint);
    }
}
