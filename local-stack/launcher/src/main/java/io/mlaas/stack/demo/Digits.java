package io.mlaas.stack.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The demo's dataset as a table: 8×8 grey values and the digit that was written.
 *
 * @param pixels one row per picture, 64 values, scaled as the network wants them
 * @param labels the digit of each row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Digits(List<float[]> pixels, int[] labels) {
    public static final int SIDE = 8;

    /** @param scale what raw values (0 … 16) are multiplied by */
    public static Digits read(Path csv, double scale) throws IOException {
        List<String> lines = Files.readAllLines(csv);
        List<String> header = List.of(lines.getFirst().split(","));
        int label = header.indexOf("label");
        List<String[]> rows =
                lines.stream().skip(1).map(line -> line.split(",")).toList();
        List<float[]> pixels = rows.stream()
                .map(row -> {
                    float[] values = new float[SIDE * SIDE];
                    for (int column = 0, pixel = 0; column < row.length; column++) {
                        if (column != label) {
                            values[pixel++] = (float) (Double.parseDouble(row[column]) * scale);
                        }
                    }
                    return values;
                })
                .toList();
        return new Digits(
                pixels,
                rows.stream().mapToInt(row -> Integer.parseInt(row[label])).toArray());
    }

    /** The given rows, one after the other, as a batch of shape (n, 1, 8, 8). */
    public float[] batch(int[] rows) {
        float[] batch = new float[rows.length * SIDE * SIDE];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(pixels.get(rows[i]), 0, batch, i * SIDE * SIDE, SIDE * SIDE);
        }
        return batch;
    }

    /** The index of the largest of each ten values. */
    public static int[] mostLikely(float[] probabilities) {
        int classes = 10;
        int[] labels = new int[probabilities.length / classes];
        for (int row = 0; row < labels.length; row++) {
            int best = 0;
            for (int digit = 1; digit < classes; digit++) {
                if (probabilities[row * classes + digit] > probabilities[row * classes + best]) {
                    best = digit;
                }
            }
            labels[row] = best;
        }
        return labels;
    }

    /** Rows are what was written, columns what the model read. */
    int[][] confusion(int[] rows, int[] predicted) {
        int[][] matrix = new int[10][10];
        for (int i = 0; i < rows.length; i++) {
            matrix[labels[rows[i]]][predicted[i]]++;
        }
        return matrix;
    }
}
