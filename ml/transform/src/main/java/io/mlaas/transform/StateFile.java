package io.mlaas.transform;

import io.mlaas.transform.payload.PayloadReader;
import io.mlaas.transform.row.RowCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/**
 * A transformer's state as bytes: {@code "MLTF"}, version, the document's digest, the reader's state, that of the
 * processors (shared ones, then each source's, the most silent source first), the counters, and SHA-256 of all before.
 */
final class StateFile {
    private static final int MAGIC = 0x4d4c5446;
    private static final int VERSION = 1;
    private static final int DIGEST = 32;

    private StateFile() {}

    static byte[] write(
            TransformerDocument document, PayloadReader reader, Sources sources, SortedMap<String, Long> dropped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.write(document.digest());
            reader.write(out);
            sources.write(out);
            out.writeInt(dropped.size());
            for (Map.Entry<String, Long> entry : dropped.entrySet()) {
                RowCodec.writeText(entry.getKey(), out);
                out.writeLong(entry.getValue());
            }
            out.flush();
            out.write(TransformerDocument.sha256(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static void read(
            byte[] state,
            TransformerDocument document,
            PayloadReader reader,
            Sources sources,
            SortedMap<String, Long> dropped) {
        int end = state.length - DIGEST;
        if (end < 2 * Integer.BYTES + DIGEST) {
            throw new IllegalArgumentException(
                    "state: " + state.length + " bytes (expected: a whole transformer state)");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state, 0, end))) {
            int magic = in.readInt();
            int version = in.readInt();
            if (magic != MAGIC || version != VERSION) {
                throw new IllegalArgumentException(
                        magic == MAGIC
                                ? "state: version " + version + " (expected: " + VERSION + ")"
                                : "state: something else (expected: a transformer state)");
            }
            byte[] expected = TransformerDocument.sha256(Arrays.copyOf(state, end));
            if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(state, end, state.length))) {
                throw new IllegalArgumentException("state: truncated or changed (expected: what writeState gave)");
            }
            if (!Arrays.equals(in.readNBytes(DIGEST), document.digest())) {
                throw new IllegalArgumentException("state: of another configuration (expected: this document's)");
            }
            reader.restore(in);
            sources.restore(in);
            for (int left = in.readInt(); left > 0; left--) {
                dropped.put(RowCodec.readText(in), in.readLong());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("state: cannot be read (expected: what writeState gave)", e);
        }
    }
}
