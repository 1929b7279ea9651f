package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Lengths, distances, and products of more than two tensors. */
final class DistanceOperators {
    private DistanceOperators() {}

    static void register(OperatorTable table) {
        table.add("cosine_similarity", "x1 x2 dim=1 eps=1e-08", "Mul, ReduceSum, ReduceL2, Max, Div", c -> {
            Tensor a = c.tensor("x1");
            Tensor b = c.tensor("x2");
            Tensor product = MathOperators.combine(c, "Mul", a, b);
            int[] axes = {product.shape().axis(c.integer("dim"))};
            int[] left = {a.rank() - product.rank() + axes[0]};
            int[] right = {b.rank() - product.rank() + axes[0]};
            Tensor sum = ReductionOperators.reduce(c, "ReduceSum", product, axes, false);
            Tensor lengths = MathOperators.combine(c, "Mul", length(c, a, left), length(c, b, right));
            return Values.of(MathOperators.combine(c, "Div", sum, lengths));
        });
        table.add("pairwise_distance", "x1 x2 p=2 eps=1e-06 keepdim=False", "Sub, Add, ReduceL2", c -> {
            Tensor apart = MathOperators.combine(c, "Sub", c.tensor("x1"), c.tensor("x2"));
            Tensor moved = ActivationOperators.plus(c, apart, c.real("eps"));
            return Values.of(norm(c, moved, c.real("p"), new int[] {moved.rank() - 1}, c.bool("keepdim")));
        });
        for (String name : List.of("cdist", "_cdist_forward")) {
            table.add(name, "x1 x2 p=2 compute_mode=None", "Sub, ReduceL2", c -> {
                Tensor a = ShapeOperators.unsqueeze(
                        c, c.tensor("x1"), c.tensor("x1").rank() - 1);
                Tensor b = ShapeOperators.unsqueeze(
                        c, c.tensor("x2"), c.tensor("x2").rank() - 2);
                Tensor apart = MathOperators.combine(c, "Sub", a, b);
                return Values.of(norm(c, apart, c.real("p"), new int[] {apart.rank() - 1}, false));
            });
        }
        table.add("frobenius_norm", "self dim=[] keepdim=False", "ReduceL2", c -> general(c, 2));
        table.add(
                "linalg_vector_norm",
                "self ord=2 dim=None keepdim=False dtype=None",
                "ReduceL1, ReduceL2",
                c -> general(c, c.real("ord")));
        table.add(
                "norm",
                "self p=2 dim=None keepdim=False dtype=None",
                "ReduceL1, ReduceL2, ReduceMax, Pow",
                c -> general(c, c.given("p") ? c.real("p") : 2));
        table.add("bilinear", "input1 input2 weight bias=None", "Einsum", DistanceOperators::bilinear);
        table.add(
                "outer",
                "self vec2",
                "Mul",
                c -> Values.of(MathOperators.combine(
                        c, "Mul", ShapeOperators.unsqueeze(c, c.tensor("self"), 1), c.tensor("vec2"))));
        table.add("inner", "self other", "MatMul", c -> {
            Tensor other = c.tensor("other");
            int[] order = IntStream.range(0, other.rank()).toArray();
            c.require(other.rank() <= 2, "other " + other.shape());
            Tensor right = other.rank() == 2 ? c.graph().transpose(other, 1, 0) : other;
            c.require(order.length > 0, "a number");
            return Values.of(LinearOperators.matmul(c, c.tensor("self"), right));
        });
        table.add("addmv", "self mat vec beta=1 alpha=1", "MatMul, Mul, Add", c -> {
            Tensor product = LinearOperators.matmul(c, c.tensor("mat"), c.tensor("vec"));
            return Values.of(MathOperators.combine(
                    c,
                    "Add",
                    ActivationOperators.times(c, c.tensor("self"), c.real("beta")),
                    ActivationOperators.times(c, product, c.real("alpha"))));
        });
        table.add("kron", "self other", "Mul, Reshape", DistanceOperators::kronecker);
        table.add("tensordot", "self other dims_self dims_other", "Transpose, Reshape, MatMul", DistanceOperators::dot);
        table.add(
                "rms_norm",
                "input normalized_shape weight=None eps=None",
                "Mul, ReduceMean, Sqrt, Div",
                DistanceOperators::rootMeanSquare);
    }

    private static Tensor length(Call call, Tensor x, int[] axes) {
        Tensor norm = ReductionOperators.reduce(call, "ReduceL2", x, axes, false);
        return MathOperators.combine(call, "Max", norm, call.scalarLike(norm, call.real("eps")));
    }

    private static Value general(Call call, double p) {
        Tensor self = call.tensor("self");
        return Values.of(norm(call, self, p, ReductionOperators.axes(call, self), call.bool("keepdim")));
    }

