package io.mlaas.onnx.trees;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.BitSet;
import java.util.List;

/**
 * Writes an ensemble as a {@code TreeEnsembleRegressor} of {@code ai.onnx.ml} 3.
 *
 * <p>Inputs of 32 bits meet thresholds of 32 bits that were rounded so that each decision stays what it was: down for
 * {@code <=}, up for {@code <}. Where sums of 32 bits would lose too much, inputs are widened, and the operator compares
 * and adds in 64 bits and rounds once at the end. The operator's output has 32 bits in any case; sums of 64 bits are
 * therefore looked up by the numbers of the leaves that it finds.
 */
final class TreeOperator {
    /** Sums whose rounding may exceed this are made in 64 bits. */
    private static final double TOLERATED_ROUNDING = 5e-6;

    private final OnnxGraph graph;
    private final TreeEnsemble ensemble;

    TreeOperator(OnnxGraph graph, TreeEnsemble ensemble) {
        this.graph = graph;
        this.ensemble = ensemble;
    }

    /** Whether sums for outputs of 32 bits are made in 64 bits. */
    static boolean addsInDouble(TreeEnsemble ensemble) {
        double rounding = ensemble.largestSum()
                * Math.ulp(1f)
                * Math.sqrt(Math.max(1, ensemble.trees().size()));
        return !(rounding <= TOLERATED_ROUNDING);
    }

    /**
     * Adds the nodes that compute the sums.
     *
     * @param x rows of features
     * @param type of the sums: 32 or 64 bits
     * @return sums, of shape (rows, outputs)
     */
    Tensor sums(Tensor x, ElementType type) {
        if (ensemble.trees().isEmpty()) {
            return constantSums(x, type);
        }
        Tensor wide = ensemble.singleInputs() ? graph.cast(x, ElementType.FLOAT32) : x;
        if (type == ElementType.FLOAT64) {
            return lookedUpSums(graph.cast(wide, ensemble.singleInputs() ? ElementType.FLOAT32 : ElementType.FLOAT64));
        }
        Tensor prepared =
                prepared(graph.cast(wide, comparesInDouble(wide) ? ElementType.FLOAT64 : ElementType.FLOAT32));
        TreeAttributes attributes = new TreeAttributes(prepared.type() == ElementType.FLOAT64);
        for (TreeEnsemble.Member member : ensemble.trees()) {
            attributes.add(member.tree(), (leaf, to) -> {
                double[] value = member.tree().value(leaf);
                boolean all = value.length == 1;
                boolean none = true;
                for (int i = 0; i < value.length; i++) {
                    boolean last = i == value.length - 1;
                    if (all || value[i] != 0 || (last && none)) {
                        to.weight(member.first() + i, value[i]);
                        none = false;
                    }
                }
            });
        }
        return operator(prepared, ensemble.outputs(), attributes, ensemble.base());
    }

    /** What is known in 64 bits, and compared so by the source, stays so. */
    private boolean comparesInDouble(Tensor x) {
        return addsInDouble(ensemble) || x.type() == ElementType.FLOAT64;
    }

    private Tensor constantSums(Tensor x, ElementType type) {
        Shape shape = Shape.of(1, ensemble.outputs());
        Shape all = new Shape(List.of(x.size(0), Dim.of(ensemble.outputs())));
        return graph.node("Expand", type, all, List.of(graph.numbers(type, shape, ensemble.base()), graph.sizes(all)));
    }

    /** Marks zeros as missing and cuts fractions of categories off, where the source does so. */
    private Tensor prepared(Tensor x) {
        Tensor result = x;
        BitSet zero = ensemble.zeroIsMissing();
        if (!zero.isEmpty()) {
            Tensor small = graph.node(
                    "LessOrEqual",
                    ElementType.BOOL,
                    x.shape(),
                    List.of(abs(x), graph.scalar(x.type(), TreeEnsemble.ZERO)));
            Tensor missing = graph.node("And", ElementType.BOOL, x.shape(), List.of(small, mask(zero)));
            result = graph.node(
                    "Where", x.type(), x.shape(), List.of(missing, graph.scalar(x.type(), Double.NaN), result));
        }
        BitSet categorical = ensemble.categoricalColumns();
        if (!categorical.isEmpty()) {
            Tensor floor = graph.node("Floor", x.type(), x.shape(), List.of(abs(result)));
            Tensor sign = graph.node("Sign", x.type(), x.shape(), List.of(result));
            Tensor whole = graph.node("Mul", x.type(), x.shape(), List.of(floor, sign));
            result = graph.node("Where", x.type(), x.shape(), List.of(mask(categorical), whole, result));
        }
        return result;
    }

