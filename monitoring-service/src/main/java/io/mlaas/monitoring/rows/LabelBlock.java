package io.mlaas.monitoring.rows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Labels as bytes. */
public final class LabelBlock {
    private static final byte VERSION = 1;
    private static final int NONE = -1;

    private LabelBlock() {}

    public static byte[] write(List<Label> labels) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(labels.size());
            for (Label label : labels) {
                out.writeLong(label.id().high());
                out.writeLong(label.id().low());
                out.writeLong(label.atMicros());
                out.writeInt(label.numbers().length);
                for (double number : label.numbers()) {
                    out.writeDouble(number);
                }
                String category = label.category();
                byte[] text = category == null ? new byte[0] : category.getBytes(StandardCharsets.UTF_8);
                out.writeInt(category == null ? NONE : text.length);
                out.write(text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static List<Label> read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("labels of version %d (expected: %d)".formatted(version, VERSION));
            }
            int count = in.readInt();
            List<Label> labels = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                RowId id = new RowId(in.readLong(), in.readLong());
                long at = in.readLong();
                double[] numbers = new double[in.readInt()];
                for (int j = 0; j < numbers.length; j++) {
                    numbers[j] = in.readDouble();
                }
                int length = in.readInt();
                labels.add(new Label(
                        id,
                        at,
                        numbers,
                        length == NONE ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8)));
            }
            return labels;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
