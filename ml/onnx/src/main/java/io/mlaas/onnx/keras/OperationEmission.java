package io.mlaas.onnx.keras;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.nodes.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/** Operations of {@code keras.ops} in functional models, such as {@code x * 2} or {@code ops.mean(x, axis=1)}. */
final class OperationEmission {
    private OperationEmission() {}

    static void register(Emission.Table table) {
        binary(table, "Add", "Add");
        binary(table, "Subtract", "Sub");
        binary(table, "Multiply", "Mul");
        binary(table, "Divide", "Div");
        binary(table, "TrueDivide", "Div");
        table.one("ops.Power", OperationEmission::power);
        binary(table, "Maximum", "Max");
        binary(table, "Minimum", "Min");
        comparison(table, "Equal", "Equal");
        comparison(table, "Greater", "Greater");
        comparison(table, "Less", "Less");
        comparison(table, "GreaterEqual", "GreaterOrEqual");
        comparison(table, "LessEqual", "LessOrEqual");
        table.one("ops.NotEqual", (e, c) -> {
            List<Tensor> both = operands(e, c);
            Tensor equal = e.nodes().compare("Equal", both.get(0), both.get(1));
            return e.graph().node("Not", ElementType.BOOL, equal.shape(), List.of(equal));
        });
        table.one("ops.LogicalAnd", (e, c) -> e.nodes().compare("And", c.input(0), c.input(1)));
        table.one("ops.LogicalOr", (e, c) -> e.nodes().compare("Or", c.input(0), c.input(1)));
        table.one("ops.LogicalNot", (e, c) -> e.nodes().unary("Not", c.input(0)));
        table.one("ops.Any", (e, c) -> {
            Nodes n = e.nodes();
            Tensor truth = e.graph().cast(c.input(0), n.real());
            int[] axes = c.layer().has("axis") ? c.layer().axes("axis", truth.rank(), 0) : new int[0];
            Tensor any = n.reduce("ReduceMax", truth, c.layer().flag("keepdims", false), axes);
            return n.compare("Greater", any, n.number(0));
        });
        table.one("ops.Where", (e, c) -> e.nodes().where(c.input(0), c.input(1), c.input(2)));
        unary(table, "Negative", "Neg");
        unary(table, "Absolute", "Abs");
        unary(table, "Abs", "Abs");
        unary(table, "Sqrt", "Sqrt");
        unary(table, "Log", "Log");
        unary(table, "Sin", "Sin");
        unary(table, "Cos", "Cos");
        unary(table, "Floor", "Floor");
        unary(table, "Ceil", "Ceil");
        unary(table, "Erf", "Erf");
        unary(table, "Reciprocal", "Reciprocal");
        table.one("ops.Square", (e, c) -> e.nodes().mul(c.input(0), c.input(0)));
        table.one("ops.Rsqrt", (e, c) -> e.nodes().unary("Reciprocal", e.nodes().unary("Sqrt", c.input(0))));
        reduction(table, "Mean", "ReduceMean");
        reduction(table, "Sum", "ReduceSum");
        reduction(table, "Max", "ReduceMax");
        reduction(table, "Min", "ReduceMin");
        reduction(table, "Prod", "ReduceProd");
        table.one("ops.Concatenate", (e, c) -> e.nodes()
                .concat(c.inputs(), c.layer().integer("axis", -1)));
        table.one("ops.Stack", (e, c) -> {
            int axis = c.layer().integer("axis", 0);
            return e.nodes()
                    .concat(
                            c.inputs().stream()
                                    .map(x -> e.nodes().unsqueeze(x, axis))
                                    .toList(),
                            axis);
        });
        table.one("ops.Matmul", (e, c) -> e.nodes().matmul(c.input(0), c.input(1)));
        table.one(
                "ops.Reshape",
                (e, c) -> ReshapingEmission.reshape(
                        e, c.layer(), c.input(0), c.layer().config().get("newshape"), false));
        table.one("ops.Transpose", (e, c) -> {
            int rank = c.input(0).rank();
            JsonNode axes = c.layer().config().get("axes");
            return e.graph()
                    .transpose(
                            c.input(0),
                            axes == null || axes.isNull()
                                    ? IntStream.range(0, rank)
                                            .map(i -> rank - 1 - i)
                                            .toArray()
                                    : IntStream.range(0, rank)
                                            .map(i -> axes.get(i).asInt())
                                            .toArray());
        });
        table.one("ops.ExpandDims", (e, c) -> e.nodes()
                .unsqueeze(c.input(0), c.layer().integer("axis", 0)));
        table.one("ops.Squeeze", (e, c) -> e.nodes()
                .squeeze(c.input(0), c.layer().axes("axis", c.input(0).rank(), 0)[0]));
        table.one("ops.GetItem", OperationEmission::item);
        table.one("ops.Cast", (e, c) -> e.graph()
                .cast(
                        c.input(0),
                        ElementType.ofName(c.layer().text("dtype", "float32"))
                                .map(t -> t.isFloating() ? e.nodes().real() : t)
                                .orElseThrow()));
        table.many("ops.Split", OperationEmission::split);
        table.one("ops.Clip", (e, c) -> e.nodes()
                .clip(c.input(0), c.layer().real("x_min", 0), c.layer().real("x_max", 0)));
        table.one("ops.Argmax", (e, c) -> {
            Tensor x = c.input(0);
            int axis = c.layer().axes("axis", x.rank(), -1)[0];
            boolean keep = c.layer().flag("keepdims", false);
            Shape shape = keep
                    ? x.shape().with(axis, io.mlaas.onnx.graph.Dim.of(1))
                    : x.shape().without(axis);
            Tensor y = e.graph()
                    .node(
                            "ArgMax",
                            ElementType.INT64,
                            shape,
                            List.of(x),
                            Attribute.of("axis", axis),
                            Attribute.of("keepdims", keep ? 1 : 0));
            return e.graph().cast(y, ElementType.INT32);
        });
    }

