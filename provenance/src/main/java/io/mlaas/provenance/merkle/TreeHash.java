package io.mlaas.provenance.merkle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hashes of RFC 6962, 2.1: a leaf's is {@code SHA-256(0x00 || data)}, a node's {@code SHA-256(0x01 || left || right)}.
 * For one thread.
 */
final class TreeHash {
    static final int BYTES = 32;
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest sha256;

    TreeHash() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    byte[] leaf(byte[] data) {
        sha256.update(LEAF);
        return sha256.digest(data);
    }

    byte[] node(byte[] left, byte[] right) {
        sha256.update(NODE);
        sha256.update(left);
        return sha256.digest(right);
    }

    /** As {@link #node} of the two hashes that lie one after the other at an offset. */
    byte[] node(byte[] hashes, int offset) {
        sha256.update(NODE);
        sha256.update(hashes, offset, 2 * BYTES);
        return sha256.digest();
    }

    byte[] empty() {
        return sha256.digest();
    }
}
