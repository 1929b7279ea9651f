package io.mlaas.profile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.datasketches.common.SketchesException;

/** "mlpf", a version, the checksum (CRC-32C) of what follows, and the columns. */
final class ProfileFormat {
    private static final int MAGIC = 0x6d6c7066;
    private static final int VERSION = 1;
    private static final int HEADER = 9;
    private static final int NUMERIC = 0;
    private static final int CATEGORICAL = 1;

    private ProfileFormat() {}

    static byte[] write(int k, SortedMap<String, ColumnProfile> columns, Arrivals arrivals) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[HEADER]);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(k);
            arrivals.write(out);
            out.writeInt(columns.size());
            for (Map.Entry<String, ColumnProfile> entry : columns.entrySet()) {
                Bytes.write(out, entry.getKey().getBytes(StandardCharsets.UTF_8));
                out.writeByte(entry.getValue() instanceof NumericProfile ? NUMERIC : CATEGORICAL);
                entry.getValue().write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        byte[] all = bytes.toByteArray();
        ByteBuffer.wrap(all).putInt(MAGIC).put((byte) VERSION).putInt(checksum(all));
        return all;
    }

    private static int checksum(byte... bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, HEADER, bytes.length - HEADER);
        return (int) checksum.getValue();
    }

    static DatasetProfile read(byte... bytes) {
        if (bytes.length < HEADER) {
            throw new ProfileFormatException("profile: " + bytes.length + " bytes (expected: at least " + HEADER + ")");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        if (header.getInt() != MAGIC) {
            throw new ProfileFormatException("profile: does not begin with \"mlpf\" (expected: a profile)");
        }
        int version = header.get();
        if (version != VERSION) {
            throw new ProfileFormatException("profile: version " + version + " (expected: " + VERSION + ")");
        }
        int expected = header.getInt();
        int checksum = checksum(bytes);
        if (checksum != expected) {
            throw new ProfileFormatException("profile: checksum %08x (expected: %08x)".formatted(checksum, expected));
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, HEADER, bytes.length - HEADER))) {
            return content(in);
        } catch (IOException | SketchesException | IllegalArgumentException e) {
            throw new ProfileFormatException("profile: " + e.getMessage(), e);
        }
    }

    private static DatasetProfile content(DataInputStream in) throws IOException {
        int k = in.readInt();
        Arrivals arrivals = Arrivals.read(in);
        int count = in.readInt();
        Map<String, ColumnProfile> columns = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String name = new String(Bytes.read(in), StandardCharsets.UTF_8);
            int kind = in.readUnsignedByte();
            columns.put(name, kind == NUMERIC ? NumericProfile.read(in) : CategoricalProfile.read(in));
        }
        if (in.read() >= 0) {
            throw new IOException("bytes after the last column (expected: none)");
        }
        return DatasetProfile.of(k, columns, arrivals);
    }
}