    private static Tensor norm(Call call, Tensor x, double p, int[] axes, boolean keep) {
        if (p == 1 || p == 2) {
            return ReductionOperators.reduce(call, p == 1 ? "ReduceL1" : "ReduceL2", x, axes, keep);
        }
        Tensor size = call.like("Abs", List.of(x));
        if (Double.isInfinite(p)) {
            return ReductionOperators.reduce(call, p > 0 ? "ReduceMax" : "ReduceMin", size, axes, keep);
        }
        call.require(p != 0, "p: 0");
        Tensor powers = MathOperators.combine(call, "Pow", size, call.scalarLike(x, p));
        Tensor sum = ReductionOperators.reduce(call, "ReduceSum", powers, axes, keep);
        return MathOperators.combine(call, "Pow", sum, call.scalarLike(x, 1 / p));
    }

    private static Value bilinear(Call call) {
        Tensor a = call.tensor("input1");
        Tensor b = call.tensor("input2");
        Tensor weight = call.tensor("weight");
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < a.rank() - 1; i++) {
            batch.append((char) ('A' + i));
        }
        String equation = batch + "i,kij," + batch + "j->" + batch + "k";
        Tensor product = call.node(
                "Einsum",
                a.type(),
                a.shape().with(-1, weight.size(0)),
                List.of(a, weight, b),
                Attribute.of("equation", equation));
        Tensor bias = call.tensorOrNull("bias");
        return Values.of(bias == null ? product : MathOperators.combine(call, "Add", product, bias));
    }

    private static Value kronecker(Call call) {
        Tensor a = call.tensor("self");
        Tensor b = call.tensor("other");
        call.require(a.rank() == b.rank(), "shapes " + a.shape() + " and " + b.shape());
        List<Dim> left = new ArrayList<>();
        List<Dim> right = new ArrayList<>();
        List<Dim> result = new ArrayList<>();
        for (int i = 0; i < a.rank(); i++) {
            left.addAll(List.of(a.size(i), Dim.of(1)));
            right.addAll(List.of(Dim.of(1), b.size(i)));
            result.add(a.size(i).times(b.size(i)));
        }
        Tensor product = MathOperators.combine(
                call,
                "Mul",
                call.graph().reshape(a, new Shape(left)),
                call.graph().reshape(b, new Shape(right)));
        return Values.of(call.graph().reshape(product, new Shape(result)));
    }

    private static Value dot(Call call) {
        Tensor a = call.tensor("self");
        Tensor b = call.tensor("other");
        List<Integer> over = axes(call, a, "dims_self");
        List<Integer> with = axes(call, b, "dims_other");
        List<Integer> free = rest(a, over);
        List<Integer> more = rest(b, with);
        Dim inner = sizes(a, over).elements();
        List<Integer> leftOrder = new ArrayList<>(free);
        leftOrder.addAll(over);
        List<Integer> rightOrder = new ArrayList<>(with);
        rightOrder.addAll(more);
        Tensor left = matrix(call, a, leftOrder, sizes(a, free).elements(), inner);
        Tensor right = matrix(call, b, rightOrder, inner, sizes(b, more).elements());
        List<Dim> dims = new ArrayList<>(sizes(a, free).dims());
        dims.addAll(sizes(b, more).dims());
        return Values.of(call.graph().reshape(LinearOperators.matmul(call, left, right), new Shape(dims)));
    }

    private static List<Integer> axes(Call call, Tensor tensor, String name) {
        List<Integer> axes = new ArrayList<>();
        for (long axis : call.integers(name)) {
            axes.add(tensor.shape().axis(axis));
        }
        return axes;
    }

    private static List<Integer> rest(Tensor tensor, List<Integer> used) {
        return IntStream.range(0, tensor.rank())
                .filter(i -> !used.contains(i))
                .boxed()
                .toList();
    }

    private static Shape sizes(Tensor tensor, List<Integer> axes) {
        return new Shape(axes.stream().map(tensor::size).toList());
    }

    private static Tensor matrix(Call call, Tensor tensor, List<Integer> order, Dim rows, Dim columns) {
        Tensor ordered = call.graph()
                .transpose(tensor, order.stream().mapToInt(Integer::intValue).toArray());
        return call.graph().reshape(ordered, new Shape(List.of(rows, columns)));
    }

    /** Zhang and Sennrich (2019): x / √(mean(x²) + ε), times a weight. */
    private static Value rootMeanSquare(Call call) {
        Tensor x = call.tensor("input");
        int count = call.integers("normalized_shape").length;
        int[] axes = IntStream.range(x.rank() - count, x.rank()).toArray();
        double eps = call.given("eps") ? call.real("eps") : Math.ulp(1.0f);
        Tensor mean = ReductionOperators.reduce(call, "ReduceMean", ActivationOperators.times(call, x, x), axes, true);
        Tensor root = call.like("Sqrt", List.of(ActivationOperators.plus(call, mean, eps)));
        Tensor normal = MathOperators.combine(call, "Div", x, root);
        Tensor weight = call.tensorOrNull("weight");
        return Values.of(weight == null ? normal : MathOperators.combine(call, "Mul", normal, weight));
    }
}
