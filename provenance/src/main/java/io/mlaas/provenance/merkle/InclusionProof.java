package io.mlaas.provenance.merkle;

import io.mlaas.provenance.InvalidEvidenceException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * That a digest is under a root, and where the root is on the chain. Whether the root is really there, only the chain
 * says; the rest, {@link #verify} does.
 *
 * @param digest SHA-256 of what is anchored, 64 lower-case hexadecimal digits, as {@code hashes} and {@code root}
 * @param logIndex the digest's place in its batch, from 0
 * @param treeSize number of digests in the batch
 * @param hashes from the leaf to the root
 * @param registry address of the contract that keeps the roots, {@code 0x} and 40 hexadecimal digits
 * @param batch number of the batch in the registry, from 1
 * @param transaction {@code 0x} and 64 lower-case hexadecimal digits
 * @param blockTime to the second
 */
public record InclusionProof(
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

    /** What the document calls itself. */
    public static final String FORMAT = "mlaas-inclusion-proof/1";

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern TRANSACTION = Pattern.compile("0x[0-9a-f]{64}");
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
    private static final HexFormat HEX = HexFormat.of();

    public InclusionProof {
        hashes = List.copyOf(hashes);
        require("digest", digest, SHA256, "64 lower-case hexadecimal digits");
        require("log_index", logIndex, 0);
        require("tree_size", treeSize, 1);
        for (int i = 0; i < hashes.size(); i++) {
            require("hashes[" + i + "]", hashes.get(i), SHA256, "64 lower-case hexadecimal digits");
        }
        require("root", root, SHA256, "64 lower-case hexadecimal digits");
        require("chain_id", chainId, 1);
        require("registry", registry, ADDRESS, "0x and 40 hexadecimal digits");
        require("batch", batch, 1);
        require("transaction", transaction, TRANSACTION, "0x and 64 lower-case hexadecimal digits");
        require("block", block, 0);
        if (!blockTime.equals(blockTime.truncatedTo(ChronoUnit.SECONDS))) {
            throw new InvalidEvidenceException("block_time: " + blockTime + " (expected: whole seconds)");
        }
    }

    /**
     * Reads a proof as the platform writes it: compactly, its members in their order.
     *
     * @throws InvalidEvidenceException when it is anything else
     */
    public static InclusionProof parse(byte[] json) {
        return ProofDocument.read(json);
    }

    /** The proof as the platform writes it. */
    public byte[] toJson() {
        return ProofDocument.write(this);
    }

    /**
     * Checks that the path leads from the digest to the root.
     *
     * @throws InvalidEvidenceException when it does not
     */
    public void verify() {
        byte[] reached = MerklePath.root(
                HEX.parseHex(digest),
                logIndex,
                treeSize,
                hashes.stream().map(HEX::parseHex).toList());
        if (!HEX.formatHex(reached).equals(root)) {
            throw new InvalidEvidenceException("root: " + root + " (expected: " + HEX.formatHex(reached)
                    + ", where the digest, log_index, tree_size and hashes lead)");
        }
    }

    static Instant time(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidEvidenceException(
                    name + ": " + text + " (expected: a time such as 2026-11-22T18:00:00Z)", e);
        }
    }

    private static void require(String name, String value, Pattern pattern, String expected) {
        if (!pattern.matcher(value).matches()) {
            throw new InvalidEvidenceException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    private static void require(String name, long value, long least) {
        if (value < least) {
            throw new InvalidEvidenceException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }
}
