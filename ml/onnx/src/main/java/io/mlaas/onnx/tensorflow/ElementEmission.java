package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Emission.Operator;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Operators that work on each element by itself, and the softmax family. */
final class ElementEmission {
    private static final List<String> SAME_NAME = List.of(
            "Relu",
            "Elu",
            "Selu",
            "Sigmoid",
            "Tanh",
            "Softplus",
            "Softsign",
            "Exp",
            "Log",
            "Neg",
            "Abs",
            "Sign",
            "Sqrt",
            "Erf",
            "Floor",
            "Ceil",
            "Round",
            "Sin",
            "Cos",
            "Tan",
            "Asin",
            "Acos",
            "Atan",
            "Sinh",
            "Cosh",
            "Asinh",
            "Acosh",
            "Atanh",
            "Reciprocal");
    private static final Map<String, String> BINARY = Map.ofEntries(
            Map.entry("AddV2", "Add"),
            Map.entry("Add", "Add"),
            Map.entry("Sub", "Sub"),
            Map.entry("Mul", "Mul"),
            Map.entry("RealDiv", "Div"),
            Map.entry("Maximum", "Max"),
            Map.entry("Minimum", "Min"));
    private static final Map<String, String> COMPARE = Map.of(
            "Greater", "Greater",
            "Less", "Less",
            "GreaterEqual", "GreaterOrEqual",
            "LessEqual", "LessOrEqual",
            "Equal", "Equal",
            "LogicalAnd", "And",
            "LogicalOr", "Or");

    private ElementEmission() {}

    private interface Unary {
        Tensor emit(Nodes nodes, Tensor x);
    }

    private interface Binary {
        Tensor emit(Nodes nodes, Tensor a, Tensor b);
    }

    static void register(Map<String, Operator> table) {
        Map<String, Unary> unary = new HashMap<>();
        SAME_NAME.forEach(name -> unary.put(name, (n, x) -> n.unary(name, x)));
        unary.put("Rint", (n, x) -> n.unary("Round", x));
        unary.put("Inv", (n, x) -> n.unary("Reciprocal", x));
        unary.put("LogicalNot", (n, x) -> n.unary("Not", x));
        unary.put("Relu6", (n, x) -> n.clip(x, 0, 6));
        unary.put("Rsqrt", (n, x) -> n.unary("Reciprocal", n.unary("Sqrt", x)));
        unary.put("Square", (n, x) -> n.mul(x, x));
        unary.put("Erfc", (n, x) -> n.sub(n.number(1), n.unary("Erf", x)));
        unary.put("Expm1", (n, x) -> n.sub(n.unary("Exp", x), n.number(1)));
        unary.put("Log1p", (n, x) -> n.unary("Log", n.add(x, n.number(1))));
        unary.put("IsNan", (n, x) -> truth(n, "IsNaN", x));
        unary.put("IsInf", (n, x) -> truth(n, "IsInf", x));
        unary.put("IsFinite", (n, x) -> n.unary("Not", n.compare("Or", truth(n, "IsNaN", x), truth(n, "IsInf", x))));
        unary.put("Softmax", (n, x) -> n.softmax(x, -1));
        unary.put("LogSoftmax", (n, x) -> n.unary("LogSoftmax", x, Attribute.of("axis", -1)));
        unary.forEach((name, u) ->
                table.put(name, Operator.tensor((e, node, in) -> u.emit(e.nodes(), e.tensor(in.getFirst())))));

        Map<String, Binary> binary = new HashMap<>();
        BINARY.forEach((name, onnx) -> binary.put(name, (n, a, b) -> n.binary(onnx, a, b)));
        COMPARE.forEach((name, onnx) -> binary.put(name, (n, a, b) -> n.compare(onnx, a, b)));
        binary.put("NotEqual", (n, a, b) -> n.unary("Not", n.compare("Equal", a, b)));
        binary.put("SquaredDifference", (n, a, b) -> {
            Tensor difference = n.sub(a, b);
            return n.mul(difference, difference);
        });
        binary.put("FloorDiv", ElementEmission::floorDivided);
        binary.put("FloorMod", ElementEmission::floorModulo);
        binary.put("DivNoNan", ElementEmission::dividedOrZero);
        binary.forEach((name, b) -> table.put(
                name, Operator.tensor((e, node, in) -> b.emit(e.nodes(), e.tensor(in.get(0)), e.tensor(in.get(1))))));

        divided(table, "FloorDiv", Quotients::floor);
        divided(table, "FloorMod", Quotients::remainder);
        table.put("LeakyRelu", Operator.tensor((e, node, in) -> e.nodes()
                .unary(
                        "LeakyRelu",
                        e.tensor(in.getFirst()),
                        Attribute.of("alpha", node.attribute("alpha").real(4, 0.2f)))));
        table.put("BiasAdd", Operator.tensor(ElementEmission::biased));
        table.put("Pow", Operator.tensor(ElementEmission::power));
        table.put(
                "AddN",
                Operator.tensor((e, node, in) ->
                        in.stream().map(e::tensor).reduce(e.nodes()::add).orElseThrow()));
        table.put("ClipByValue", Operator.tensor((e, node, in) -> {
            Tensor raised = e.nodes().binary("Max", e.tensor(in.get(0)), e.tensor(in.get(1)));
            return e.nodes().binary("Min", raised, e.tensor(in.get(2)));
        }));
        table.put("SelectV2", Operator.tensor((e, node, in) -> e.nodes()
                .where(e.tensor(in.get(0)), e.tensor(in.get(1)), e.tensor(in.get(2)))));
        table.put("Select", Operator.tensor(ElementEmission::selected));
    }

