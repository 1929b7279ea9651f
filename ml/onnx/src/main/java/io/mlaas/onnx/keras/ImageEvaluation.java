package io.mlaas.onnx.keras;

import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.numeric.Array;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Resizing and cropping of images with channels last, by the kernels that mix their pixels. */
final class ImageEvaluation {
    private static final double CUBIC = -0.5;

    private ImageEvaluation() {}

    static Array resized(Call<Array> call, Array x) {
        int height = call.layer().integer("height", 1);
        int width = call.layer().integer("width", 1);
        String method = call.layer().text("interpolation", "bilinear");
        return along(along(x, 1, height, method), 2, width, method);
    }

    static Array centre(Call<Array> call, Array x) {
        int height = call.layer().integer("height", 1);
        int width = call.layer().integer("width", 1);
        if (x.size(1) >= height && x.size(2) >= width) {
            return middle(middle(x, 1, height), 2, width);
        }
        int rows = Math.max(1, Math.min(x.size(1), (int) ((double) x.size(2) * height / width)));
        int columns = Math.max(1, Math.min(x.size(2), (int) ((double) x.size(1) * width / height)));
        Array cut = middle(middle(x, 1, rows), 2, columns);
        return along(along(cut, 1, height, "bilinear"), 2, width, "bilinear");
    }

    private static Array middle(Array x, int axis, int size) {
        int begin = (x.size(axis) - size) / 2;
        return x.slice(axis, begin, begin + size, 1);
    }

    /** One axis gets another length. */
    static Array along(Array x, int axis, int length, String method) {
        return switch (method) {
            case "nearest" -> {
                float scale = (float) x.size(axis) / length;
                double[] places = new double[length];
                Arrays.setAll(places, i -> Math.min(x.size(axis) - 1.0, Math.floor((i + 0.5f) * scale)));
                yield x.gather(Array.vector(places), axis);
            }
            case "bilinear" -> mixed(x, axis, length, 1, true, t -> 1 - t);
            // TensorFlow's own kernel is a table of 1,024 steps
            case "bicubic" -> mixed(x, axis, length, 2, false, t -> cubic(Math.rint(t * 1024) / 1024));
            case "lanczos3" -> mixed(x, axis, length, 3, false, t -> sinc(t) * sinc(t / 3));
            case "lanczos5" -> mixed(x, axis, length, 5, false, t -> sinc(t) * sinc(t / 5));
            default -> throw new IllegalArgumentException("interpolation: " + method);
        };
    }

    private static double cubic(double t) {
        return t <= 1
                ? (CUBIC + 2) * t * t * t - (CUBIC + 3) * t * t + 1
                : CUBIC * t * t * t - 5 * CUBIC * t * t + 8 * CUBIC * t - 4 * CUBIC;
    }

    private static double sinc(double t) {
        return Math.abs(t) < 1e-3 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
    }

    /**
     * The pixels around each new centre, weighed by their distance from it.
     *
     * @param repeated whether the border's pixels go on outside; otherwise what is there weighs more
     */
    private static Array mixed(
            Array x, int axis, int length, int radius, boolean repeated, DoubleUnaryOperator kernel) {
        int size = x.size(axis);
        int[] shape = new int[x.rank()];
        Arrays.fill(shape, 1);
        shape[axis] = length;
        Array sum = Array.scalar(0);
        Array weights = Array.scalar(0);
        for (int step = 1 - radius; step <= radius; step++) {
            double[] places = new double[length];
            double[] weight = new double[length];
            for (int i = 0; i < length; i++) {
                float centre = (i + 0.5f) * ((float) size / length) - 0.5f;
                int pixel = (int) Math.floor(centre) + step;
                places[i] = Math.clamp(pixel, 0, size - 1);
                weight[i] = repeated || pixel == places[i] ? kernel.applyAsDouble(Math.abs(pixel - centre)) : 0;
            }
            Array share = Array.of(weight, shape);
            weights = weights.plus(share);
            sum = sum.plus(x.gather(Array.vector(places), axis).times(share));
        }
        return sum.with(weights, (a, b) -> a / b);
    }
}
