package io.mlaas.contracts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a doubter needs to check an asset against the chain, gathered at one block.
 *
 * @param chainId the chain's id
 * @param blockNumber the block at which all of this was read
 * @param directory address of the directory that was asked
 * @param lineage the directory that registered the asset, last, after those that lead to it: the one that was asked
 *     and its predecessors
 * @param directoryIsGenuine whether the code of all of them is published, byte for byte
 * @param contractIsGenuine whether the asset's contract has the published code, and lies at the address that its
 *     directory, id and declared fields lead to
 * @param asset what the asset's contract says
 * @param registration the transaction that created the contract
 * @param verification the transaction that recorded a model's result; absent for datasets and untrained models
 */
public record ChainEvidence(
        long chainId,
        long blockNumber,
        String directory,
        List<DirectoryOnChain> lineage,
        boolean directoryIsGenuine,
        boolean contractIsGenuine,
        AssetOnChain asset,
        Transaction registration,
        @Nullable Transaction verification) {

    public ChainEvidence {
        lineage = List.copyOf(lineage);
    }

    /** The directory that registered the asset. */
    public DirectoryOnChain registeredBy() {
        return lineage.getLast();
    }

    /** Whether both contracts are the published ones. Whether a file matches is another question: {@link #sha256}. */
    public boolean isGenuine() {
        return directoryIsGenuine && contractIsGenuine;
    }

    /** The SHA-256 that the asset's file must have; absent for a model that is not trained. */
    public @Nullable String sha256() {
        return switch (asset) {
            case AssetOnChain.Dataset dataset -> dataset.fields().sha256();
            case AssetOnChain.Model model ->
                model.result() == null ? null : model.result().sha256();
        };
    }

    /** The MD5 that the asset's file should have (legacy); absent for a model that is not trained. */
    public @Nullable String md5() {
        return switch (asset) {
            case AssetOnChain.Dataset dataset -> dataset.fields().md5();
            case AssetOnChain.Model model ->
                model.result() == null ? null : model.result().md5();
        };
    }

    /**
     * A mined transaction.
     *
     * @param hash the transaction's hash
     * @param blockNumber its block
     * @param blockHash the block's hash
     * @param blockTime the block's time
     */
    public record Transaction(String hash, long blockNumber, String blockHash, Instant blockTime) {}
}