    private static void unary(Emission.Table table, String operation, String onnx) {
        table.one("ops." + operation, (e, c) -> e.nodes().unary(onnx, c.input(0)));
    }

    private static void binary(Emission.Table table, String operation, String onnx) {
        table.one("ops." + operation, (e, c) -> {
            List<Tensor> both = operands(e, c);
            return e.nodes().binary(onnx, both.get(0), both.get(1));
        });
    }

    private static Tensor power(Emission e, Call<Tensor> call) {
        List<Tensor> both = operands(e, call);
        Tensor base = both.get(0);
        Optional<Double> exponent =
                call.constant("x2", 1).filter(JsonNode::isNumber).map(JsonNode::asDouble);
        return base.type().isFloating() && exponent.isPresent() && call.inputs().size() == 1
                ? e.nodes().power(base, exponent.get())
                : e.nodes().binary("Pow", base, both.get(1));
    }

    private static void comparison(Emission.Table table, String operation, String onnx) {
        table.one("ops." + operation, (e, c) -> {
            List<Tensor> both = operands(e, c);
            return e.nodes().compare(onnx, both.get(0), both.get(1));
        });
    }

    /** The two sides, of which one may be a number; an integer tensor meets floats as a float. */
    private static List<Tensor> operands(Emission e, Call<Tensor> call) {
        Nodes n = e.nodes();
        List<Object> given = new ArrayList<>(call.arguments());
        given.addAll(call.named().values());
        call.layer().require(given.size() >= 2, "one operand");
        List<Tensor> operands = new ArrayList<>();
        ElementType type = ElementType.INT32;
        for (Tensor each : call.inputs()) {
            type = type.promotedWith(each.type());
        }
        for (Object each : given.subList(0, 2)) {
            if (each instanceof JsonNode node) {
                call.layer().require(node.isNumber(), "operand " + node + " (expected: a number)");
                if (!type.isFloating() && !node.isIntegralNumber()) {
                    type = n.real();
                }
            }
        }
        for (Object each : given.subList(0, 2)) {
            operands.add(
                    each instanceof Flow<?> flow && flow.value() instanceof Tensor tensor
                            ? e.graph().cast(tensor, type)
                            : e.graph().scalar(type, ((JsonNode) each).asDouble()));
        }
        return operands;
    }

    private static void reduction(Emission.Table table, String operation, String onnx) {
        table.one("ops." + operation, (e, c) -> {
            Layer layer = c.layer();
            int[] axes = layer.has("axis") ? layer.axes("axis", c.input(0).rank(), 0) : new int[0];
            return e.nodes().reduce(onnx, c.input(0), layer.flag("keepdims", false), axes);
        });
    }

    private static List<Flow<Tensor>> split(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Tensor x = call.input(0);
        int axis = x.shape().axis(layer.integer("axis", 0));
        JsonNode where = layer.config().get("indices_or_sections");
        long size = x.size(axis).value();
        List<Long> cuts = new ArrayList<>();
        if (where.isNumber()) {
            long part = size / where.asLong();
            for (long cut = part; cut < size; cut += part) {
                cuts.add(cut);
            }
        } else {
            where.forEach(w -> cuts.add(w.asLong()));
        }
        cuts.add(size);
        List<Flow<Tensor>> parts = new ArrayList<>();
        long begin = 0;
        for (long cut : cuts) {
            parts.add(new Flow<>(e.nodes().slice(x, axis, begin, cut), null));
            begin = cut;
        }
        return parts;
    }

    /** Slices and numbers in brackets; others are refused. */
    private static Tensor item(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Tensor x = call.input(0);
        Nodes n = e.nodes();
        JsonNode key = call.constant("key", 1).orElseThrow(() -> layer.refuse("an index that is computed"));
        List<JsonNode> parts = new ArrayList<>();
        if (key.isArray()) {
            key.forEach(parts::add);
        } else {
            parts.add(key);
        }
        int axis = 0;
        for (JsonNode part : parts) {
            JsonNode slice = part.path("config");
            if (part.isIntegralNumber()) {
                x = n.select(x, axis, part.asLong());
            } else if (part.isNull()) {
                x = n.unsqueeze(x, axis++);
            } else if (part.path("class_name").asString("").equals("__slice__")) {
                boolean start = slice.hasNonNull("start");
                boolean stop = slice.hasNonNull("stop");
                long step = slice.hasNonNull("step") ? slice.get("step").asLong() : 1;
                layer.require(step >= 1, "a slice with steps of " + step + " (expected: >= 1)");
                if (start || stop || step > 1) {
                    layer.require(x.size(axis).isConstant(), "a slice of an axis whose size varies");
                    long size = x.size(axis).value();
                    long from = start ? bound(slice.get("start").asLong(), size) : 0;
                    long to = stop ? bound(slice.get("stop").asLong(), size) : size;
                    x = step == 1
                            ? n.slice(x, axis, from, Math.max(from, to))
                            : n.gather(
                                    x,
                                    e.graph()
                                            .constant(LongStream.iterate(from, at -> at < to, at -> at + step)
                                                    .toArray()),
                                    axis);
                }
                axis++;
            } else {
                throw layer.refuse("index " + part + " (expected: numbers and slices)");
            }
        }
        return x;
    }

    private static long bound(long given, long size) {
        return Math.clamp(given < 0 ? given + size : given, 0, size);
    }
}
