package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Operators that pick elements, and those that take a tensor or list apart. */
final class IndexOperators {
    private static final int MAX_PARTS = 10_000;

    private IndexOperators() {}

    static void register(OperatorTable table) {
        table.add("select", "self dim index", "Gather", IndexOperators::select);
        table.add("__getitem__", "self index", "", c -> Values.item(c.value("self"), c.value("index")));
        table.add("slice", "self dim=0 start=None end=None step=1", "Slice", IndexOperators::slice);
        table.add("narrow", "self dim start length", "Slice", IndexOperators::narrow);
        table.add(
                "index_select",
                "self dim index",
                "Gather",
                c -> Values.of(gather(c, c.tensor("self"), c.integer("dim"), c.tensor("index"))));
        table.add("embedding", "weight indices padding_idx=-1 scale_grad_by_freq=False sparse=False", "Gather", c -> {
            c.boundIndices(c.tensor("weight").size(0).value());
            return Values.of(gather(c, c.tensor("weight"), 0, c.tensor("indices")));
        });
        table.add("gather", "self dim index sparse_grad=False", "GatherElements", IndexOperators::gatherElements);
        table.add("chunk", "self chunks dim=0", "Slice", IndexOperators::chunk);
        table.add("split", "self split_size dim=0", "Slice", IndexOperators::split);
        table.add("split_with_sizes", "self split_size dim=0", "Slice", IndexOperators::split);
        table.add("unbind", "self dim=0", "Gather", IndexOperators::unbind);
        table.add("flip", "self dims", "Slice", IndexOperators::flip);
        table.addFull("ops.prim.unchecked_unwrap_optional", "self", "", c -> c.value("self"));
    }

    private static TensorValue viewing(Call call, Tensor result) {
        return new TensorValue(result).viewing(call.tensorValue("self"));
    }

    private static Value select(Call call) {
        if (!(call.value("self") instanceof TensorValue)) {
            return Values.item(call.value("self"), new Value.Int(Dim.of(call.integer("index"))));
        }
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        Tensor index = call.graph().reshape(call.graph().size(call.dim("index")), Shape.SCALAR);
        if (call.dim("index").isConstant()) {
            long wanted = call.integer("index");
            long size = self.size(axis).isConstant() ? self.size(axis).value() : Long.MAX_VALUE;
            call.require(wanted < size && -wanted <= size, "index: " + wanted + " (expected: below " + size + ")");
            index = call.graph().index(wanted);
        }
        return viewing(call, pick(call, self, axis, index));
    }

    private static Tensor pick(Call call, Tensor self, int axis, Tensor scalarIndex) {
        return call.node(
                "Gather",
                self.type(),
                self.shape().without(axis),
                List.of(self, scalarIndex),
                Attribute.of("axis", axis));
    }

    private static Value slice(Call call) {
        if (!(call.value("self") instanceof TensorValue)) {
            return sliceOfList(call);
        }
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        Dim size = self.size(axis);
        long step = call.integer("step");
        Dim start = bound(call, call.given("start") ? call.dim("start") : Dim.of(0), size);
        Dim end = bound(call, call.given("end") ? call.dim("end") : size, size);
        if (start.is(0) && end.equals(size) && step == 1) {
            return call.value("self");
        }
        return viewing(call, range(call, self, axis, start, end, step));
    }

    /** An end of a slice as Python reads it: counted from the end when negative, cut to the axis. */
    private static Dim bound(Call call, Dim bound, Dim size) {
        if (bound.isConstant() && bound.value() > Integer.MAX_VALUE) {
            return size;
        }
        Dim fromFront = bound.isConstant() && bound.value() < 0 ? size.plus(bound) : bound;
        if (fromFront.compare(Dim.of(0)).orElse(0) < 0) {
            return Dim.of(0);
        }
        if (fromFront.compare(size).isEmpty() && !fromFront.equals(bound)) {
            throw call.refuse("bound " + bound + " of an axis of size " + size);
        }
        if (fromFront.compare(size).isEmpty()) {
            call.warn("a slice up to " + bound + " of an axis of size " + size
                    + ": the axis is taken to be at least so long");
        }
        return fromFront.compare(size).orElse(-1) > 0 ? size : fromFront;
    }

