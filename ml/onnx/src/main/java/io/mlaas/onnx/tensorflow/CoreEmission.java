package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.tensorflow.Emission.Operator;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Constants, sizes, casts, products of matrices and reductions. */
final class CoreEmission {
    private static final int MAX_CONSTANT = 1 << 24;
    private static final List<String> PASSED_ON = List.of(
            "Identity",
            "StopGradient",
            "ReadVariableOp",
            "PreventGradient",
            "Snapshot",
            "EnsureShape",
            "CheckNumerics",
            "PlaceholderWithDefault");
    private static final Map<String, String> REDUCE = Map.of(
            "Mean", "ReduceMean", "Sum", "ReduceSum", "Max", "ReduceMax", "Min", "ReduceMin", "Prod", "ReduceProd");

    private CoreEmission() {}

    static void register(Map<String, Operator> table) {
        PASSED_ON.forEach(name -> table.put(name, (e, node, in) -> List.of(in.getFirst())));
        table.put("IdentityN", (e, node, in) -> in);
        table.put("ShapeN", (e, node, in) -> in.stream()
                .map(v -> Traced.of(v.shape().dims(), false))
                .toList());
        table.put(
                "Const",
                (e, node, in) ->
                        List.of(Traced.of(Constant.of(node.attribute("value").message(8), MAX_CONSTANT), "")));
        table.put(
                "Shape",
                (e, node, in) -> List.of(Traced.of(in.getFirst().shape().dims(), false)));
        table.put(
                "Size",
                (e, node, in) -> List.of(Traced.of(List.of(in.getFirst().shape().elements()), true)));
        table.put(
                "Rank",
                (e, node, in) ->
                        List.of(Traced.of(List.of(Dim.of(in.getFirst().shape().rank())), true)));
        table.put("Cast", CoreEmission::cast);
        table.put("Range", CoreEmission::range);
        table.put("Fill", Operator.tensor((e, node, in) -> e.nodes()
                .expand(e.tensor(in.get(1)), new Shape(Emission.sizes(node, in.getFirst())))));
        table.put("ZerosLike", Operator.tensor((e, node, in) -> filled(e, in.getFirst(), 0)));
        table.put("OnesLike", Operator.tensor((e, node, in) -> filled(e, in.getFirst(), 1)));
        REDUCE.forEach((name, onnx) -> table.put(name, Operator.tensor((e, node, in) -> reduce(e, node, in, onnx))));
        table.put("All", Operator.tensor((e, node, in) -> truths(e, node, in, "ReduceMin")));
        table.put("Any", Operator.tensor((e, node, in) -> truths(e, node, in, "ReduceMax")));
        table.put(
                "MatMul",
                Operator.tensor((e, node, in) -> product(e, in, node.flag("transpose_a"), node.flag("transpose_b"))));
        for (String name : List.of("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")) {
            table.put(name, Operator.tensor((e, node, in) -> product(e, in, node.flag("adj_x"), node.flag("adj_y"))));
        }
        table.put("Einsum", Operator.tensor(CoreEmission::einsum));
        table.put("Cumsum", Operator.tensor(CoreEmission::cumulated));
    }

    private static List<Traced> cast(Emission e, Node node, List<Traced> in) {
        ElementType type = Constant.type(node.attribute("DstT").number(6, 1));
        Traced x = in.getFirst();
        if (x.sizes().isPresent() && Traced.isWhole(type)) {
            return in;
        }
        return List.of(Traced.of(e.nodes()
                .graph()
                .cast(e.tensor(x), type.isFloating() ? e.nodes().real() : type)));
    }

    private static List<Traced> range(Emission e, Node node, List<Traced> in) {
        Dim from = Emission.sizes(node, in.get(0)).getFirst();
        Dim to = Emission.sizes(node, in.get(1)).getFirst();
        Dim step = Emission.sizes(node, in.get(2)).getFirst();
        Nodes nodes = e.nodes();
        if (!step.is(1)) {
            throw node.refuse("steps of " + step + " (expected: 1)");
        }
        List<Tensor> bounds = new ArrayList<>();
        for (Dim bound : List.of(from, to, step)) {
            bounds.add(nodes.squeeze(nodes.graph().size(bound), 0));
        }
        Tensor numbers = nodes.graph().node("Range", ElementType.INT64, new Shape(List.of(to.minus(from))), bounds);
        ElementType type = Constant.type(node.attribute("Tidx").number(6, 3));
        return List.of(Traced.of(nodes.graph().cast(numbers, type.isFloating() ? nodes.real() : type)));
    }

    private static Tensor filled(Emission e, Traced like, double value) {
        Tensor x = e.tensor(like);
        return e.nodes().expand(e.nodes().graph().scalar(x.type(), value), x.shape());
    }

    private static Tensor reduce(Emission e, Node node, List<Traced> in, String operator) {
        Tensor x = e.tensor(in.getFirst());
        int[] axes = Emission.integers(node, in.get(1));
        return axes.length == 0 ? x : e.nodes().reduce(operator, x, node.flag("keep_dims"), axes);
    }

    private static Tensor truths(Emission e, Node node, List<Traced> in, String operator) {
        Tensor numbers = e.nodes().graph().cast(e.tensor(in.getFirst()), ElementType.INT32);
        Tensor reduced = reduce(e, node, List.of(Traced.of(numbers), in.get(1)), operator);
        return e.nodes().graph().cast(reduced, ElementType.BOOL);
    }

    private static Tensor product(Emission e, List<Traced> in, boolean left, boolean right) {
        Nodes nodes = e.nodes();
        Tensor a = e.tensor(in.get(0));
        Tensor b = e.tensor(in.get(1));
        return nodes.matmul(left ? nodes.transposedMatrix(a) : a, right ? nodes.transposedMatrix(b) : b);
    }

    private static Tensor einsum(Emission e, Node node, List<Traced> in) {
        List<Tensor> inputs = in.stream().map(e::tensor).toList();
        int[] ranks = inputs.stream().mapToInt(Tensor::rank).toArray();
        return e.nodes().einsum(Equation.explicit(node.text("equation", ""), ranks), inputs);
    }

    private static Tensor cumulated(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.getFirst());
        Tensor numbers = x.type() == ElementType.BOOL ? e.nodes().graph().cast(x, ElementType.INT32) : x;
        return e.nodes()
                .graph()
                .node(
                        "CumSum",
                        numbers.type(),
                        x.shape(),
                        List.of(numbers, e.nodes().graph().index(x.shape().axis(Emission.integer(node, in.get(1))))),
                        Attribute.of("exclusive", node.flag("exclusive") ? 1 : 0),
                        Attribute.of("reverse", node.flag("reverse") ? 1 : 0));
    }
}
