package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that arrange the same elements differently. */
final class ShapeOperators {
    private ShapeOperators() {}

    static void register(OperatorTable table) {
        table.add("flatten", "self start_dim=0 end_dim=-1", "Reshape", ShapeOperators::flatten);
        table.add("reshape", "self shape", "Reshape", c -> view(c, "shape"));
        table.add("view", "self size", "Reshape", c -> view(c, "size"));
        table.add("_unsafe_view", "self size", "Reshape", c -> view(c, "size"));
        table.add("unflatten", "self dim sizes", "Reshape", ShapeOperators::unflatten);
        table.add(
                "view_as",
                "self other",
                "Reshape",
                c -> viewing(
                        c, c.graph().reshape(c.tensor("self"), c.tensor("other").shape())));
        table.add(
                "contiguous",
                "self memory_format=0",
                "",
                c -> c.tensorValue("self").isPermuted() ? Values.of(c.tensor("self")) : c.value("self"));
        table.add("detach", "self", "", c -> c.value("self"));
        table.add(
                "clone",
                "self memory_format=None",
                "Identity",
                c -> Values.of(c.like("Identity", List.of(c.tensor("self")))));
        table.add("alias", "self", "", c -> c.value("self"));
        table.add("transpose", "self dim0 dim1", "Transpose", ShapeOperators::transpose);
        table.add("swapaxes", "self dim0 dim1", "Transpose", ShapeOperators::transpose);
        table.add("swapdims", "self dim0 dim1", "Transpose", ShapeOperators::transpose);
        table.add("t", "self", "Transpose", c -> c.tensor("self").rank() < 2 ? c.value("self") : transposed(c, 1, 0));
        table.add(
                "numpy_T",
                "self",
                "Transpose",
                c -> transposed(
                        c,
                        IntStream.range(0, c.tensor("self").rank())
                                .map(i -> c.tensor("self").rank() - 1 - i)
                                .toArray()));
        table.add("permute", "self dims", "Transpose", ShapeOperators::permute);
        table.add("squeeze", "self dim=None", "Squeeze", ShapeOperators::squeeze);
        table.add("unsqueeze", "self dim", "Unsqueeze", ShapeOperators::unsqueeze);
        table.add("expand", "self size implicit=False", "Expand", c -> expand(c, c.dims("size")));
        table.add(
                "expand_as",
                "self other",
                "Expand",
                c -> expand(c, c.tensor("other").shape().dims()));
        table.add("broadcast_to", "self size", "Expand", c -> expand(c, c.dims("size")));
        table.add("repeat", "self repeats", "Tile", c -> repeat(c, "repeats"));
        table.add("cat", "tensors dim=0", "Concat", c -> Values.of(concat(c, c.tensors("tensors"), c.integer("dim"))));
        table.add(
                "concat", "tensors dim=0", "Concat", c -> Values.of(concat(c, c.tensors("tensors"), c.integer("dim"))));
        table.add("stack", "tensors dim=0", "Unsqueeze, Concat", ShapeOperators::stack);
    }

    /** The same elements under another shape. */
    private static TensorValue viewing(Call call, Tensor result) {
        return new TensorValue(result).viewing(call.tensorValue("self"), (base, changed) -> call.graph()
                .reshape(changed, base.shape()));
    }

    /** As PyTorch's reshape: a view where that is possible, otherwise a copy. */
    private static TensorValue reshaped(Call call, Tensor result) {
        return call.tensorValue("self").isPermuted() ? new TensorValue(result) : viewing(call, result);
    }

