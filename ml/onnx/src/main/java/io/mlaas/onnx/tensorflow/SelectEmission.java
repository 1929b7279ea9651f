package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Emission.Operator;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that choose elements: tables, indices, the largest, bands of matrices. */
final class SelectEmission {
    private SelectEmission() {}

    static void register(Map<String, Operator> table) {
        table.put("GatherV2", SelectEmission::gather);
        table.put("ResourceGather", SelectEmission::gather);
        table.put("GatherNd", Operator.tensor(SelectEmission::gatherPlaces));
        table.put("OneHot", Operator.tensor(SelectEmission::oneHot));
        table.put("TopKV2", SelectEmission::largest);
        table.put("ArgMax", Operator.tensor((e, node, in) -> extreme(e, node, in, "ArgMax")));
        table.put("ArgMin", Operator.tensor((e, node, in) -> extreme(e, node, in, "ArgMin")));
        table.put("MatrixBandPart", Operator.tensor(SelectEmission::band));
        for (String name : List.of("MatrixDiag", "MatrixDiagV2", "MatrixDiagV3")) {
            table.put(name, Operator.tensor(SelectEmission::diagonal));
        }
        for (String name : List.of("MatrixDiagPart", "MatrixDiagPartV2", "MatrixDiagPartV3")) {
            table.put(name, Operator.tensor(SelectEmission::diagonalPart));
        }
        table.put("TensorScatterUpdate", Operator.tensor((e, node, in) -> {
            Tensor x = e.tensor(in.get(0));
            Tensor places = e.nodes().graph().cast(e.tensor(in.get(1)), ElementType.INT64);
            return e.nodes().graph().node("ScatterND", x.type(), x.shape(), List.of(x, places, e.tensor(in.get(2))));
        }));
    }

    private static List<Traced> gather(Emission e, Node node, List<Traced> in) {
        Traced table = in.get(0);
        Traced indices = in.get(1);
        if (table.sizes().isPresent()
                && !table.scalar()
                && indices.isLiteral()
                && indices.sizes().isPresent()) {
            List<Dim> all = table.sizes().get();
            return List.of(Traced.of(
                    Arrays.stream(Emission.integers(node, indices))
                            .mapToObj(i -> all.get(i < 0 ? i + all.size() : i))
                            .toList(),
                    indices.scalar()));
        }
        int axis = in.size() > 2 ? Emission.integer(node, in.get(2)) : 0;
        int shared = (int) node.number("batch_dims", 0);
        Tensor rows = e.tensor(table);
        return List.of(Traced.of(
                shared == 0
                        ? e.nodes().gather(rows, e.tensor(indices), axis)
                        : gatherEach(
                                e, node, rows, e.tensor(indices), rows.shape().axis(axis), shared)));
    }

    /** Rows of each sample of a batch by indices of its own. */
    private static Tensor gatherEach(Emission e, Node node, Tensor rows, Tensor indices, int axis, int shared) {
        if (axis != shared) {
            throw node.refuse("axis " + axis + " (expected: " + shared + ", the first that is not shared)");
        }
        List<Dim> dims = new ArrayList<>(indices.shape().dims());
        dims.addAll(rows.shape().dims().subList(axis + 1, rows.rank()));
        Tensor places = e.nodes().unsqueeze(e.nodes().graph().cast(indices, ElementType.INT64), indices.rank());
        return e.nodes()
                .graph()
                .node(
                        "GatherND",
                        rows.type(),
                        new Shape(dims),
                        List.of(rows, places),
                        Attribute.of("batch_dims", shared));
    }

