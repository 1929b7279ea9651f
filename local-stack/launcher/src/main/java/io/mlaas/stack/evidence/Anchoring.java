package io.mlaas.stack.evidence;

import io.mlaas.contracts.AnchoredBatch;
import io.mlaas.contracts.PublishedKey;
import java.util.Optional;

/** What a chain says of one anchor registry. */
public interface Anchoring {
    /** The chain's id. */
    long chainId();

    /** The registry's address, with its checksum. */
    String registry();

    /** Whether the registry's code is the published one. */
    boolean isGenuine();

    /** The batch of a root, if it is anchored. */
    Optional<AnchoredBatch> batchOf(String root);

    /** Hash of the transaction that anchored a batch. */
    Optional<String> transactionOf(AnchoredBatch batch);

    /** Whose key a fingerprint is, if it was published. */
    Optional<PublishedKey> keyOf(String fingerprint);
}
