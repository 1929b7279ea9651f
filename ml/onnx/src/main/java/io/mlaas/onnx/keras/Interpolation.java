package io.mlaas.onnx.keras;

import io.mlaas.onnx.numeric.Array;

/**
 * How images are enlarged or shrunk along one axis, as a matrix: each new pixel is a mixture of old ones. The methods are
 * those of TensorFlow's {@code ResizeBicubic}, {@code ScaleAndTranslate} and {@code ResizeNearestNeighbor} with half-pixel
 * centres, which Keras calls; near the border the weights of pixels that do not exist are left out and the others sum to one.
 */
final class Interpolation {
    /** TensorFlow looks the cubic kernel up in a table of so many steps. */
    private static final int TABLE = 1024;

    private static final double CUBIC = -0.5;

    private Interpolation() {}

    static boolean isKnown(String method) {
        return switch (method) {
            case "nearest", "bicubic", "lanczos3", "lanczos5" -> true;
            default -> false;
        };
    }

    /** (to, from) */
    static Array matrix(String method, int from, int to) {
        double[] all = new double[to * from];
        for (int i = 0; i < to; i++) {
            double[] row =
                    switch (method) {
                        case "nearest" -> nearest(i, from, to);
                        case "bicubic" -> cubic(i, from, to);
                        case "lanczos3" -> lanczos(i, from, to, 3);
                        case "lanczos5" -> lanczos(i, from, to, 5);
                        default -> throw new IllegalArgumentException("interpolation: " + method);
                    };
            System.arraycopy(row, 0, all, i * from, from);
        }
        return Array.of(all, to, from);
    }

    private static double[] nearest(int i, int from, int to) {
        double[] row = new double[from];
        row[Math.min((int) Math.floor((i + 0.5f) * ((float) from / to)), from - 1)] = 1;
        return row;
    }

    private static double[] cubic(int i, int from, int to) {
        float centre = (i + 0.5f) * ((float) from / to) - 0.5f;
        int first = (int) Math.floor(centre);
        double share = Math.rint((centre - first) * TABLE) / TABLE;
        double[] row = new double[from];
        add(row, first - 1, far(share + 1));
        add(row, first, near(share));
        add(row, first + 1, near(1 - share));
        add(row, first + 2, far(2 - share));
        return normalized(row);
    }

    private static double near(double x) {
        return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
    }

    private static double far(double x) {
        return ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC;
    }

    private static double[] lanczos(int i, int from, int to, int radius) {
        float centre = (i + 0.5f) * ((float) from / to);
        double[] row = new double[from];
        int begin = Math.clamp((int) Math.ceil(centre - radius - 0.5f), 0, from - 1);
        int end = Math.clamp((int) Math.floor(centre + radius - 0.5f), 0, from - 1);
        for (int pixel = begin; pixel <= end; pixel++) {
            add(row, pixel, windowedSinc(Math.abs(pixel + 0.5f - centre), radius));
        }
        return normalized(row);
    }

    private static double windowedSinc(double x, int radius) {
        if (x > radius) {
            return 0;
        }
        double angle = Math.PI * x;
        return x <= 1e-3 ? 1 : radius * Math.sin(angle) * Math.sin(angle / radius) / (angle * angle);
    }

    private static void add(double[] row, int pixel, double weight) {
        if (pixel >= 0 && pixel < row.length) {
            row[pixel] += weight;
        }
    }

    private static double[] normalized(double[] row) {
        double sum = 0;
        for (double weight : row) {
            sum += weight;
        }
        for (int i = 0; i < row.length && Math.abs(sum) > 1e-30; i++) {
            row[i] /= sum;
        }
        return row;
    }
}
