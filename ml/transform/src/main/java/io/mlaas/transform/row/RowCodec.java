package io.mlaas.transform.row;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Rows and values in a checkpoint: big-endian, each value after a byte that tells its kind. */
public final class RowCodec {
    private static final int MISSING = 0;
    private static final int NUMBER = 1;
    private static final int TEXT = 2;
    private static final int VECTOR = 3;

    private RowCodec() {}

    public static void write(Row row, DataOutput out) throws IOException {
        writeText(row.source(), out);
        out.writeLong(row.time());
        out.writeBoolean(row.correction());
        out.writeInt(row.size());
        for (int i = 0; i < row.size(); i++) {
            writeValue(row.value(i), out);
        }
    }

    public static Row read(DataInput in) throws IOException {
        String source = readText(in);
        long time = in.readLong();
        boolean correction = in.readBoolean();
        @Nullable Object[] values = new @Nullable Object[in.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = readValue(in);
        }
        return new Row(source, time, correction, values);
    }

    public static void writeAll(Collection<Row> rows, DataOutput out) throws IOException {
        out.writeInt(rows.size());
        for (Row row : rows) {
            write(row, out);
        }
    }

    public static Deque<Row> readAll(DataInput in) throws IOException {
        int count = in.readInt();
        Deque<Row> rows = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            rows.add(read(in));
        }
        return rows;
    }

    public static void writeText(String text, DataOutput out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    public static String readText(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    public static void writeNumbers(double[] numbers, DataOutput out) throws IOException {
        out.writeInt(numbers.length);
        for (double number : numbers) {
            out.writeDouble(number);
        }
    }

    public static double[] readNumbers(DataInput in) throws IOException {
        double[] numbers = new double[in.readInt()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = in.readDouble();
        }
        return numbers;
    }

    public static void writeValue(@Nullable Object value, DataOutput out) throws IOException {
        switch (value) {
            case null -> out.writeByte(MISSING);
            case Double number -> {
                out.writeByte(NUMBER);
                out.writeDouble(number);
            }
            case String text -> {
                out.writeByte(TEXT);
                writeText(text, out);
            }
            case double[] vector -> {
                out.writeByte(VECTOR);
                writeNumbers(vector, out);
            }
            default -> throw new IllegalStateException("a value that cannot be kept: " + value.getClass());
        }
    }

    public static @Nullable Object readValue(DataInput in) throws IOException {
        return switch (in.readByte()) {
            case MISSING -> null;
            case NUMBER -> in.readDouble();
            case TEXT -> readText(in);
            case VECTOR -> readNumbers(in);
            default -> throw new IOException("a value of an unknown kind");
        };
    }
}
