package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Indexing by tensors, and operators that write elements to computed places. */
final class ScatterOperators {
    private ScatterOperators() {}

    static void register(OperatorTable table) {
        table.add("index", "self indices", "Gather", c -> Values.of(index(c)));
        table.add("index_put", "self indices values accumulate=False", "Where, ScatterND", ScatterOperators::indexPut);
        table.add("_unsafe_index", "self indices", "Gather", c -> Values.of(index(c)));
        table.add("scatter", "self dim index src=None value=None reduce=None", "ScatterElements", c -> {
            String reduce = c.given("reduce")
                    ? c.text("reduce")
                    : c.value("value") instanceof Value.Text text ? text.value() : "none";
            return scatter(c, reduce.equals("multiply") ? "mul" : reduce);
        });
        table.add("scatter_add", "self dim index src value=None", "ScatterElements", c -> scatter(c, "add"));
        table.add(
                "scatter_reduce",
                "self dim index src reduce include_self=True value=None",
                "ScatterElements",
                ScatterOperators::scatterReduce);
        table.add("index_add", "self dim index source alpha=1", "ScatterElements", ScatterOperators::indexAdd);
        table.add("one_hot", "self num_classes=-1", "OneHot", ScatterOperators::oneHot);
        table.add("fill", "self value", "Expand", c -> Values.of(spreadOver(c, c.value("value"))));
        table.add("zero", "self", "Expand", c -> Values.of(spreadOver(c, new Value.Real(0))));
        table.add("copy", "self src non_blocking=False", "Expand", c -> Values.of(spreadOver(c, c.value("src"))));
        table.add(
                "slice_scatter", "self src dim=0 start=None end=None step=1", "Concat", ScatterOperators::sliceScatter);
        table.add("select_scatter", "self src dim index", "Unsqueeze, Concat", c -> {
            Tensor self = c.tensor("self");
            int axis = self.shape().axis(c.integer("dim"));
            Dim at = c.dim("index");
            Dim start = at.isConstant() && at.value() < 0 ? self.size(axis).plus(at) : at;
            Tensor part = ShapeOperators.unsqueeze(c, c.tensor("src"), axis);
            return Values.of(IndexOperators.spliced(c, self, axis, start, start.plus(1), part));
        });
    }

    /** The value with the type and shape of {@code self}. */
    private static Tensor spreadOver(Call call, Value value) {
        Tensor self = call.tensor("self");
        Tensor typed = ArithmeticOperators.operand(call, value, self.type());
        if (typed.shape().equals(self.shape())) {
            return typed;
        }
        call.require(
                typed.shape()
                        .broadcast(self.shape())
                        .filter(self.shape()::equals)
                        .isPresent(),
                "shape " + typed.shape() + " (expected: one that broadcasts to " + self.shape() + ")");
        return call.node(
                "Expand", self.type(), self.shape(), List.of(typed, call.graph().sizes(self.shape())));
    }

    private static Value sliceScatter(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        Dim size = self.size(axis);
        Dim start = call.given("start") ? IndexOperators.bound(call, call.dim("start"), size) : Dim.of(0);
        Dim end = call.given("end") ? IndexOperators.bound(call, call.dim("end"), size) : size;
        Tensor src = call.graph().cast(call.tensor("src"), self.type());
        return Values.of(
                call.integer("step") == 1
                        ? IndexOperators.spliced(call, self, axis, start, end, src)
                        : spread(call, self, axis, start, call.integer("step"), src));
    }

    /** The base with every {@code step}-th element of one axis replaced. */
    static Tensor spread(Call call, Tensor base, int axis, Dim start, long step, Tensor part) {
        call.require(
                start.isConstant() && part.size(axis).compare(Dim.of(1 << 20)).orElse(1) <= 0,
                "a step of " + step + " over an axis of size " + base.size(axis));
        int count = (int) part.size(axis).value();
        double[] places = new double[count];
        for (int i = 0; i < count; i++) {
            places[i] = start.value() + i * step;
        }
        List<Dim> line = new ArrayList<>(
                IntStream.range(0, base.rank()).mapToObj(i -> Dim.of(1)).toList());
        line.set(axis, Dim.of(count));
        Tensor index = call.graph().numbers(ElementType.INT64, new Shape(line), places);
        return scatterElements(call, base, axis, expanded(call, index, part.shape()), part, "none");
    }

    private static Tensor expanded(Call call, Tensor tensor, Shape shape) {
        return tensor.shape().equals(shape)
                ? tensor
                : call.node(
                        "Expand",
                        tensor.type(),
                        shape,
                        List.of(tensor, call.graph().sizes(shape)));
    }

