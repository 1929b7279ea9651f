package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weights of an estimator, as rows and columns in row-major order; a vector is one row. NaN is no weight.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Matrix(double[] values, int rows, int columns) {
    static Matrix of(PickledObject estimator, String attribute) {
        return of(estimator.get(attribute), estimator.simpleName() + "." + attribute);
    }

    static Matrix of(@Nullable Object value, String name) {
        Matrix matrix =
                switch (value) {
                    case Number number -> new Matrix(new double[] {number.doubleValue()}, 1, 1);
                    case NdArray array when array.rank() <= 1 -> new Matrix(array.doubles(), 1, array.size());
                    case NdArray array
                    when array.rank() == 2 -> new Matrix(array.doubles(), array.size(0), array.size(1));
                    case PickledObject sparse when sparse.has("indptr") -> dense(sparse);
                    case null, default ->
                        throw new TranslationRefused(
                                Reason.DAMAGED, name + " is missing (expected: a matrix of numbers)");
                };
        for (double weight : matrix.values) {
            if (Double.isNaN(weight)) {
                throw new TranslationRefused(Reason.DAMAGED, name + " contains NaN (expected: numbers)");
            }
        }
        return matrix;
    }

    /** A compressed sparse row matrix of SciPy. */
    private static Matrix dense(PickledObject sparse) {
        List<?> shape = sparse.list(sparse.has("_shape") ? "_shape" : "shape");
        int rows = ((Number) shape.get(0)).intValue();
        int columns = ((Number) shape.get(1)).intValue();
        if (!sparse.simpleName().startsWith("csr") || (long) rows * columns > 1 << 27) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "a sparse matrix of kind " + sparse.simpleName() + " (expected: csr)");
        }
        double[] data = sparse.array("data").doubles();
        int[] indices = sparse.array("indices").ints();
        int[] starts = sparse.array("indptr").ints();
        double[] values = new double[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int i = starts[row]; i < starts[row + 1]; i++) {
                values[row * columns + indices[i]] += data[i];
            }
        }
        return new Matrix(values, rows, columns);
    }

    /** A vector attribute, or one number for each of {@code size}. */
    static double[] vector(PickledObject estimator, String attribute, int size) {
        Matrix matrix = of(estimator, attribute);
        if (matrix.values.length == 1 && size > 1) {
            double[] same = new double[size];
            Arrays.fill(same, matrix.values[0]);
            return same;
        }
        if (matrix.values.length != size) {
            throw new TranslationRefused(
                    Reason.DAMAGED,
                    estimator.simpleName() + "." + attribute + ": " + matrix.values.length + " numbers (expected: "
                            + size + ")");
        }
        return matrix.values;
    }

    static List<Matrix> list(PickledObject estimator, String attribute) {
        List<Matrix> matrices = new ArrayList<>();
        for (Object element : estimator.list(attribute)) {
            matrices.add(of(element, estimator.simpleName() + "." + attribute));
        }
        return matrices;
    }

    double at(int row, int column) {
        return values[row * columns + column];
    }

    double[] row(int row) {
        return Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
    }

    Matrix times(double factor) {
        return new Matrix(Arrays.stream(values).map(v -> v * factor).toArray(), rows, columns);
    }

    Matrix transposed() {
        double[] turned = new double[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                turned[j * rows + i] = values[i * columns + j];
            }
        }
        return new Matrix(turned, columns, rows);
    }
}
