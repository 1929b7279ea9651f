package io.mlaas.onnx.nodes;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.numeric.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Nodes of one graph; numbers are of one floating type unless said otherwise. */
public final class Nodes {
    private final OnnxGraph graph;
    private final ElementType real;

    public Nodes(OnnxGraph graph, ElementType real) {
        this.graph = graph;
        this.real = real;
    }

    public OnnxGraph graph() {
        return graph;
    }

    /** The floating type in which is calculated. */
    public ElementType real() {
        return real;
    }

    public Tensor number(double value) {
        return graph.scalar(real, value);
    }

    /** A small stored array. */
    public Tensor numbers(Array values) {
        return numbers(real, values);
    }

    public Tensor numbers(ElementType type, Array values) {
        return graph.numbers(type, shape(values), values.values());
    }

    public static Shape shape(Array values) {
        return Shape.of(Arrays.stream(values.shape()).asLongStream().toArray());
    }

    /** A stored array under its own name; 32-bit floats are not copied. */
    public Tensor stored(String name, Array values) {
        return graph.sharedInitializer(name, () -> graph.initializer(name, real, shape(values), bytes(values)));
    }

    private ByteBuffer bytes(Array values) {
        boolean wide = real == ElementType.FLOAT64;
        if (!wide && values.floats().isPresent()) {
            return values.floats().get();
        }
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(values.length(), wide ? 8 : 4))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values.values()) {
            if (wide) {
                buffer.putDouble(value);
            } else {
                buffer.putFloat((float) value);
            }
        }
        return buffer.flip();
    }

    /** A node whose result is like its input. */
    public Tensor unary(String operator, Tensor x, Attribute... attributes) {
        return graph.node(operator, x.type(), x.shape(), List.of(x), attributes);
    }

    /** @throws IllegalArgumentException when the shapes do not broadcast */
    public Tensor binary(String operator, Tensor a, Tensor b) {
        return graph.node(operator, a.type(), common(a, b), List.of(a, b));
    }

    public Tensor compare(String operator, Tensor a, Tensor b) {
        return graph.node(operator, ElementType.BOOL, common(a, b), List.of(a, b));
    }

    private static Shape common(Tensor a, Tensor b) {
        return a.shape()
                .broadcast(b.shape())
                .orElseThrow(() -> new IllegalArgumentException(
                        "shapes: " + a.shape() + ", " + b.shape() + " (expected: that they broadcast)"));
    }

    public Tensor add(Tensor a, Tensor b) {
        return binary("Add", a, b);
    }

    public Tensor sub(Tensor a, Tensor b) {
        return binary("Sub", a, b);
    }

    public Tensor mul(Tensor a, Tensor b) {
        return binary("Mul", a, b);
    }

    public Tensor div(Tensor a, Tensor b) {
        return binary("Div", a, b);
    }

    public Tensor scaled(Tensor x, double factor) {
        return factor == 1 ? x : mul(x, number(factor));
    }

    /** To a known power; a square as a product, whose rounding {@code Pow} does not reach. */
    public Tensor power(Tensor x, double exponent) {
        if (exponent == 2) {
            return mul(x, x);
        }
        return exponent == 0.5 ? unary("Sqrt", x) : binary("Pow", x, number(exponent));
    }

    public Tensor where(Tensor condition, Tensor a, Tensor b) {
        Shape shape = common(a, b).broadcast(condition.shape()).orElseThrow();
        return graph.node("Where", a.type(), shape, List.of(condition, a, b));
    }

    public Tensor clip(Tensor x, double low, double high) {
        return graph.node(
                "Clip", x.type(), x.shape(), List.of(x, graph.scalar(x.type(), low), graph.scalar(x.type(), high)));
    }

    /** ReduceSum, ReduceMean …; over all axes where none is given. */
    public Tensor reduce(String operator, Tensor x, boolean keep, int... axes) {
        int[] all = axes.length == 0 ? IntStream.range(0, x.rank()).toArray() : axes;
        boolean[] reduced = new boolean[x.rank()];
        for (int axis : all) {
            reduced[x.shape().axis(axis)] = true;
        }
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            if (!reduced[i]) {
                dims.add(x.size(i));
            } else if (keep) {
                dims.add(Dim.of(1));
            }
        }
        long[] numbers = IntStream.range(0, x.rank())
                .filter(i -> reduced[i])
                .asLongStream()
                .toArray();
        Attribute keepdims = Attribute.of("keepdims", keep ? 1 : 0);
        if (operator.equals("ReduceSum")) {
            return graph.node(operator, x.type(), new Shape(dims), List.of(x, graph.constant(numbers)), keepdims);
        }
        return graph.node(operator, x.type(), new Shape(dims), List.of(x), Attribute.of("axes", numbers), keepdims);
    }

    public Tensor matmul(Tensor a, Tensor b) {
        Shape left = new Shape(a.shape().dims().subList(0, a.rank() - 2));
        Shape right = new Shape(b.shape().dims().subList(0, b.rank() - 2));
        List<Dim> dims = new ArrayList<>(left.broadcast(right)
                .orElseThrow(() -> new IllegalArgumentException("matrices: " + a.shape() + ", " + b.shape()))
                .dims());
        if (!a.size(-1).equals(b.size(-2))
                && a.size(-1).isConstant()
                && b.size(-2).isConstant()) {
            throw new IllegalArgumentException("matrices: " + a.shape() + ", " + b.shape());
        }
        dims.add(a.size(-2));
        dims.add(b.size(-1));
        return graph.node("MatMul", a.type(), new Shape(dims), List.of(a, b));
    }

    /** The two axes at the end change places. */
    public Tensor transposedMatrix(Tensor x) {
        int[] order = IntStream.range(0, x.rank()).toArray();
        order[x.rank() - 1] = x.rank() - 2;
        order[x.rank() - 2] = x.rank() - 1;
        return graph.transpose(x, order);
    }

    public Tensor softmax(Tensor x, int axis) {
        return unary("Softmax", x, Attribute.of("axis", x.shape().axis(axis)));
    }

    public Tensor concat(List<Tensor> parts, int axis) {
        Tensor first = parts.getFirst();
        int along = first.shape().axis(axis);
        Dim sum = parts.stream().map(p -> p.size(along)).reduce(Dim.of(0), Dim::plus);
        return parts.size() == 1
                ? first
                : graph.node(
                        "Concat", first.type(), first.shape().with(along, sum), parts, Attribute.of("axis", along));
    }

    /** From begin to end (exclusive), both ≥ 0 and inside, along one axis. */
    public Tensor slice(Tensor x, int axis, Dim begin, Dim end) {
        int along = x.shape().axis(axis);
        return graph.node(
                "Slice",
                x.type(),
                x.shape().with(along, end.minus(begin)),
                List.of(x, graph.size(begin), graph.size(end), graph.constant(along)));
    }

    public Tensor slice(Tensor x, int axis, long begin, long end) {
        return slice(x, axis, Dim.of(begin), Dim.of(end));
    }

    /** An axis in the opposite order. */
    public Tensor reversed(Tensor x, int axis) {
        return graph.node(
                "Slice",
                x.type(),
                x.shape(),
                List.of(
                        x,
                        graph.constant(-1),
                        graph.constant(Long.MIN_VALUE + 1),
                        graph.constant(x.shape().axis(axis)),
                        graph.constant(-1)));
    }

    /** One element along an axis, which disappears; negative numbers count from the end. */
    public Tensor select(Tensor x, int axis, long index) {
        int along = x.shape().axis(axis);
        return graph.node(
                "Gather",
                x.type(),
                x.shape().without(along),
                List.of(x, graph.index(index)),
                Attribute.of("axis", along));
    }

    public Tensor gather(Tensor table, Tensor indices, int axis) {
        int along = table.shape().axis(axis);
        List<Dim> dims = new ArrayList<>(table.shape().dims().subList(0, along));
        dims.addAll(indices.shape().dims());
        dims.addAll(table.shape().dims().subList(along + 1, table.rank()));
        return graph.node(
                "Gather", table.type(), new Shape(dims), List.of(table, indices), Attribute.of("axis", along));
    }

    /** A margin around, for each axis, that may depend on sizes. */
    public Tensor pad(Tensor x, List<Dim> before, List<Dim> after, double value) {
        List<Dim> pads = new ArrayList<>(before);
        pads.addAll(after);
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            dims.add(x.size(i).plus(before.get(i)).plus(after.get(i)));
        }
        Tensor sizes = graph.sizes(new Shape(pads));
        return graph.node("Pad", x.type(), new Shape(dims), List.of(x, sizes, graph.scalar(x.type(), value)));
    }

    /** A margin around, for each axis; negative sizes cut. */
    public Tensor pad(Tensor x, int[] before, int[] after, double value) {
        long[] pads = new long[2 * x.rank()];
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            pads[i] = before[i];
            pads[i + x.rank()] = after[i];
            dims.add(x.size(i).plus(before[i] + after[i]));
        }
        return graph.node(
                "Pad", x.type(), new Shape(dims), List.of(x, graph.constant(pads), graph.scalar(x.type(), value)));
    }

    public Tensor expand(Tensor x, Shape shape) {
        return x.shape().equals(shape) ? x : graph.node("Expand", x.type(), shape, List.of(x, graph.sizes(shape)));
    }

    /** A new axis of size 1. */
    public Tensor unsqueeze(Tensor x, int axis) {
        int at = axis < 0 ? axis + x.rank() + 1 : axis;
        return graph.node("Unsqueeze", x.type(), x.shape().inserted(at, Dim.of(1)), List.of(x, graph.constant(at)));
    }

    public Tensor squeeze(Tensor x, int axis) {
        int along = x.shape().axis(axis);
        return graph.node("Squeeze", x.type(), x.shape().without(along), List.of(x, graph.constant(along)));
    }

    /** (x − mean) / √(variance + ε) over the given axes. */
    public Tensor normalized(Tensor x, double epsilon, int... axes) {
        Tensor centred = sub(x, reduce("ReduceMean", x, true, axes));
        Tensor variance = reduce("ReduceMean", mul(centred, centred), true, axes);
        return div(centred, unary("Sqrt", add(variance, number(epsilon))));
    }

    /** A sum over products, as {@code abc,cd->abd} says it; sizes come from the letters. */
    public Tensor einsum(String equation, List<Tensor> inputs) {
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        List<Dim> dims = new ArrayList<>();
        for (char letter : sides[1].toCharArray()) {
            Dim size = null;
            for (int i = 0; i < terms.length; i++) {
                int at = terms[i].indexOf(letter);
                size = at >= 0 && size == null ? inputs.get(i).size(at) : size;
            }
            if (size == null) {
                throw new IllegalArgumentException("equation: " + equation);
            }
            dims.add(size);
        }
        return graph.node(
                "Einsum", inputs.getFirst().type(), new Shape(dims), inputs, Attribute.of("equation", equation));
    }
}
