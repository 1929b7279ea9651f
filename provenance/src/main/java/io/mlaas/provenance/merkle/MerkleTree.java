package io.mlaas.provenance.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A tree of RFC 6962, 2.1, with all its nodes: 64 bytes a leaf. A tree of n > 1 leaves splits at the largest power of two
 * below n, which is the same as hashing level by level, pair by pair, a node without a partner going up as it is.
 */
public final class MerkleTree {
    /** As many as one array holds. */
    public static final int MOST_LEAVES = Integer.MAX_VALUE / TreeHash.BYTES;

    private static final int FIRST = 1024;

    /** The hashes of each level one after the other, the leaves' first. */
    private final List<byte[]> levels;

    private MerkleTree(List<byte[]> levels) {
        this.levels = levels;
    }

    /** The tree of these leaves, in their order. */
    public static MerkleTree of(Iterable<byte[]> leaves) {
        Builder builder = new Builder();
        leaves.forEach(builder::add);
        return builder.build();
    }

    /** Number of leaves. */
    public int size() {
        return levels.getFirst().length / TreeHash.BYTES;
    }

    /** The root; of the tree without leaves, SHA-256 of nothing. */
    public byte[] root() {
        return size() == 0 ? new TreeHash().empty() : levels.getLast().clone();
    }

    /** The hashes that lead from a leaf to the root, as RFC 6962, 2.1.1, orders them: the leaf's neighbour first. */
    public List<byte[]> path(int index) {
        Objects.checkIndex(index, size());
        List<byte[]> path = new ArrayList<>();
        int place = index;
        for (byte[] level : levels) {
            int neighbour = (place ^ 1) * TreeHash.BYTES;
            if (neighbour < level.length) {
                path.add(Arrays.copyOfRange(level, neighbour, neighbour + TreeHash.BYTES));
            }
            place /= 2;
        }
        return path;
    }

    /** Takes leaves one by one; for one thread. */
    public static final class Builder {
        private final TreeHash hash = new TreeHash();
        private byte[] leaves = new byte[FIRST * TreeHash.BYTES];
        private int size;

        /** Adds a leaf by its data: for the platform's trees, the 32 bytes of a digest. */
        public Builder add(byte[] data) {
            if (size == MOST_LEAVES) {
                throw new IllegalStateException("leaves: more than " + MOST_LEAVES);
            }
            int end = size * TreeHash.BYTES;
            if (end == leaves.length) {
                leaves = Arrays.copyOf(leaves, (int) Math.min(2L * end, (long) MOST_LEAVES * TreeHash.BYTES));
            }
            System.arraycopy(hash.leaf(data), 0, leaves, end, TreeHash.BYTES);
            size++;
            return this;
        }

        /** The tree of what was added. */
        public MerkleTree build() {
            List<byte[]> levels = new ArrayList<>();
            byte[] level = Arrays.copyOf(leaves, size * TreeHash.BYTES);
            levels.add(level);
            while (level.length > TreeHash.BYTES) {
                level = above(level);
                levels.add(level);
            }
            return new MerkleTree(List.copyOf(levels));
        }

        private byte[] above(byte[] level) {
            int pairs = level.length / (2 * TreeHash.BYTES);
            int rest = level.length % (2 * TreeHash.BYTES);
            byte[] above = new byte[pairs * TreeHash.BYTES + rest];
            for (int pair = 0; pair < pairs; pair++) {
                byte[] node = hash.node(level, 2 * pair * TreeHash.BYTES);
                System.arraycopy(node, 0, above, pair * TreeHash.BYTES, TreeHash.BYTES);
            }
            System.arraycopy(level, level.length - rest, above, above.length - rest, rest);
            return above;
        }
    }
}