    private static Tensor scatterElements(
            Call call, Tensor data, int axis, Tensor index, Tensor updates, String reduction) {
        List<Attribute> attributes = new ArrayList<>(List.of(Attribute.of("axis", axis)));
        if (!reduction.equals("none")) {
            call.requireOpset(16, "sums where elements are written twice");
            attributes.add(Attribute.of("reduction", reduction));
        }
        return call.like("ScatterElements", List.of(data, index, updates), attributes.toArray(Attribute[]::new));
    }

    private static Value scatter(Call call, String reduction) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        Tensor index = call.tensor("index");
        Value source = call.given("src") ? call.value("src") : call.value("value");
        Tensor updates = ArithmeticOperators.operand(call, source, self.type());
        if (updates.rank() != index.rank() || updates.rank() == 0) {
            updates = expanded(call, updates, index.shape());
        }
        for (int i = 0; i < index.rank(); i++) {
            if (!updates.size(i).equals(index.size(i))) {
                updates = IndexOperators.range(call, updates, i, Dim.of(0), index.size(i), 1);
            }
        }
        return Values.of(scatterElements(call, self, axis, index, updates, reduction));
    }

    private static Value scatterReduce(Call call) {
        call.require(call.bool("include_self"), "include_self: False");
        String reduce = call.text("reduce");
        return switch (reduce) {
            case "sum" -> scatter(call, "add");
            case "prod" -> scatter(call, "mul");
            default -> throw call.refuse("reduce: " + reduce + " (expected: sum or prod)");
        };
    }

    private static Value indexAdd(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        Tensor source = ActivationOperators.times(
                call, call.graph().cast(call.tensor("source"), self.type()), call.real("alpha"));
        List<Dim> line = new ArrayList<>(
                IntStream.range(0, self.rank()).mapToObj(i -> Dim.of(1)).toList());
        line.set(axis, source.size(axis));
        Tensor index = call.graph().reshape(call.tensor("index"), new Shape(line));
        return Values.of(scatterElements(call, self, axis, expanded(call, index, source.shape()), source, "add"));
    }

    private static Value oneHot(Call call) {
        Tensor self = call.tensor("self");
        long classes = call.integer("num_classes");
        call.require(classes > 0, "num_classes: " + classes + " (expected: a number that does not depend on the data)");
        call.boundIndices(classes);
        Tensor values = call.graph().numbers(ElementType.INT64, Shape.of(2), 0, 1);
        return Values.of(call.node(
                "OneHot",
                ElementType.INT64,
                self.shape().inserted(self.rank(), Dim.of(classes)),
                List.of(self, call.graph().index(classes), values),
                Attribute.of("axis", -1)));
    }

    /** The tensors among the indices by axis; null where the whole axis is meant. */
    private static List<@Nullable Tensor> indices(Call call) {
        List<@Nullable Tensor> indices = new ArrayList<>();
        for (Value value : call.items("indices")) {
            indices.add(value instanceof TensorValue tensor ? tensor.tensor() : null);
        }
        return indices;
    }

    /** {@code self} with the indexed axes first, and what {@code x[:, i, j]} means of it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Indexed(Tensor data, int[] order, List<Tensor> indices, Shape common, int place) {}

    private static Indexed indexed(Call call) {
        Tensor self = call.tensor("self");
        List<@Nullable Tensor> given = indices(call);
        List<Integer> order = new ArrayList<>();
        List<Tensor> tensors = new ArrayList<>();
        Shape common = Shape.SCALAR;
        for (int axis = 0; axis < given.size(); axis++) {
            Tensor index = given.get(axis);
            if (index == null) {
                continue;
            }
            call.require(
                    index.type() == ElementType.INT64 || index.type() == ElementType.INT32,
                    "an index of " + index.type() + ", whose result has a size that depends on the data");
            order.add(axis);
            tensors.add(call.graph().cast(index, ElementType.INT64));
            Shape other = index.shape();
            common = common.broadcast(other).orElseThrow(() -> call.refuse("indices of shapes that do not broadcast"));
        }
        call.require(!order.isEmpty(), "no index");
        boolean adjacent = order.getLast() - order.getFirst() == order.size() - 1;
        int place = adjacent ? order.getFirst() : 0;
        for (int axis = 0; axis < self.rank(); axis++) {
            if (!order.contains(axis)) {
                order.add(axis);
            }
        }
        int[] permutation = order.stream().mapToInt(Integer::intValue).toArray();
        return new Indexed(self, permutation, tensors, common, place);
    }

    /** One number for several indices: their axes seen as one. */
    private static Tensor linear(Call call, Indexed indexed) {
        Tensor sum = null;
        for (int i = 0; i < indexed.indices.size(); i++) {
            Dim size = indexed.data.size(indexed.order[i]);
            Tensor index = indexed.indices.get(i);
            if (indexed.indices.size() > 1) {
                Tensor zero = call.graph().index(0);
                Tensor negative = ArithmeticOperators.broadcast(call, "Less", ElementType.BOOL, index, zero);
                Tensor length = call.graph().reshape(call.graph().size(size), Shape.SCALAR);
                Tensor wrapped = ArithmeticOperators.broadcast(call, "Add", ElementType.INT64, index, length);
                index = ArithmeticOperators.where(call, negative, wrapped, index);
            }
            if (sum != null) {
                Tensor length = call.graph().reshape(call.graph().size(size), Shape.SCALAR);
                Tensor scaled = ArithmeticOperators.broadcast(call, "Mul", ElementType.INT64, sum, length);
                index = ArithmeticOperators.broadcast(call, "Add", ElementType.INT64, scaled, index);
            }
            sum = index;
        }
        if (sum == null) {
            throw call.refuse("no index");
        }
        return sum;
    }

    private static Tensor index(Call call) {
        Indexed indexed = indexed(call);
        int count = indexed.indices.size();
        Tensor data = indexed.data;
        if (count > 1) {
            data = call.graph().transpose(data, indexed.order);
            List<Dim> dims = new ArrayList<>(data.shape().dims().subList(count, data.rank()));
            dims.addFirst(new Shape(data.shape().dims().subList(0, count)).elements());
            data = call.graph().reshape(data, new Shape(dims));
        }
        int axis = count > 1 ? 0 : indexed.order[0];
        Tensor picked = IndexOperators.gather(call, data, axis, linear(call, indexed));
        return count == 1 ? picked : moved(call, picked, 0, indexed.common.rank(), indexed.place);
    }

    /** Moves some adjacent axes to another place. */
    private static Tensor moved(Call call, Tensor tensor, int from, int count, int to) {
        if (from == to) {
            return tensor;
        }
        List<Integer> rest = new ArrayList<>(IntStream.range(0, tensor.rank())
                .filter(i -> i < from || i >= from + count)
                .boxed()
                .toList());
        rest.addAll(to, IntStream.range(from, from + count).boxed().toList());
        return call.graph()
                .transpose(tensor, rest.stream().mapToInt(Integer::intValue).toArray());
    }

    private static Value indexPut(Call call) {
        Tensor self = call.tensor("self");
        List<@Nullable Tensor> given = indices(call);
        Tensor mask = given.getFirst();
        if (given.size() == 1 && mask != null && mask.type() == ElementType.BOOL) {
            return maskPut(call, self, mask);
        }
        Indexed indexed = indexed(call);
        int count = indexed.indices.size();
        Tensor data = call.graph().transpose(self, indexed.order);
        List<Tensor> columns = new ArrayList<>();
        for (Tensor index : indexed.indices) {
            columns.add(ShapeOperators.unsqueeze(call, expanded(call, index, indexed.common), indexed.common.rank()));
        }
        Tensor places = ShapeOperators.concat(call, columns, indexed.common.rank());
        List<Dim> rest = data.shape().dims().subList(count, data.rank());
        List<Dim> target = new ArrayList<>(rest);
        target.addAll(indexed.place, indexed.common.dims());
        Tensor values = ArithmeticOperators.operand(call, call.value("values"), self.type());
        values = moved(call, expanded(call, values, new Shape(target)), indexed.place, indexed.common.rank(), 0);
        List<Attribute> attributes = new ArrayList<>();
        if (call.bool("accumulate")) {
            call.requireOpset(16, "sums where elements are written twice");
            attributes.add(Attribute.of("reduction", "add"));
        }
        Tensor written = call.like("ScatterND", List.of(data, places, values), attributes.toArray(Attribute[]::new));
        int[] back = new int[indexed.order.length];
        for (int i = 0; i < back.length; i++) {
            back[indexed.order[i]] = i;
        }
        return Values.of(call.graph().transpose(written, back));
    }

    private static Value maskPut(Call call, Tensor self, Tensor mask) {
        Tensor value = ArithmeticOperators.operand(call, call.value("values"), self.type());
        call.require(value.shape().elements().is(1), "values " + value.shape() + " for a mask (expected: one number)");
        call.require(!call.bool("accumulate"), "accumulate");
        Shape shape = mask.shape();
        while (shape.rank() < self.rank()) {
            shape = shape.inserted(shape.rank(), Dim.of(1));
        }
        Tensor number = call.graph().reshape(value, Shape.SCALAR);
        Optional<Shape> common = shape.broadcast(self.shape());
        call.require(common.filter(self.shape()::equals).isPresent(), "a mask of shape " + mask.shape());
        return Values.of(ArithmeticOperators.where(call, call.graph().reshape(mask, shape), number, self));
    }
}