    static Tensor range(Call call, Tensor self, int axis, Dim start, Dim end, long step) {
        Dim length = end.minus(start);
        if (length.compare(Dim.of(0)).orElse(1) < 0) {
            length = Dim.of(0);
        }
        Dim count = length.plus(step - 1)
                .dividedBy(Dim.of(step))
                .orElseThrow(() -> call.refuse("a slice of " + end.minus(start) + " elements by steps of " + step));
        Shape shape = self.shape().with(axis, step == 1 ? length : count);
        return call.node(
                "Slice",
                self.type(),
                shape,
                List.of(
                        self,
                        call.graph().size(start),
                        call.graph().size(end),
                        call.graph().constant(axis),
                        call.graph().constant(step)));
    }

    private static Value sliceOfList(Call call) {
        // On lists the second argument is the start: slice(list, start, end, step).
        List<Value> items = call.items("self");
        int size = items.size();
        long start = call.given("dim") ? call.integer("dim") : 0;
        long end = call.given("start") ? call.integer("start") : size;
        long step = call.given("end") ? call.integer("end") : 1;
        call.require(step > 0, "step: " + step + " (expected: > 0)");
        long from = Math.clamp(start < 0 ? start + size : start, 0, size);
        long to = Math.clamp(end < 0 ? end + size : end, 0, size);
        return Value.Items.of(LongStream.iterate(from, i -> i < to, i -> i + step)
                .mapToObj(i -> items.get((int) i))
                .toList());
    }

    private static Value narrow(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        Dim start = call.dim("start");
        return viewing(call, range(call, self, axis, start, start.plus(call.dim("length")), 1));
    }

    private static Tensor gather(Call call, Tensor data, long dim, Tensor index) {
        int axis = data.shape().axis(dim);
        List<Dim> dims = new ArrayList<>(data.shape().dims());
        dims.remove(axis);
        dims.addAll(axis, index.shape().dims());
        return call.node("Gather", data.type(), new Shape(dims), List.of(data, index), Attribute.of("axis", axis));
    }

    private static Value gatherElements(Call call) {
        Tensor self = call.tensor("self");
        Tensor index = call.tensor("index");
        int axis = self.shape().axis(call.integer("dim"));
        return Values.of(call.node(
                "GatherElements", self.type(), index.shape(), List.of(self, index), Attribute.of("axis", axis)));
    }

    private static Value chunk(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        long chunks = call.integer("chunks");
        call.require(self.size(axis).isConstant(), "chunks of an axis of size " + self.size(axis));
        long size = Math.max(1, Math.ceilDiv(self.size(axis).value(), chunks));
        return parts(call, self, axis, equalParts(call, self.size(axis).value(), size));
    }

    private static Value split(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        if (!(call.value("split_size") instanceof Value.Int)) {
            return parts(call, self, axis, call.integers("split_size"));
        }
        call.require(self.size(axis).isConstant(), "a split of an axis of size " + self.size(axis));
        return parts(call, self, axis, equalParts(call, self.size(axis).value(), call.integer("split_size")));
    }

    private static long[] equalParts(Call call, long total, long size) {
        call.require(size > 0 && total / size <= MAX_PARTS, "into more than " + MAX_PARTS + " parts");
        return LongStream.iterate(0, at -> at < total, at -> at + size)
                .map(at -> Math.min(size, total - at))
                .toArray();
    }

    private static Value parts(Call call, Tensor self, int axis, long[] sizes) {
        List<Value> parts = new ArrayList<>();
        long at = 0;
        for (long size : sizes) {
            parts.add(viewing(call, range(call, self, axis, Dim.of(at), Dim.of(at + size), 1)));
            at += size;
        }
        return Value.Items.of(parts);
    }

    private static Value unbind(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        call.require(
                self.size(axis).isConstant() && self.size(axis).value() <= MAX_PARTS,
                "unbind of an axis of size " + self.size(axis) + " (expected: at most " + MAX_PARTS + ")");
        return Value.Items.of(LongStream.range(0, self.size(axis).value())
                .mapToObj(i -> viewing(call, pick(call, self, axis, call.graph().index(i))))
                .toList());
    }

    private static Value flip(Call call) {
        Tensor result = call.tensor("self");
        for (long dim : call.integers("dims")) {
            Tensor axis = call.graph().constant(result.shape().axis(dim));
            result = call.like(
                    "Slice",
                    List.of(
                            result,
                            call.graph().constant(-1),
                            call.graph().constant(Long.MIN_VALUE + 1),
                            axis,
                            call.graph().constant(-1)));
        }
        return Values.of(result);
    }
}
