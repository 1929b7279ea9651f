package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        table.add(
                "embedding_bag",
                "weight indices offsets scale_grad_by_freq=False mode=0 sparse=False per_sample_weights=None"
                        + " include_last_offset=False padding_idx=-1",
                "Gather, ReduceSum, ReduceMean, ReduceMax",
                IndexOperators::bags);
        table.add("gather", "self dim index sparse_grad=False", "GatherElements", IndexOperators::gatherElements);
        table.add("chunk", "self chunks dim=0", "Slice", IndexOperators::chunk);
        table.add("unsafe_chunk", "self chunks dim=0", "Slice", c -> copies(chunk(c)));
        for (String name : List.of("split", "split_with_sizes")) {
            table.add(name, "self split_size dim=0", "Slice", IndexOperators::split);
            table.add("unsafe_" + name, "self split_size dim=0", "Slice", c -> copies(split(c)));
        }
        table.add("tensor_split", "self sections dim=0", "Slice", IndexOperators::tensorSplit);
        table.add("take_along_dim", "self index dim=None", "GatherElements", IndexOperators::gatherElements);
        table.add("unbind", "self dim=0", "Gather", IndexOperators::unbind);
        table.add("flip", "self dims", "Slice", IndexOperators::flip);
        table.addFull("ops.prim.unchecked_unwrap_optional", "self", "", c -> c.value("self"));
    }

    private static TensorValue viewing(Call call, Tensor result, TensorValue.Writer writer) {
        return new TensorValue(result).viewing(call.tensorValue("self"), writer);
    }

    /** A part of an axis, which can be written to. */
    private static TensorValue part(Call call, Tensor self, int axis, Dim start, Dim end, long step) {
        Tensor part = range(call, self, axis, start, end, step);
        return viewing(
                call,
                part,
                (base, changed) -> step == 1
                        ? spliced(call, base, axis, start, end, changed)
                        : ScatterOperators.spread(call, base, axis, start, step, changed));
    }

    /** The base with the elements of one axis from start to end replaced. */
    static Tensor spliced(Call call, Tensor base, int axis, Dim start, Dim end, Tensor part) {
        List<Tensor> pieces = new ArrayList<>();
        if (!start.is(0)) {
            pieces.add(range(call, base, axis, Dim.of(0), start, 1));
        }
        pieces.add(part);
        if (!end.equals(base.size(axis))) {
            pieces.add(range(call, base, axis, end, base.size(axis), 1));
        }
        return pieces.size() == 1 ? part : ShapeOperators.concat(call, pieces, axis);
    }

    private static Value select(Call call) {
        if (!(call.value("self") instanceof TensorValue)) {
            return Values.item(call.value("self"), new Value.Int(Dim.of(call.integer("index"))));
        }
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        Optional<Dim> samples =
                call.packed().samples(self).filter(all -> call.dim("index").is(0));
        if (samples.isPresent()) {
            return new Value.Int(samples.get());
        }
        Tensor index = call.graph().reshape(call.graph().size(call.dim("index")), Shape.SCALAR);
        if (call.dim("index").isConstant()) {
            long wanted = call.integer("index");
            long size = self.size(axis).isConstant() ? self.size(axis).value() : Long.MAX_VALUE;
            call.require(wanted < size && -wanted <= size, "index: " + wanted + " (expected: below " + size + ")");
            index = call.graph().index(wanted);
        }
        Dim at = call.dim("index").isConstant() && call.dim("index").value() < 0
                ? self.size(axis).plus(call.dim("index"))
                : call.dim("index");
        return viewing(
                call,
                pick(call, self, axis, index),
                (base, changed) ->
                        spliced(call, base, axis, at, at.plus(1), ShapeOperators.unsqueeze(call, changed, axis)));
    }

    static Tensor pick(Call call, Tensor self, int axis, Tensor scalarIndex) {
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
        return part(call, self, axis, start, end, step);
    }

    /** An end of a slice as Python reads it: counted from the end when negative, cut to the axis. */
    static Dim bound(Call call, Dim bound, Dim size) {
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
        return part(call, self, axis, start, start.plus(call.dim("length")), 1);
    }

    static Tensor gather(Call call, Tensor data, long dim, Tensor index) {
        int axis = data.shape().axis(dim);
        List<Dim> dims = new ArrayList<>(data.shape().dims());
        dims.remove(axis);
        dims.addAll(axis, index.shape().dims());
        return call.node("Gather", data.type(), new Shape(dims), List.of(data, index), Attribute.of("axis", axis));
    }

    private static Value gatherElements(Call call) {
        Tensor self = call.tensor("self");
        Tensor index = call.tensor("index");
        if (!call.given("dim")) {
            self = call.graph().reshape(self, new Shape(List.of(self.shape().elements())));
            index = call.graph().reshape(index, new Shape(List.of(index.shape().elements())));
        }
        int axis = call.given("dim") ? self.shape().axis(call.integer("dim")) : 0;
        return Values.of(call.node(
                "GatherElements", self.type(), index.shape(), List.of(self, index), Attribute.of("axis", axis)));
    }

    /** Bags of equal sizes, as PyTorch makes them of a matrix of indices. */
    private static Value bags(Call call) {
        Tensor weight = call.tensor("weight");
        Tensor indices = call.tensor("indices");
        Tensor offsets = call.tensor("offsets");
        call.require(
                !call.given("per_sample_weights") && !call.bool("include_last_offset"),
                "weights of samples, or a last offset");
        call.require(!call.given("padding_idx") || call.integer("padding_idx") < 0, "padding_idx (expected: none)");
        Dim size = indices.size(0)
                .dividedBy(offsets.size(0))
                .filter(d -> d.times(offsets.size(0)).equals(indices.size(0)))
                .orElseThrow(() -> call.refuse(offsets.size(0) + " bags of " + indices.size(0) + " indices"));
        call.warn("bags are taken to have " + size + " indices each");
        call.boundIndices(weight.size(0).value());
        Tensor rows = call.graph().reshape(indices, new Shape(List.of(offsets.size(0), size)));
        Tensor picked = gather(call, weight, 0, rows);
        String onnx = List.of("ReduceSum", "ReduceMean", "ReduceMax").get((int) call.integer("mode"));
        Tensor summary = ReductionOperators.reduce(call, onnx, picked, new int[] {1}, false);
        return new Value.Tuple(List.of(Values.of(summary), Value.NONE, Value.NONE, Value.NONE));
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
            parts.add(part(call, self, axis, Dim.of(at), Dim.of(at + size), 1));
            at += size;
        }
        return Value.Items.of(parts);
    }

    /** What PyTorch calls unsafe: parts that do not count as views. */
    private static Value copies(Value parts) {
        return Value.Items.of(((Value.Items) parts)
                .items().stream()
                        .map(v -> Values.of(((TensorValue) v).tensor()))
                        .toList());
    }

    /** Into so many parts of nearly equal sizes, the larger ones first, or at the given places. */
    private static Value tensorSplit(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        call.require(self.size(axis).isConstant(), "a split of an axis of size " + self.size(axis));
        long total = self.size(axis).value();
        long[] sizes;
        if (call.value("sections") instanceof Value.Int) {
            int count = (int) call.integer("sections");
            call.require(count > 0 && count <= MAX_PARTS, "sections: " + count);
            sizes = new long[count];
            for (int i = 0; i < count; i++) {
                sizes[i] = total / count + (i < total % count ? 1 : 0);
            }
        } else {
            long[] at = call.integers("sections");
            sizes = new long[at.length + 1];
            long last = 0;
            for (int i = 0; i <= at.length; i++) {
                long next = i == at.length ? total : Math.clamp(at[i], last, total);
                sizes[i] = next - last;
                last = next;
            }
        }
        return parts(call, self, axis, sizes);
    }

    private static Value unbind(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dim"));
        call.require(
                self.size(axis).isConstant() && self.size(axis).value() <= MAX_PARTS,
                "unbind of an axis of size " + self.size(axis) + " (expected: at most " + MAX_PARTS + ")");
        return Value.Items.of(LongStream.range(0, self.size(axis).value())
                .<Value>mapToObj(i -> viewing(
                        call,
                        pick(call, self, axis, call.graph().index(i)),
                        (base, changed) -> spliced(
                                call,
                                base,
                                axis,
                                Dim.of(i),
                                Dim.of(i + 1),
                                ShapeOperators.unsqueeze(call, changed, axis))))
                .toList());
    }

    private static Value flip(Call call) {
        Tensor result = call.tensor("self");
        for (long dim : call.integers("dims")) {
            result = flipped(call, result, result.shape().axis(dim));
        }
        return Values.of(result);
    }

    static Tensor flipped(Call call, Tensor tensor, int axis) {
        return call.like(
                "Slice",
                List.of(
                        tensor,
                        call.graph().constant(-1),
                        call.graph().constant(Long.MIN_VALUE + 1),
                        call.graph().constant(axis),
                        call.graph().constant(-1)));
    }
}
