package io.mlaas.transform;

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
 * processors (shared ones, then each source's, the most silent source first), the counters, in version 2 the state of the
 * readers of other formats, and SHA-256 of all before.
 */
final class StateFile {
    private static final int MAGIC = 0x4d4c5446;
    private static final int VERSION = 1;
    /** with what readers of other formats than the document's remember */
    private static final int WITH_OTHERS = 2;

    private static final int DIGEST = 32;

    private StateFile() {}

    static byte[] write(
            TransformerDocument document, Readers readers, Sources sources, SortedMap<String, Long> dropped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            boolean others = readers.othersRemember();
            out.writeInt(others ? WITH_OTHERS : VERSION);
            out.write(document.digest());
            readers.writeUsual(out);
            sources.write(out);
            out.writeInt(dropped.size());
            for (Map.Entry<String, Long> entry : dropped.entrySet()) {
                RowCodec.writeText(entry.getKey(), out);
                out.writeLong(entry.getValue());
            }
            if (others) {
                readers.writeOthers(out);
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
            Readers readers,
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
            if (magic != MAGIC || (version != VERSION && version != WITH_OTHERS)) {
                throw new IllegalArgumentException(
                        magic == MAGIC
                                ? "state: version " + version + " (expected: " + VERSION + " or " + WITH_OTHERS + ")"
                                : "state: something else (expected: a transformer state)");
            }
            byte[] expected = TransformerDocument.sha256(Arrays.copyOf(state, end));
            if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(state, end, state.length))) {
                throw new IllegalArgumentException("state: truncated or changed (expected: what writeState gave)");
            }
            if (!Arrays.equals(in.readNBytes(DIGEST), document.digest())) {
                throw new IllegalArgumentException("state: of another configuration (expected: this document's)");
            }
            readers.restoreUsual(in);
            sources.restore(in);
            for (int left = in.readInt(); left > 0; left--) {
                dropped.put(RowCodec.readText(in), in.readLong());
            }
            if (version == WITH_OTHERS) {
                readers.restoreOthers(in);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("state: cannot be read (expected: what writeState gave)", e);
        }
    }
}
