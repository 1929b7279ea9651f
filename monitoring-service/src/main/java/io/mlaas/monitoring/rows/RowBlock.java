package io.mlaas.monitoring.rows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows as bytes: big-endian, the ids first, column after column. */
public final class RowBlock {
    private static final byte VERSION = 1;

    private RowBlock() {}

    public static byte[] write(Rows rows) {
        ByteBuffer out = ByteBuffer.allocate(length(rows));
        out.put(VERSION).putInt(rows.size()).putInt(rows.layout().size());
        for (long[] values : List.of(rows.high, rows.low, rows.micros)) {
            out.asLongBuffer().put(values, 0, rows.size());
            out.position(out.position() + Long.BYTES * rows.size());
        }
        for (int column = 0; column < rows.layout().size(); column++) {
            if (rows.layout().numeric(column)) {
                out.asDoubleBuffer().put(rows.numbers[column], 0, rows.size());
                out.position(out.position() + Double.BYTES * rows.size());
            } else {
                String[] dictionary = rows.dictionaries[column];
                out.putInt(dictionary.length);
                for (String value : dictionary) {
                    byte[] text = value.getBytes(StandardCharsets.UTF_8);
                    out.putInt(text.length).put(text);
                }
                out.asIntBuffer().put(rows.codes[column], 0, rows.size());
                out.position(out.position() + Integer.BYTES * rows.size());
            }
        }
        return out.array();
    }

    private static int length(Rows rows) {
        long length = 9 + 24L * rows.size();
        for (int column = 0; column < rows.layout().size(); column++) {
            if (rows.layout().numeric(column)) {
                length += 8L * rows.size();
            } else {
                length += 4 + 4L * rows.size();
                for (String value : rows.dictionaries[column]) {
                    length += 4 + value.getBytes(StandardCharsets.UTF_8).length;
                }
            }
        }
        return Math.toIntExact(length);
    }

    /** @throws IllegalArgumentException if they are not rows of this layout */
    public static Rows read(Layout layout, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte version = in.get();
        int size = in.getInt();
        int columns = in.getInt();
        if (version != VERSION || columns != layout.size()) {
            throw new IllegalArgumentException("a block of version %d with %d columns (expected: version %d with %d)"
                    .formatted(version, columns, VERSION, layout.size()));
        }
        long[] high = longs(in, size);
        long[] low = longs(in, size);
        long[] micros = longs(in, size);
        double[][] numbers = new double[columns][];
        int[][] codes = new int[columns][];
        String[][] dictionaries = new String[columns][];
        for (int column = 0; column < columns; column++) {
            boolean numeric = layout.numeric(column);
            numbers[column] = new double[numeric ? size : 0];
            codes[column] = new int[numeric ? 0 : size];
            dictionaries[column] = numeric ? new String[0] : dictionary(in);
            if (numeric) {
                in.asDoubleBuffer().get(numbers[column]);
                in.position(in.position() + Double.BYTES * size);
            } else {
                in.asIntBuffer().get(codes[column]);
                in.position(in.position() + Integer.BYTES * size);
            }
        }
        return new Rows(layout, size, high, low, micros, numbers, codes, dictionaries);
    }

    private static long[] longs(ByteBuffer in, int count) {
        long[] values = new long[count];
        in.asLongBuffer().get(values);
        in.position(in.position() + Long.BYTES * count);
        return values;
    }

    private static String[] dictionary(ByteBuffer in) {
        String[] values = new String[in.getInt()];
        for (int i = 0; i < values.length; i++) {
            byte[] text = new byte[in.getInt()];
            in.get(text);
            values[i] = new String(text, StandardCharsets.UTF_8);
        }
        return values;
    }
}
