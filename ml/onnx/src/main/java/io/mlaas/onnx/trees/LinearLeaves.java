package io.mlaas.onnx.trees;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * LightGBM's {@code linear_tree}: each leaf has a linear function of some features, which holds where none of them is
 * missing; elsewhere the leaf's own value does.
 *
 * @param ensemble with the leaves' own values
 * @param leaves of all trees, one tree after the other, by ascending number
 */
record LinearLeaves(TreeEnsemble ensemble, List<Leaf> leaves) implements Scores {
    private static final long MAX_WEIGHTS = 50_000_000;

    /** {@code constant + Σ weights[i] · x[features[i]]}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Leaf(double value, double constant, int[] features, double... weights) {}

    LinearLeaves {
        leaves = List.copyOf(leaves);
        if ((long) leaves.size() * ensemble.columns() > MAX_WEIGHTS) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE,
                    "linear_tree: " + leaves.size() + " leaves of " + ensemble.columns()
                            + " columns (expected: at most " + MAX_WEIGHTS + " together)");
        }
    }

    @Override
    public int columns() {
        return ensemble.columns();
    }

    @Override
    public int outputs() {
        return ensemble.outputs();
    }

    @Override
    public Optional<TreeEnsemble> deciding() {
        return Optional.of(ensemble);
    }

    @Override
    public double[] sums(double... row) {
        double[] sums = ensemble.base().clone();
        int[] reached = ensemble.leaves(row);
        for (int i = 0; i < reached.length; i++) {
            sums[ensemble.trees().get(i).first()] += value(leaves.get(reached[i]), row);
        }
        return sums;
    }

    private static double value(Leaf leaf, double... row) {
        double sum = leaf.constant;
        for (int i = 0; i < leaf.features.length; i++) {
            double x = row[leaf.features[i]];
            if (Double.isNaN(x)) {
                return leaf.value;
            }
            sum += leaf.weights[i] * x;
        }
        return sum;
    }

    /** In 64 bits, as LightGBM adds; rounded once. */
    @Override
    public Tensor emit(OnnxGraph graph, Tensor x, ElementType type) {
        ElementType wide = ElementType.FLOAT64;
        Tensor reached = new TreeOperator(graph, ensemble).leaves(graph.cast(x, wide));
        Tensor input = graph.cast(x, wide);
        Tensor missing = graph.node("IsNaN", ElementType.BOOL, x.shape(), List.of(input));
        Tensor known = graph.node("Where", wide, x.shape(), List.of(missing, graph.scalar(wide, 0), input));
        int columns = columns();
        double[] weights = new double[leaves.size() * columns];
        double[] uses = new double[leaves.size() * columns];
        double[] constants = new double[leaves.size()];
        double[] values = new double[leaves.size()];
        for (int i = 0; i < leaves.size(); i++) {
            Leaf leaf = leaves.get(i);
            constants[i] = leaf.constant;
            values[i] = leaf.value;
            for (int k = 0; k < leaf.features.length; k++) {
                weights[i * columns + leaf.features[k]] += leaf.weights[k];
                uses[i * columns + leaf.features[k]] = 1;
            }
        }
        Tensor linear = along(graph, reached, known, weights);
        Tensor lacking = along(graph, reached, graph.cast(missing, wide), uses);
        Tensor sum = binary(graph, "Add", linear, lookUp(graph, reached, constants));
        Tensor lacks =
                graph.node("Greater", ElementType.BOOL, lacking.shape(), List.of(lacking, graph.scalar(wide, 0)));
        Tensor each = graph.node("Where", wide, sum.shape(), List.of(lacks, lookUp(graph, reached, values), sum));
        double[] owners = new double[ensemble.trees().size() * outputs()];
        for (int tree = 0; tree < ensemble.trees().size(); tree++) {
            owners[tree * outputs() + ensemble.trees().get(tree).first()] = 1;
        }
        Shape shape = new Shape(List.of(x.size(0), Dim.of(outputs())));
        Tensor sums = graph.node(
                "MatMul",
                wide,
                shape,
                List.of(each, graph.numbers(wide, Shape.of(ensemble.trees().size(), outputs()), owners)));
        Tensor base = graph.numbers(wide, Shape.of(1, outputs()), ensemble.base());
        return graph.cast(graph.node("Add", wide, shape, List.of(sums, base)), type);
    }

    /** Of each tree's leaf, its row of the table times the features, added up: (rows, trees). */
    private Tensor along(OnnxGraph graph, Tensor reached, Tensor x, double... table) {
        Shape shape = reached.shape().inserted(2, Dim.of(columns()));
        Tensor rows = graph.node(
                "Gather",
                x.type(),
                shape,
                List.of(graph.numbers(x.type(), Shape.of(leaves.size(), columns()), table), reached),
                Attribute.of("axis", 0));
        Tensor apart = graph.reshape(x, x.shape().inserted(1, Dim.of(1)));
        Tensor products = graph.node("Mul", x.type(), shape, List.of(rows, apart));
        return graph.node(
                "ReduceSum",
                x.type(),
                reached.shape(),
                List.of(products, graph.constant(2L)),
                Attribute.of("keepdims", 0));
    }

    private static Tensor lookUp(OnnxGraph graph, Tensor reached, double... table) {
        return graph.node(
                "Gather",
                ElementType.FLOAT64,
                reached.shape(),
                List.of(graph.numbers(ElementType.FLOAT64, Shape.of(table.length), table), reached),
                Attribute.of("axis", 0));
    }

    private static Tensor binary(OnnxGraph graph, String operator, Tensor a, Tensor b) {
        return graph.node(operator, a.type(), a.shape(), List.of(a, b));
    }
}
