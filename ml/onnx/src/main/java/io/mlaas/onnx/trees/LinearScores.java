package io.mlaas.onnx.trees;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.List;

/**
 * XGBoost's {@code gblinear}: a linear function in which a missing value counts as zero.
 *
 * @param weights of shape (columns, outputs), row-major
 * @param bias one per output
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record LinearScores(int columns, double[] weights, double... bias) implements Scores {
    @Override
    public int outputs() {
        return bias.length;
    }

    @Override
    public double[] sums(double... row) {
        double[] sums = bias.clone();
        for (int i = 0; i < columns; i++) {
            if (Double.isNaN(row[i])) {
                continue;
            }
            for (int k = 0; k < sums.length; k++) {
                sums[k] += row[i] * weights[i * sums.length + k];
            }
        }
        return sums;
    }

    @Override
    public Tensor emit(OnnxGraph graph, Tensor x, ElementType type) {
        Tensor wide = graph.cast(x, type);
        Tensor missing = graph.node("IsNaN", ElementType.BOOL, x.shape(), List.of(wide));
        Tensor known = graph.node("Where", type, x.shape(), List.of(missing, graph.scalar(type, 0), wide));
        Shape shape = new Shape(List.of(x.size(0), Dim.of(outputs())));
        Tensor product = graph.node(
                "MatMul", type, shape, List.of(known, graph.numbers(type, Shape.of(columns, outputs()), weights)));
        return graph.node("Add", type, shape, List.of(product, graph.numbers(type, Shape.of(1, outputs()), bias)));
    }
}
