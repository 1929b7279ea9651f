package io.mlaas.online.bench;

import io.mlaas.online.Batch;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads CSV with a head line, plain decimal numbers of at most 15 digits, and the class last. */
final class CsvRows implements AutoCloseable {
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

    private final InputStream in;
    private final int inputs;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;

    CsvRows(Path file, int inputs) throws IOException {
        this.inputs = inputs;
        in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        int c = read();
        while (c != '\n') {
            c = read();
        }
    }

    private int read() throws IOException {
        if (position == limit) {
            limit = in.read(buffer);
            position = 0;
            if (limit <= 0) {
                limit = 0;
                return -1;
            }
        }
        return buffer[position++];
    }

    Batch next(int most) throws IOException {
        double[] rows = new double[most * inputs];
        double[] targets = new double[most];
        int count = 0;
        for (; count < most; count++) {
            int c = read();
            if (c < 0) {
                break;
            }
            for (int i = 0; i < inputs; i++) {
                rows[count * inputs + i] = number(c);
                c = read();
            }
            targets[count] = number(c);
        }
        return count == most
                ? new Batch(count, rows, targets)
                : new Batch(count, Arrays.copyOf(rows, count * inputs), Arrays.copyOf(targets, count));
    }

    /** Up to the comma or the end of the line, which is taken too. */
    private double number(int first) throws IOException {
        boolean negative = first == '-';
        int c = negative ? read() : first;
        long digits = 0;
        int decimals = 0;
        boolean afterPoint = false;
        for (; c != ',' && c != '\n' && c >= 0; c = read()) {
            if (c == '.') {
                afterPoint = true;
                continue;
            }
            digits = digits * 10 + (c - '0');
            decimals += afterPoint ? 1 : 0;
        }
        double value = digits / POWERS[decimals];
        return negative ? -value : value;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
