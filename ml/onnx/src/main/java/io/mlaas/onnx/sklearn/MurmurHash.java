package io.mlaas.onnx.sklearn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** MurmurHash3 of 32 bits with the seed 0: Austin Appleby, 2011. */
final class MurmurHash {
    private MurmurHash() {}

    /** Of the text in UTF-8. */
    static int of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer blocks = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int hash = 0;
        while (blocks.remaining() >= 4) {
            hash = Integer.rotateLeft(hash ^ mixed(blocks.getInt()), 13) * 5 + 0xe6546b64;
        }
        int rest = 0;
        for (int i = blocks.remaining() - 1; i >= 0; i--) {
            rest = (rest << 8) | (bytes[blocks.position() + i] & 0xFF);
        }
        hash ^= mixed(rest) ^ bytes.length;
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }

    private static int mixed(int block) {
        return Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
    }
}