    private interface Division {
        Dim apply(Quotients quotients, Dim size, long by);
    }

    /** Of sizes, the result is a size too. */
    private static void divided(Map<String, Operator> table, String name, Division division) {
        Operator onTensors = Objects.requireNonNull(table.get(name));
        table.put(name, (e, node, in) -> {
            Traced by = in.get(1);
            boolean sizes = in.getFirst().sizes().isPresent()
                    && by.isLiteral()
                    && by.sizes()
                            .filter(d -> d.size() == 1 && d.getFirst().value() > 0)
                            .isPresent();
            if (!sizes) {
                return onTensors.emit(e, node, in);
            }
            long divisor = Emission.integer(node, by);
            List<Dim> results = Emission.sizes(node, in.getFirst()).stream()
                    .map(size -> division.apply(e.quotients(), size, divisor))
                    .toList();
            return List.of(Traced.of(results, in.getFirst().scalar() && by.scalar()));
        });
    }

    private static Tensor truth(Nodes n, String operator, Tensor x) {
        return n.graph().node(operator, io.mlaas.onnx.graph.ElementType.BOOL, x.shape(), List.of(x));
    }

    private static Tensor power(Emission e, Node node, List<Traced> in) {
        Tensor base = e.tensor(in.get(0));
        Optional<Array> exponent = in.get(1).isLiteral()
                ? in.get(1).constant().map(Constant::values).filter(v -> v.rank() == 0)
                : Optional.empty();
        return base.type().isFloating() && exponent.isPresent()
                ? e.nodes().power(base, exponent.get().at(0))
                : e.nodes().binary("Pow", base, e.tensor(in.get(1)));
    }

    private static Tensor floorDivided(Nodes n, Tensor a, Tensor b) {
        return a.type().isFloating() ? n.unary("Floor", n.div(a, b)) : n.div(n.sub(a, n.binary("Mod", a, b)), b);
    }

    private static Tensor floorModulo(Nodes n, Tensor a, Tensor b) {
        if (!a.type().isFloating()) {
            return n.binary("Mod", a, b);
        }
        // as TensorFlow: the exact remainder of the division towards zero, moved to the divisor's side of zero
        Shape shape = a.shape().broadcast(b.shape()).orElse(a.shape());
        Tensor rest = n.graph().node("Mod", a.type(), shape, List.of(a, b), Attribute.of("fmod", 1));
        Tensor otherSide =
                n.compare("Less", n.mul(rest, n.unary("Sign", b)), n.graph().scalar(a.type(), 0));
        return n.where(otherSide, n.add(rest, b), rest);
    }

    private static Tensor dividedOrZero(Nodes n, Tensor a, Tensor b) {
        Tensor isZero = n.compare("Equal", b, n.number(0));
        return n.where(isZero, n.number(0), n.div(a, n.where(isZero, n.number(1), b)));
    }

    private static Tensor biased(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.get(0));
        Tensor bias = e.tensor(in.get(1));
        if (!node.text("data_format", "NHWC").startsWith("NC")) {
            return e.nodes().add(x, bias);
        }
        return e.nodes().add(x, withTrailingOnes(e, bias, x.rank() - 2));
    }

    private static Tensor withTrailingOnes(Emission e, Tensor vector, int ones) {
        List<Dim> dims = new ArrayList<>(vector.shape().dims());
        dims.addAll(Collections.nCopies(ones, Dim.of(1)));
        return e.nodes().graph().reshape(vector, new Shape(dims));
    }

    /** The old form: a condition of one axis chooses rows. */
    private static Tensor selected(Emission e, Node node, List<Traced> in) {
        Tensor condition = e.tensor(in.get(0));
        Tensor x = e.tensor(in.get(1));
        Tensor wide = condition.rank() == 1 && x.rank() > 1 ? withTrailingOnes(e, condition, x.rank() - 1) : condition;
        return e.nodes().where(wide, x, e.tensor(in.get(2)));
    }
}