    static TensorValue transposed(Call call, int... order) {
        Tensor self = call.tensor("self");
        int[] back = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            back[order[i]] = i;
        }
        if (Arrays.equals(back, order) && IntStream.range(0, order.length).allMatch(i -> order[i] == i)) {
            return viewing(call, self);
        }
        return new TensorValue(call.graph().transpose(self, order))
                .viewing(call.tensorValue("self"), (base, changed) -> call.graph()
                        .transpose(changed, back))
                .permuted();
    }

    private static Value flatten(Call call) {
        Tensor self = call.tensor("self");
        if (self.rank() == 0) {
            return viewing(call, call.graph().reshape(self, Shape.of(1)));
        }
        int first = self.shape().axis(call.integer("start_dim"));
        int last = self.shape().axis(call.integer("end_dim"));
        List<Dim> dims = new ArrayList<>(self.shape().dims().subList(0, first));
        dims.add(new Shape(self.shape().dims().subList(first, last + 1)).elements());
        dims.addAll(self.shape().dims().subList(last + 1, self.rank()));
        return reshaped(call, call.graph().reshape(self, new Shape(dims)));
    }

    private static Value view(Call call, String parameter) {
        Tensor self = call.tensor("self");
        return reshaped(
                call,
                call.graph()
                        .reshape(
                                self,
                                resolve(call, call.dims(parameter), self.shape().elements())));
    }

    private static Value unflatten(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        List<Dim> dims = new ArrayList<>(self.shape().dims());
        dims.remove(axis);
        dims.addAll(axis, resolve(call, call.dims("sizes"), self.size(axis)).dims());
        return viewing(call, call.graph().reshape(self, new Shape(dims)));
    }

    /** Replaces -1 by the size that is left. */
    static Shape resolve(Call call, List<Dim> wanted, Dim elements) {
        int free = wanted.indexOf(Dim.of(-1));
        if (free < 0) {
            Shape shape = new Shape(wanted);
            call.require(
                    shape.elements().equals(elements),
                    "shape " + shape + " (expected: one of " + elements + " elements)");
            return shape;
        }
        List<Dim> dims = new ArrayList<>(wanted);
        dims.set(free, Dim.of(1));
        Dim rest = new Shape(dims).elements();
        dims.set(
                free,
                elements.dividedBy(rest)
                        .filter(d -> d.times(rest).equals(elements))
                        .orElseThrow(() ->
                                call.refuse("shape " + wanted + " (expected: one of " + elements + " elements)")));
        return new Shape(dims);
    }

    private static Value transpose(Call call) {
        Tensor self = call.tensor("self");
        if (self.rank() == 0) {
            return call.value("self");
        }
        int[] order = IntStream.range(0, self.rank()).toArray();
        int a = self.shape().axis(call.integer("dim0"));
        int b = self.shape().axis(call.integer("dim1"));
        order[a] = b;
        order[b] = a;
        return transposed(call, order);
    }

    private static Value permute(Call call) {
        Tensor self = call.tensor("self");
        int[] order = Arrays.stream(call.integers("dims"))
                .mapToInt(self.shape()::axis)
                .toArray();
        call.require(
                order.length == self.rank() && Arrays.stream(order).distinct().count() == order.length,
                "dims " + Arrays.toString(order) + " (expected: each axis of " + self.shape() + " once)");
        return transposed(call, order);
    }

    private static Value squeeze(Call call) {
        Tensor self = call.tensor("self");
        long[] wanted = call.given("dim")
                ? call.integers("dim")
                : IntStream.range(0, self.rank()).asLongStream().toArray();
        int[] axes = Arrays.stream(wanted)
                .mapToInt(self.shape()::axis)
                .filter(axis -> self.size(axis).is(1))
                .sorted()
                .toArray();
        if (!call.given("dim") && !self.shape().isConstant()) {
            call.warn("squeeze without an axis: sizes that depend on the input are taken to be larger than 1");
        }
        Shape shape = self.shape();
        for (int i = axes.length - 1; i >= 0; i--) {
            shape = shape.without(axes[i]);
        }
        return viewing(call, axes.length == 0 ? self : squeeze(call, self, shape, axes));
    }

    private static Tensor squeeze(Call call, Tensor self, Shape shape, int... axes) {
        Tensor which = call.graph().constant(Arrays.stream(axes).asLongStream().toArray());
        return call.node("Squeeze", self.type(), shape, List.of(self, which));
    }

    static Tensor squeeze(Call call, Tensor self, int axis) {
        return squeeze(call, self, self.shape().without(axis), axis);
    }

    private static Value unsqueeze(Call call) {
        Tensor self = call.tensor("self");
        long dim = call.integer("dim");
        long axis = dim < 0 ? dim + self.rank() + 1 : dim;
        call.require(axis >= 0 && axis <= self.rank(), "dim: " + dim + " (expected: at most " + self.rank() + ")");
        return viewing(call, unsqueeze(call, self, (int) axis));
    }

    static Tensor unsqueeze(Call call, Tensor self, int axis) {
        Shape shape = self.shape().inserted(axis, Dim.of(1));
        return call.node(
                "Unsqueeze", self.type(), shape, List.of(self, call.graph().constant(axis)));
    }

    static Value expand(Call call, List<Dim> wanted) {
        TensorValue value = call.tensorValue("self");
        Tensor self = value.tensor();
        List<Dim> dims = new ArrayList<>(wanted);
        int added = dims.size() - self.rank();
        call.require(added >= 0, "size " + wanted + " (expected: at least " + self.rank() + " sizes)");
        for (int i = 0; i < dims.size(); i++) {
            if (dims.get(i).is(-1)) {
                dims.set(i, self.size(i - added));
            }
        }
        Shape shape = new Shape(dims);
        call.require(
                self.shape().broadcast(shape).filter(shape::equals).isPresent(),
                "size " + shape + " of a tensor of shape " + self.shape());
        if (shape.equals(self.shape())) {
            return value;
        }
        Tensor expanded = call.node(
                "Expand", self.type(), shape, List.of(self, call.graph().sizes(shape)));
        return new TensorValue(new TensorValue.Content(expanded, java.util.Optional.empty(), value.fill()))
                .viewing(value);
    }

    static Value repeat(Call call, String parameter) {
        Tensor self = call.tensor("self");
        List<Dim> repeats = new ArrayList<>(call.dims(parameter));
        while (parameter.equals("dims") && repeats.size() < self.rank()) {
            repeats.addFirst(Dim.of(1));
        }
        int added = repeats.size() - self.rank();
        call.require(added >= 0, parameter + " " + repeats + " (expected: at least " + self.rank() + ")");
        List<Dim> padded = new ArrayList<>(Collections.nCopies(added, Dim.of(1)));
        padded.addAll(self.shape().dims());
        List<Dim> dims = IntStream.range(0, padded.size())
                .mapToObj(i -> padded.get(i).times(repeats.get(i)))
                .toList();
        Tensor base = call.graph().reshape(self, new Shape(padded));
        return Values.of(call.node(
                "Tile", self.type(), new Shape(dims), List.of(base, call.graph().sizes(new Shape(repeats)))));
    }

    static Tensor concat(Call call, List<Tensor> tensors, long dim) {
        Tensor first = tensors.getFirst();
        int axis = first.shape().axis(dim);
        Dim size = Dim.of(0);
        ElementType type = first.type();
        for (Tensor tensor : tensors) {
            call.require(
                    tensor.rank() == first.rank()
                            && tensor.shape()
                                    .with(axis, Dim.of(1))
                                    .equals(first.shape().with(axis, Dim.of(1))),
                    "shapes " + first.shape() + " and " + tensor.shape() + " (expected: equal but for axis " + axis
                            + ")");
            size = size.plus(tensor.size(axis));
            type = type.promotedWith(tensor.type());
        }
        ElementType common = type;
        List<Tensor> alike =
                tensors.stream().map(t -> call.graph().cast(t, common)).toList();
        return tensors.size() == 1
                ? first
                : call.node("Concat", type, first.shape().with(axis, size), alike, Attribute.of("axis", axis));
    }

    private static Value stack(Call call) {
        List<Tensor> tensors = call.tensors("tensors");
        long dim = call.integer("dim");
        int axis = (int) (dim < 0 ? dim + tensors.getFirst().rank() + 1 : dim);
        return Values.of(
                concat(call, tensors.stream().map(t -> unsqueeze(call, t, axis)).toList(), axis));
    }
}