    private Tensor abs(Tensor x) {
        return graph.node("Abs", x.type(), x.shape(), List.of(x));
    }

    private Tensor mask(BitSet columns) {
        double[] bits = new double[ensemble.columns()];
        columns.stream().forEach(i -> bits[i] = 1);
        return graph.numbers(ElementType.BOOL, Shape.of(1, bits.length), bits);
    }

    /** Of each tree the leaf that a row comes to: (rows, trees), numbered as {@link TreeEnsemble#leaves} does. */
    Tensor leaves(Tensor x) {
        List<TreeEnsemble.Member> trees = ensemble.trees();
        Tensor compared = prepared(x);
        TreeAttributes attributes = new TreeAttributes(compared.type() == ElementType.FLOAT64);
        long[] offsets = new long[trees.size()];
        int first = 0;
        for (int i = 0; i < offsets.length; i++) {
            Tree tree = trees.get(i).tree();
            offsets[i] = first;
            int target = i;
            attributes.add(tree, (leaf, to) -> to.weight(target, leavesBefore(tree, leaf)));
            first += leavesBefore(tree, tree.size());
        }
        Tensor found = operator(compared, offsets.length, attributes, new double[offsets.length]);
        return graph.node(
                "Add",
                ElementType.INT64,
                found.shape(),
                List.of(graph.cast(found, ElementType.INT64), graph.constant(offsets)));
    }

    private static int leavesBefore(Tree tree, int end) {
        int leaves = 0;
        for (int node = 0; node < end; node++) {
            leaves += tree.isLeaf(node) ? 1 : 0;
        }
        return leaves;
    }

    private Tensor lookedUpSums(Tensor x) {
        List<TreeEnsemble.Member> trees = ensemble.trees();
        int outputs = ensemble.outputs();
        int leaves = trees.stream()
                .mapToInt(m -> leavesBefore(m.tree(), m.tree().size()))
                .sum();
        double[] table = new double[Math.multiplyExact(leaves, outputs)];
        int row = 0;
        for (TreeEnsemble.Member member : trees) {
            Tree tree = member.tree();
            for (int node = 0; node < tree.size(); node++) {
                if (tree.isLeaf(node)) {
                    double[] value = tree.value(node);
                    System.arraycopy(value, 0, table, row++ * outputs + member.first(), value.length);
                }
            }
        }
        Tensor values = graph.node(
                "Gather",
                ElementType.FLOAT64,
                new Shape(List.of(x.size(0), Dim.of(trees.size()), Dim.of(outputs))),
                List.of(graph.numbers(ElementType.FLOAT64, Shape.of(leaves, outputs), table), leaves(x)),
                Attribute.of("axis", 0));
        Shape shape = new Shape(List.of(x.size(0), Dim.of(outputs)));
        Tensor sums = graph.node(
                "ReduceSum",
                ElementType.FLOAT64,
                shape,
                List.of(values, graph.constant(1L)),
                Attribute.of("keepdims", 0));
        return graph.node(
                "Add",
                ElementType.FLOAT64,
                shape,
                List.of(sums, graph.numbers(ElementType.FLOAT64, Shape.of(1, outputs), ensemble.base())));
    }

    private Tensor operator(Tensor x, int targets, TreeAttributes attributes, double... base) {
        return graph.mlNode(
                "TreeEnsembleRegressor",
                ElementType.FLOAT32,
                new Shape(List.of(x.size(0), Dim.of(targets))),
                List.of(x),
                attributes.finish(targets, base));
    }
}
