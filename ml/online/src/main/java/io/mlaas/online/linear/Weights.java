package io.mlaas.online.linear;

import java.util.Arrays;

/**
 * The weight vectors and intercepts, one for each margin. A vector is {@code scale · raw}, so that shrinking it costs one
 * multiplication.
 */
final class Weights {
    private static final double SMALLEST_SCALE = 1e-9;

    final int columns;
    double[] raw; // margins × columns
    double[] scale;
    double[] intercepts;

    Weights(int margins, int columns) {
        this.columns = columns;
        raw = new double[margins * columns];
        scale = new double[margins];
        Arrays.fill(scale, 1);
        intercepts = new double[margins];
    }

    private Weights(Weights other) {
        columns = other.columns;
        raw = other.raw.clone();
        scale = other.scale.clone();
        intercepts = other.intercepts.clone();
    }

    Weights copy() {
        return new Weights(this);
    }

    int margins() {
        return scale.length;
    }

    double margin(OneHotRow row, int k) {
        int start = k * columns;
        int[] index = row.index;
        double[] value = row.value;
        double sum = 0;
        for (int i = 0; i < index.length; i++) {
            sum += raw[start + index[i]] * value[i];
        }
        return sum * scale[k] + intercepts[k];
    }

    void add(OneHotRow row, int k, double factor) {
        int start = k * columns;
        double step = factor / scale[k];
        int[] index = row.index;
        double[] value = row.value;
        for (int i = 0; i < index.length; i++) {
            raw[start + index[i]] += value[i] * step;
        }
    }

    void shrink(int k, double factor) {
        scale[k] *= factor;
        if (scale[k] < SMALLEST_SCALE) {
            for (int i = k * columns; i < (k + 1) * columns; i++) {
                raw[i] *= scale[k];
            }
            scale[k] = 1;
        }
    }

    double weight(int k, int column) {
        return raw[k * columns + column] * scale[k];
    }

    /** One margin more, all zero; a single margin becomes one for each of its two classes first. */
    void grow() {
        if (margins() == 1) {
            raw = Arrays.copyOf(raw, 2 * columns);
            System.arraycopy(raw, 0, raw, columns, columns);
            for (int i = 0; i < columns; i++) {
                raw[i] = -raw[i];
            }
            scale = new double[] {scale[0], scale[0]};
            intercepts = new double[] {-intercepts[0], intercepts[0]};
        }
        raw = Arrays.copyOf(raw, raw.length + columns);
        scale = Arrays.copyOf(scale, scale.length + 1);
        scale[scale.length - 1] = 1;
        intercepts = Arrays.copyOf(intercepts, intercepts.length + 1);
    }
}
