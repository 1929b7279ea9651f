package io.mlaas.provenance.merkle;

import io.mlaas.provenance.InvalidEvidenceException;
import java.util.List;

/** Where a path of hashes leads: RFC 9162, 2.1.3.2. */
public final class MerklePath {
    private MerklePath() {}

    /**
     * The root that a path leads to.
     *
     * @param data what the leaf holds
     * @param index the leaf's place, from 0
     * @param size number of the tree's leaves
     * @param hashes from the leaf to the root, 32 bytes each
     * @throws InvalidEvidenceException when a tree of this size has no such leaf, or another number of hashes leads to it
     */
    public static byte[] root(byte[] data, long index, long size, List<byte[]> hashes) {
        if (index < 0 || index >= size) {
            throw new InvalidEvidenceException("log_index: " + index + " (expected: >= 0 and < " + size + ")");
        }
        long place = index;
        long last = size - 1;
        TreeHash hash = new TreeHash();
        byte[] node = hash.leaf(data);
        for (byte[] next : hashes) {
            if (next.length != TreeHash.BYTES) {
                throw new InvalidEvidenceException(
                        "hashes: " + next.length + " bytes (expected: " + TreeHash.BYTES + ")");
            }
            if (last == 0) {
                throw wrongLength(hashes, index, size);
            }
            if ((place & 1) == 1 || place == last) {
                node = hash.node(next, node);
                // At the right edge, nodes without a partner went up as they were.
                while ((place & 1) == 0 && place != 0) {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                node = hash.node(node, next);
            }
            place >>= 1;
            last >>= 1;
        }
        if (last != 0) {
            throw wrongLength(hashes, index, size);
        }
        return node;
    }

    private static InvalidEvidenceException wrongLength(List<byte[]> hashes, long index, long size) {
        return new InvalidEvidenceException(
                "hashes: %d (expected: as many as lead from leaf %d to the root of %d leaves)"
                        .formatted(hashes.size(), index, size));
    }
}
