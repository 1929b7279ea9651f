package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Sorting, and summaries that need an order or a test of each element. */
final class OrderOperators {
    private static final int MAX_UNROLLED = 256;

    private OrderOperators() {}

    static void register(OperatorTable table) {
        table.add("sort", "self dim=-1 descending=False stable=None", "TopK", c -> Values.tuple(sorted(c)));
        table.add(
                "argsort",
                "self dim=-1 descending=False stable=None",
                "TopK",
                c -> Values.of(sorted(c).get(1)));
        table.add("median", "self dim=None keepdim=False", "TopK, Gather", OrderOperators::median);
        table.add("kthvalue", "self k dim=-1 keepdim=False", "TopK, Gather", c -> {
            Tensor self = c.tensor("self");
            return smallest(c, self, self.shape().axis(c.integer("dim")), c.integer("k") - 1);
        });
        table.add("cumprod", "self dim dtype=None", "Slice, Mul, Concat", OrderOperators::cumulativeProduct);
        table.add("any", "self dim=None keepdim=False", "Cast, ReduceMax", c -> test(c, true));
        table.add("all", "self dim=None keepdim=False", "Cast, ReduceMin", c -> test(c, false));
        table.add("count_nonzero", "self dim=None", "Cast, ReduceSum", c -> {
            Tensor flags = c.graph().cast(c.graph().cast(c.tensor("self"), ElementType.BOOL), ElementType.INT64);
            return Values.of(
                    ReductionOperators.reduce(c, "ReduceSum", flags, ReductionOperators.axes(c, flags), false));
        });
    }

    private static List<Tensor> top(Call call, Tensor self, int axis, Dim count, boolean largest) {
        Shape shape = self.shape().with(axis, count);
        return call.graph()
                .nodes(
                        "TopK",
                        List.of(new Tensor("", self.type(), shape), new Tensor("", ElementType.INT64, shape)),
                        List.of(self, call.graph().size(count)),
                        Attribute.of("axis", axis),
                        Attribute.of("largest", largest ? 1 : 0),
                        Attribute.of("sorted", 1));
    }

    private static List<Tensor> sorted(Call call) {
        Tensor self = call.tensor("self");
        // sort(x, stable=…, dim=…) may give the flag first
        int axis = self.shape().axis(call.value("dim") instanceof Value.Bool ? -1 : call.integer("dim"));
        return top(call, self, axis, self.size(axis), call.bool("descending"));
    }

    private static Value median(Call call) {
        Tensor self = call.tensor("self");
        if (!call.given("dim")) {
            Tensor flat =
                    call.graph().reshape(self, new Shape(List.of(self.shape().elements())));
            call.require(flat.size(0).isConstant(), "the median over the batch");
            return ((Value.Tuple) smallest(call, flat, 0, (flat.size(0).value() - 1) / 2))
                    .items()
                    .getFirst();
        }
        int axis = self.shape().axis(call.integer("dim"));
        call.require(self.size(axis).isConstant(), "the median of an axis of size " + self.size(axis));
        return smallest(call, self, axis, (self.size(axis).value() - 1) / 2);
    }

    /** The element with so many smaller ones, and its place. */
    private static Value smallest(Call call, Tensor self, int axis, long smaller) {
        List<Tensor> lowest = top(call, self, axis, Dim.of(smaller + 1), false);
        boolean keep = call.bool("keepdim");
        return Values.tuple(lowest.stream()
                .map(t -> keep
                        ? IndexOperators.range(call, t, axis, Dim.of(smaller), Dim.of(smaller + 1), 1)
                        : IndexOperators.pick(call, t, axis, call.graph().index(smaller)))
                .toList());
    }

    private static Value cumulativeProduct(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        call.require(
                self.size(axis).compare(Dim.of(MAX_UNROLLED)).orElse(1) <= 0,
                "an axis of size " + self.size(axis) + " (expected: at most " + MAX_UNROLLED + ")");
        List<Tensor> parts = new ArrayList<>();
        for (long i = 0; i < self.size(axis).value(); i++) {
            Tensor one = IndexOperators.range(call, self, axis, Dim.of(i), Dim.of(i + 1), 1);
            parts.add(parts.isEmpty() ? one : call.like("Mul", List.of(parts.getLast(), one)));
        }
        return Values.of(ShapeOperators.concat(call, parts, axis));
    }

    private static Value test(Call call, boolean any) {
        Value self = call.value("self");
        if (!(self instanceof TensorValue)) {
            Value wanted = new Value.Bool(true);
            return new Value.Bool(
                    any
                            ? call.items("self").contains(wanted)
                            : call.items("self").stream().allMatch(wanted::equals));
        }
        Tensor flags = call.graph().cast(call.graph().cast(call.tensor("self"), ElementType.BOOL), ElementType.INT32);
        Tensor summary = ReductionOperators.reduce(
                call,
                any ? "ReduceMax" : "ReduceMin",
                flags,
                ReductionOperators.axes(call, flags),
                call.bool("keepdim"));
        return Values.of(call.graph().cast(summary, ElementType.BOOL));
    }
}
