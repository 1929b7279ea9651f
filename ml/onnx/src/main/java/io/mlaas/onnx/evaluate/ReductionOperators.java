package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that summarise axes. */
final class ReductionOperators {
    private ReductionOperators() {}

    static void register(OperatorTable table) {
        table.add("mean", "self dim=None keepdim=False dtype=None", "ReduceMean", c -> reduce(c, "ReduceMean"));
        table.add("sum", "self dim=None keepdim=False dtype=None", "ReduceSum", c -> reduce(c, "ReduceSum"));
        table.add("prod", "self dim=None keepdim=False dtype=None", "ReduceProd", c -> reduce(c, "ReduceProd"));
        table.add("amax", "self dim=[] keepdim=False dtype=None", "ReduceMax", c -> reduce(c, "ReduceMax"));
        table.add("amin", "self dim=[] keepdim=False dtype=None", "ReduceMin", c -> reduce(c, "ReduceMin"));
        table.add("max", "self dim=None keepdim=False", "Max, ReduceMax, ArgMax", c -> extreme(c, "Max"));
        table.add("min", "self dim=None keepdim=False", "Min, ReduceMin, ArgMin", c -> extreme(c, "Min"));
        table.add("argmax", "self dim=None keepdim=False", "ArgMax", c -> argument(c, "ArgMax"));
        table.add("argmin", "self dim=None keepdim=False", "ArgMin", c -> argument(c, "ArgMin"));
        table.add(
                "logsumexp", "self dim keepdim=False dtype=None", "ReduceLogSumExp", c -> reduce(c, "ReduceLogSumExp"));
        table.add(
                "var",
                "self dim=None unbiased=True keepdim=False correction=None",
                "ReduceMean, Sub, Mul",
                c -> Values.of(variance(c)));
        table.add(
                "std",
                "self dim=None unbiased=True keepdim=False correction=None",
                "ReduceMean, Sub, Mul, Sqrt",
                c -> Values.of(c.like("Sqrt", List.of(variance(c)))));
        table.add(
                "var_mean",
                "self dim=None unbiased=True keepdim=False correction=None",
                "ReduceMean, Sub, Mul",
                c -> Values.tuple(List.of(
                        variance(c),
                        reduce(c, "ReduceMean", c.tensor("self"), axes(c, c.tensor("self")), c.bool("keepdim")))));
        table.add(
                "std_mean",
                "self dim=None unbiased=True keepdim=False correction=None",
                "ReduceMean, Sub, Mul, Sqrt",
                c -> Values.tuple(List.of(
                        c.like("Sqrt", List.of(variance(c))),
                        reduce(c, "ReduceMean", c.tensor("self"), axes(c, c.tensor("self")), c.bool("keepdim")))));
        table.add("cumsum", "self dim dtype=None", "CumSum", ReductionOperators::cumulativeSum);
        table.add("topk", "self k dim=-1 largest=True sorted=True", "TopK", ReductionOperators::topK);
    }

    static int[] axes(Call call, Tensor self) {
        if (!call.given("dim")
                || call.value("dim") instanceof Value.Bool
                || call.dims("dim").isEmpty()) {
            return IntStream.range(0, self.rank()).toArray();
        }
        return Arrays.stream(call.integers("dim"))
                .mapToInt(self.shape()::axis)
                .sorted()
                .toArray();
    }

    /** {@code mean(x)} and {@code mean(x, dtype=…)} are over everything; {@code mean(x, [1], True)} over axes. */
    private static Value reduce(Call call, String onnx) {
        Tensor self = call.tensor("self");
        ElementType wanted = call.type(
                "dtype", self.type().isFloating() || !onnx.equals("ReduceSum") ? self.type() : ElementType.INT64);
        return Values.of(reduce(call, onnx, call.graph().cast(self, wanted), axes(call, self), call.bool("keepdim")));
    }

