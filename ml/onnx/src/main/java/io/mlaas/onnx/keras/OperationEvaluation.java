package io.mlaas.onnx.keras;

import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.numeric.Array.Reduction;
import io.mlaas.onnx.numeric.SpecialFunctions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Operations of {@code keras.ops}. */
final class OperationEvaluation {
    private OperationEvaluation() {}

    static void register(Evaluation.Table table) {
        Map<String, DoubleBinaryOperator> binary = Map.ofEntries(
                Map.entry("Add", Double::sum),
                Map.entry("Subtract", (a, b) -> a - b),
                Map.entry("Multiply", (a, b) -> a * b),
                Map.entry("Divide", (a, b) -> a / b),
                Map.entry("TrueDivide", (a, b) -> a / b),
                Map.entry("Power", Math::pow),
                Map.entry("Maximum", Math::max),
                Map.entry("Minimum", Math::min),
                Map.entry("Equal", (a, b) -> a == b ? 1 : 0),
                Map.entry("NotEqual", (a, b) -> a == b ? 0 : 1),
                Map.entry("Greater", (a, b) -> a > b ? 1 : 0),
                Map.entry("Less", (a, b) -> a < b ? 1 : 0),
                Map.entry("GreaterEqual", (a, b) -> a >= b ? 1 : 0),
                Map.entry("LessEqual", (a, b) -> a <= b ? 1 : 0),
                Map.entry("LogicalAnd", (a, b) -> a * b),
                Map.entry("LogicalOr", Math::max));
        binary.forEach((name, f) -> table.one("ops." + name, c -> {
            List<Object> given = new ArrayList<>(c.arguments());
            given.addAll(c.named().values());
            return operand(given.get(0)).with(operand(given.get(1)), f);
        }));
        Map<String, DoubleUnaryOperator> unary = Map.ofEntries(
                Map.entry("LogicalNot", v -> 1 - v),
                Map.entry("Negative", v -> -v),
                Map.entry("Absolute", Math::abs),
                Map.entry("Abs", Math::abs),
                Map.entry("Sqrt", Math::sqrt),
                Map.entry("Log", Math::log),
                Map.entry("Sin", Math::sin),
                Map.entry("Cos", Math::cos),
                Map.entry("Floor", Math::floor),
                Map.entry("Ceil", Math::ceil),
                Map.entry("Erf", SpecialFunctions::erf),
                Map.entry("Reciprocal", v -> 1 / v),
                Map.entry("Square", v -> v * v),
                Map.entry("Rsqrt", v -> 1 / Math.sqrt(v)));
        unary.forEach((name, f) -> table.one("ops." + name, c -> c.input(0).map(f)));
        Map<String, Reduction> reductions = Map.of(
                "Any",
                Reduction.MAX,
                "Mean",
                Reduction.MEAN,
                "Sum",
                Reduction.SUM,
                "Max",
                Reduction.MAX,
                "Min",
                Reduction.MIN,
                "Prod",
                Reduction.PROD);
        reductions.forEach((name, how) -> table.one("ops." + name, c -> c.input(0)
                .reduce(
                        how,
                        c.layer().flag("keepdims", false),
                        c.layer().has("axis")
                                ? c.layer().axes("axis", c.input(0).rank(), 0)
                                : new int[0])));
        table.one("ops.Concatenate", c -> Array.concat(c.inputs(), c.layer().integer("axis", -1)));
        table.one("ops.Stack", c -> Array.stack(c.inputs(), c.layer().integer("axis", 0)));
        table.one("ops.Matmul", c -> c.input(0).matmul(c.input(1)));
        table.one("ops.Reshape", c -> c.input(0)
                .reshape(integers(c.layer().config().get("newshape"))));
        table.one("ops.Transpose", c -> {
            int rank = c.input(0).rank();
            return c.input(0)
                    .transpose(
                            c.layer().has("axes")
                                    ? integers(c.layer().config().get("axes"))
                                    : IntStream.range(0, rank)
                                            .map(i -> rank - 1 - i)
                                            .toArray());
        });
        table.one("ops.ExpandDims", c -> c.input(0).expand(c.layer().integer("axis", 0)));
        table.one("ops.Squeeze", c -> c.input(0)
                .select(c.layer().axes("axis", c.input(0).rank(), 0)[0], 0));
        table.one("ops.Cast", c -> c.input(0));
        table.one("ops.Clip", c -> c.input(0)
                .map(v -> Math.min(
                        Math.max(v, c.layer().real("x_min", 0)), c.layer().real("x_max", 0))));
        table.one("ops.Argmax", c -> argmax(c.input(0), c.layer()));
        table.one("ops.Where", c -> Array.choose(c.input(0), c.input(1), c.input(2)));
        table.one("ops.GetItem", OperationEvaluation::item);
        table.many("ops.Split", (e, c) -> split(c));
    }

    private static Array operand(Object given) {
        return given instanceof Flow<?> flow && flow.value() instanceof Array array
                ? array
                : Array.scalar(((JsonNode) given).asDouble());
    }

    private static int[] integers(JsonNode node) {
        return IntStream.range(0, node.size())
                .map(i -> node.get(i).isNull() ? -1 : node.get(i).asInt())
                .toArray();
    }

    private static Array argmax(Array x, Layer layer) {
        int axis = layer.axes("axis", x.rank(), -1)[0];
        Array best = x.select(axis, 0);
        Array at = best.map(v -> 0);
        for (int i = 1; i < x.size(axis); i++) {
            int place = i;
            Array next = x.select(axis, i);
            Array larger = next.with(best, (a, b) -> a > b ? 1 : 0);
            at = at.with(larger, (old, l) -> l != 0 ? place : old);
            best = best.with(next, Math::max);
        }
        return layer.flag("keepdims", false) ? at.expand(axis) : at;
    }

    private static List<Flow<Array>> split(Call<Array> call) {
        Array x = call.input(0);
        int axis = x.axis(call.layer().integer("axis", 0));
        JsonNode where = call.layer().config().get("indices_or_sections");
        int[] cuts = where.isNumber()
                ? IntStream.range(1, where.asInt())
                        .map(i -> i * (x.size(axis) / where.asInt()))
                        .toArray()
                : integers(where);
        List<Flow<Array>> parts = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int end = i == cuts.length ? x.size(axis) : cuts[i];
            parts.add(new Flow<>(x.slice(axis, begin, end, 1), null));
            begin = end;
        }
        return parts;
    }

    private static Array item(Call<Array> call) {
        JsonNode key = call.constant("key", 1).orElseThrow();
        Array x = call.input(0);
        int axis = 0;
        for (JsonNode part : key.isArray() ? key.values() : List.of(key)) {
            if (part.isIntegralNumber()) {
                int index = part.asInt();
                x = x.select(axis, index < 0 ? index + x.size(axis) : index);
            } else if (part.isNull()) {
                x = x.expand(axis++);
            } else {
                int size = x.size(axis);
                JsonNode slice = part.get("config");
                int from = slice.hasNonNull("start") ? slice.get("start").asInt() : 0;
                int to = slice.hasNonNull("stop") ? slice.get("stop").asInt() : size;
                from = Math.clamp(from < 0 ? from + size : from, 0, size);
                to = Math.clamp(to < 0 ? to + size : to, from, size);
                x = x.slice(
                        axis,
                        from,
                        to,
                        slice.hasNonNull("step") ? slice.get("step").asInt() : 1);
                axis++;
            }
        }
        return x;
    }
}