    private static Tensor gatherPlaces(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.get(0));
        Tensor places = e.nodes().graph().cast(e.tensor(in.get(1)), ElementType.INT64);
        int depth = (int) places.size(-1).value();
        List<Dim> dims = new ArrayList<>(places.shape().dims().subList(0, places.rank() - 1));
        dims.addAll(x.shape().dims().subList(depth, x.rank()));
        return e.nodes()
                .graph()
                .node(
                        "GatherND",
                        x.type(),
                        new Shape(dims),
                        List.of(x, places),
                        Attribute.of("batch_dims", node.number("batch_dims", 0)));
    }

    /** By comparison: indices outside give no mark, whereas ONNX's operator counts negative ones from the end. */
    private static Tensor oneHot(Emission e, Node node, List<Traced> in) {
        Tensor indices = e.tensor(in.get(0));
        int depth = Emission.integer(node, in.get(1));
        int axis = (int) node.number("axis", -1);
        int at = axis < 0 ? indices.rank() : axis;
        int[] shape = new int[indices.rank() + 1 - at];
        Arrays.fill(shape, 1);
        shape[0] = depth;
        double[] classes = new double[depth];
        Arrays.setAll(classes, i -> i);
        Tensor marks = e.nodes().numbers(indices.type(), Array.of(classes, shape));
        Tensor equal = e.nodes().compare("Equal", e.nodes().unsqueeze(indices, at), marks);
        return e.nodes().where(equal, e.tensor(in.get(2)), e.tensor(in.get(3)));
    }

    private static List<Traced> largest(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.get(0));
        int count = Emission.integer(node, in.get(1));
        OnnxGraph graph = e.nodes().graph();
        Shape shape = x.shape().with(-1, Dim.of(count));
        List<Tensor> both = graph.nodes(
                "TopK",
                List.of(new Tensor("", x.type(), shape), new Tensor("", ElementType.INT64, shape)),
                List.of(x, graph.constant(count)),
                Attribute.of("axis", x.rank() - 1),
                Attribute.of("sorted", 1));
        ElementType type = Constant.type(node.attribute("index_type").number(6, 3));
        return List.of(Traced.of(both.get(0)), Traced.of(graph.cast(both.get(1), type)));
    }

    private static Tensor extreme(Emission e, Node node, List<Traced> in, String operator) {
        Tensor x = e.tensor(in.getFirst());
        int axis = x.shape().axis(Emission.integer(node, in.get(1)));
        Tensor place = e.nodes()
                .graph()
                .node(
                        operator,
                        ElementType.INT64,
                        x.shape().without(axis),
                        List.of(x),
                        Attribute.of("axis", axis),
                        Attribute.of("keepdims", 0));
        return e.nodes()
                .graph()
                .cast(place, Constant.type(node.attribute("output_type").number(6, 9)));
    }

    private static Tensor band(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.getFirst());
        int below = Emission.integer(node, in.get(1));
        int above = Emission.integer(node, in.get(2));
        Tensor lower = above < 0 ? x : triangle(e.nodes(), x, above, 0);
        return below < 0 ? lower : triangle(e.nodes(), lower, -below, 1);
    }

    private static Tensor triangle(Nodes nodes, Tensor x, long diagonal, int upper) {
        OnnxGraph graph = nodes.graph();
        return graph.node(
                "Trilu", x.type(), x.shape(), List.of(x, graph.index(diagonal)), Attribute.of("upper", upper));
    }

    private static void mainDiagonal(Node node, List<Traced> in) {
        if (in.size() > 1 && Arrays.stream(Emission.integers(node, in.get(1))).anyMatch(k -> k != 0)) {
            throw node.refuse("other diagonals (expected: the main one)");
        }
    }

    private static Tensor identity(Nodes nodes, long size) {
        double[] values = new double[Math.toIntExact(Math.multiplyExact(size, size))];
        for (int i = 0; i < size; i++) {
            values[(int) (i * size + i)] = 1;
        }
        return nodes.numbers(ElementType.BOOL, Array.of(values, (int) size, (int) size));
    }

    private static Tensor diagonal(Emission e, Node node, List<Traced> in) {
        mainDiagonal(node, in);
        Tensor x = e.tensor(in.getFirst());
        Nodes nodes = e.nodes();
        return nodes.where(
                identity(nodes, x.size(-1).value()),
                nodes.unsqueeze(x, x.rank()),
                nodes.graph().scalar(x.type(), 0));
    }

    private static Tensor diagonalPart(Emission e, Node node, List<Traced> in) {
        mainDiagonal(node, in);
        Tensor x = e.tensor(in.getFirst());
        Nodes nodes = e.nodes();
        if (!x.size(-1).equals(x.size(-2))) {
            throw node.refuse("a matrix of " + x.shape() + " (expected: as high as wide)");
        }
        Tensor only = nodes.where(
                identity(nodes, x.size(-1).value()), x, nodes.graph().scalar(x.type(), 0));
        return nodes.reduce("ReduceSum", only, false, x.rank() - 1);
    }
}
