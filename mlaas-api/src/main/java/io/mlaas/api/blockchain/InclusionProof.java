package io.mlaas.api.blockchain;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.List;

/**
 * That a digest is under a root on the chain, in the order of members that {@code io.mlaas.provenance.merkle} reads:
 * serve it compactly, exactly as it is.
 *
 * @param format {@link #FORMAT}
 * @param digest what is anchored, 64 lower-case hexadecimal digits, as {@code hashes} and {@code root}
 * @param logIndex the digest's place in its batch, from 0
 * @param treeSize number of digests in the batch
 * @param hashes the path from the leaf to the root, as RFC 6962 has it
 * @param registry address of the contract that keeps the roots, with its checksum
 * @param batch number of the batch in the registry
 * @param transaction hash of the transaction that anchored the root
 * @param blockTime when its block was made, to the second
 */
@JsonPropertyOrder({
    "format",
    "digest",
    "log_index",
    "tree_size",
    "hashes",
    "root",
    "chain_id",
    "registry",
    "batch",
    "transaction",
    "block",
    "block_time"
})
public record InclusionProof(
        String format,
        String digest,
        long logIndex,
        long treeSize,
        List<String> hashes,
        String root,
        long chainId,
        String registry,
        long batch,
        String transaction,
        long block,
        Instant blockTime) {

    public static final String FORMAT = "mlaas-inclusion-proof/1";

    public InclusionProof {
        hashes = List.copyOf(hashes);
    }
}