    static Tensor reduce(Call call, String onnx, Tensor self, int[] axes, boolean keep) {
        Shape shape = reduced(self.shape(), axes, keep);
        long[] which = Arrays.stream(axes).asLongStream().toArray();
        Attribute keeps = Attribute.of("keepdims", keep ? 1 : 0);
        if (axes.length == 0) {
            return self;
        }
        return onnx.equals("ReduceSum")
                ? call.node(onnx, self.type(), shape, List.of(self, call.graph().constant(which)), keeps)
                : call.node(onnx, self.type(), shape, List.of(self), Attribute.of("axes", which), keeps);
    }

    private static Shape reduced(Shape shape, int[] axes, boolean keep) {
        Shape result = shape;
        for (int i = axes.length - 1; i >= 0; i--) {
            result = keep ? result.with(axes[i], Dim.of(1)) : result.without(axes[i]);
        }
        return result;
    }

    private static Value extreme(Call call, String kind) {
        Tensor self = call.tensor("self");
        if (!call.given("dim")) {
            return Values.of(reduce(call, "Reduce" + kind, self, axes(call, self), false));
        }
        if (call.value("dim") instanceof Value.TensorValue) {
            return ArithmeticOperators.binary(call, kind, call.value("self"), call.value("dim"));
        }
        int[] axes = axes(call, self);
        boolean keep = call.bool("keepdim");
        return Values.tuple(List.of(
                reduce(call, "Reduce" + kind, self, axes, keep), index(call, "Arg" + kind, self, axes[0], keep)));
    }

    private static Tensor index(Call call, String onnx, Tensor self, int axis, boolean keep) {
        return call.node(
                onnx,
                ElementType.INT64,
                reduced(self.shape(), new int[] {axis}, keep),
                List.of(self),
                Attribute.of("axis", axis),
                Attribute.of("keepdims", keep ? 1 : 0));
    }

    private static Value argument(Call call, String onnx) {
        Tensor self = call.tensor("self");
        if (call.given("dim")) {
            return Values.of(index(call, onnx, self, self.shape().axis(call.integer("dim")), call.bool("keepdim")));
        }
        Tensor flat = call.graph().reshape(self, new Shape(List.of(self.shape().elements())));
        return Values.of(index(call, onnx, flat, 0, false));
    }

    private static Tensor variance(Call call) {
        Tensor self = call.tensor("self");
        int[] axes = axes(call, self);
        // var(x, unbiased), var(x, dim, unbiased, keepdim) and var(x, dim, correction=…, keepdim=…)
        double correction = call.given("correction")
                ? call.real("correction")
                : call.bool(call.value("dim") instanceof Value.Bool ? "dim" : "unbiased") ? 1 : 0;
        boolean unbiased = correction != 0;
        Dim count = new Shape(Arrays.stream(axes).mapToObj(self.shape()::size).toList()).elements();
        call.require(count.isConstant() || !unbiased, "over " + count + " elements, corrected by " + correction);
        Tensor mean = reduce(call, "ReduceMean", self, axes, true);
        Tensor centred = call.like("Sub", List.of(self, mean));
        Tensor variance = reduce(
                call, "ReduceMean", ActivationOperators.times(call, centred, centred), axes, call.bool("keepdim"));
        return unbiased
                ? ActivationOperators.times(call, variance, count.value() / (count.value() - correction))
                : variance;
    }

    private static Value cumulativeSum(Call call) {
        Tensor self = call.tensor("self");
        Tensor typed =
                call.graph().cast(self, call.type("dtype", self.type().isFloating() ? self.type() : ElementType.INT64));
        Tensor axis = call.graph().index(self.shape().axis(call.integer("dim")));
        return Values.of(call.like("CumSum", List.of(typed, axis)));
    }

    private static Value topK(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        Shape shape = self.shape().with(axis, call.dim("k"));
        List<Tensor> outputs =
                new ArrayList<>(List.of(new Tensor("", self.type(), shape), new Tensor("", ElementType.INT64, shape)));
        return Values.tuple(call.graph()
                .nodes(
                        "TopK",
                        outputs,
                        List.of(self, call.graph().size(call.dim("k"))),
                        Attribute.of("axis", axis),
                        Attribute.of("largest", call.bool("largest") ? 1 : 0),
                        Attribute.of("sorted", call.bool("sorted") ? 1 : 0)));
    }
}
