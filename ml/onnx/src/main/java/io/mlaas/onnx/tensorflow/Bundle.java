package io.mlaas.onnx.tensorflow;

import com.google.protobuf.ByteString;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The variables of a checkpoint: {@code variables.index} is a sorted table (as in LevelDB), the values lie in shards. */
final class Bundle {
    private static final int FOOTER = 48;
    private static final long MAGIC = 0xdb4775248b80fb57L;

    private final Map<String, Message> entries = new HashMap<>();
    private final Function<String, ByteBuffer> files;
    private final Map<String, ByteBuffer> shardFiles = new HashMap<>();
    private int shards = 1;

    private Bundle(Function<String, ByteBuffer> files) {
        this.files = files;
    }

    /** @param files contents by names under the folder {@code variables} */
    static Bundle read(Function<String, ByteBuffer> files) {
        Bundle bundle = new Bundle(files);
        try {
            bundle.readTable(files.apply("variables.index").slice().order(ByteOrder.LITTLE_ENDIAN));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new TranslationRefused(Reason.DAMAGED, "variables.index is broken", e);
        }
        return bundle;
    }

    private void readTable(ByteBuffer table) {
        ByteBuffer footer = table.slice(table.limit() - FOOTER, FOOTER).order(ByteOrder.LITTLE_ENDIAN);
        if (footer.getLong(FOOTER - 8) != MAGIC) {
            throw new TranslationRefused(Reason.DAMAGED, "variables.index is no table");
        }
        varint(footer);
        varint(footer);
        block(table, varint(footer), varint(footer), (key, handle) -> {
            ByteBuffer at = handle.asReadOnlyByteBuffer();
            block(table, varint(at), varint(at), (name, value) -> {
                Message entry = Message.parse(value);
                if (name.isEmpty()) {
                    shards = (int) entry.number(1, 1);
                } else {
                    entries.put(name, entry);
                }
            });
        });
    }

    private interface Entry {
        void accept(String key, ByteString value);
    }

    private static void block(ByteBuffer table, long offset, long size, Entry into) {
        ByteBuffer block =
                table.slice(Math.toIntExact(offset), Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        if (table.get(Math.toIntExact(offset + size)) != 0) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "a packed table of variables");
        }
        int restarts = block.getInt(block.limit() - 4);
        block.limit(Math.subtractExact(block.limit() - 4, Math.multiplyExact(4, restarts)));
        byte[] key = new byte[0];
        while (block.hasRemaining()) {
            int shared = (int) varint(block);
            int fresh = (int) varint(block);
            int length = (int) varint(block);
            if (shared < 0 || shared > key.length || fresh < 0 || fresh > block.remaining()) {
                throw new IndexOutOfBoundsException("key");
            }
            byte[] next = java.util.Arrays.copyOf(key, shared + fresh);
            block.get(next, shared, fresh);
            ByteString value = ByteString.copyFrom(block.slice(block.position(), length));
            block.position(block.position() + length);
            key = next;
            into.accept(new String(key, StandardCharsets.UTF_8), value);
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte part = in.get();
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new IndexOutOfBoundsException("number");
    }

    Constant tensor(String key) {
        Message entry = entries.get(key);
        if (entry == null) {
            throw new TranslationRefused(Reason.DAMAGED, "variable " + key + " is not in the checkpoint");
        }
        String shard = String.format(java.util.Locale.ROOT, "variables.data-%05d-of-%05d", entry.number(3, 0), shards);
        ByteBuffer data = shardFiles.computeIfAbsent(shard, files).slice();
        long offset = entry.number(4, 0);
        long size = entry.number(5, 0);
        if (offset < 0 || size < 0 || offset > data.remaining() - size) {
            throw new TranslationRefused(Reason.DAMAGED, "variable " + key + " lies outside of " + shard);
        }
        return Constant.of(
                Constant.type(entry.number(1, 0)), Constant.shape(entry.message(2)), data.slice((int) offset, (int)
                        size));
    }
}
