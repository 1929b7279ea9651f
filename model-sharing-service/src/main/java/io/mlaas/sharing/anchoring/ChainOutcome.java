package io.mlaas.sharing.anchoring;

import io.mlaas.api.blockchain.DeployedContract;
import java.util.UUID;

/** What became of a chain step; told inside the transaction that ends the step. */
public sealed interface ChainOutcome {
    UUID assetId();

    record Deployed(UUID assetId, DeployedContract contract) implements ChainOutcome {}

    record Verified(UUID assetId, DeployedContract contract) implements ChainOutcome {}

    /** The chain will never accept this step. */
    record Refused(UUID assetId, String reason) implements ChainOutcome {}
}
