package io.mlaas.sharing.anchoring;

import io.mlaas.api.blockchain.ContractRequest;
import io.mlaas.api.blockchain.VerifyRequest;
import java.util.UUID;

/** A step that is due, as leased by this process. */
sealed interface ChainStep {
    String DEPLOY = "DEPLOY";
    String VERIFY = "VERIFY";

    long sequence();

    UUID assetId();

    /** How often it was taken, this time included. */
    int attempts();

    record Deploy(long sequence, UUID assetId, int attempts, ContractRequest request) implements ChainStep {}

    record Verify(long sequence, UUID assetId, int attempts, String address, VerifyRequest request)
            implements ChainStep {}
}
