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

/** Repetitions, rotations, windows and blocks: what arranges elements by a fixed pattern. */
final class ArrangeOperators {
    private ArrangeOperators() {}

    static void register(OperatorTable table) {
        table.add("tile", "self dims", "Tile", c -> ShapeOperators.repeat(c, "dims"));
        table.add("repeat_interleave", "self repeats dim=None output_size=None", "Expand, Reshape", c -> interleave(c));
        table.add("roll", "self shifts dims=[]", "Slice, Concat", ArrangeOperators::roll);
        table.add("movedim", "self source destination", "Transpose", ArrangeOperators::moveAxes);
        table.add("moveaxis", "self source destination", "Transpose", ArrangeOperators::moveAxes);
        table.add("hstack", "tensors", "Concat", c -> joined(c, 1, 1));
        table.add("vstack", "tensors", "Concat", c -> joined(c, 2, 0));
        table.add("dstack", "tensors", "Concat", c -> joined(c, 3, 2));
        for (int rank = 1; rank <= 3; rank++) {
            int least = rank;
            table.add("atleast_" + rank + "d", "self", "Reshape", c -> Values.of(atLeast(c, c.tensor("self"), least)));
        }
        table.add("ravel", "self", "Reshape", c -> Values.of(flat(c, c.tensor("self"))));
        table.add("fliplr", "self", "Slice", c -> Values.of(IndexOperators.flipped(c, c.tensor("self"), 1)));
        table.add("flipud", "self", "Slice", c -> Values.of(IndexOperators.flipped(c, c.tensor("self"), 0)));
        table.add("rot90", "self k=1 dims=[0,1]", "Slice, Transpose", ArrangeOperators::rotate);
        table.add("diagonal", "self offset=0 dim1=0 dim2=1", "Transpose, Reshape, Gather", ArrangeOperators::diagonal);
        table.add("tril", "self diagonal=0", "Trilu", c -> triangle(c, 0));
        table.add("triu", "self diagonal=0", "Trilu", c -> triangle(c, 1));
        table.add("unfold", "self dimension size step", "Gather, Transpose", ArrangeOperators::windows);
        table.add(
                "im2col",
                "self kernel_size dilation padding stride",
                "Pad, Gather, Transpose",
                ArrangeOperators::columns);
        table.add("pixel_shuffle", "self upscale_factor", "Reshape, Transpose", c -> pixels(c, true));
        table.add("pixel_unshuffle", "self downscale_factor", "Reshape, Transpose", c -> pixels(c, false));
        table.add("channel_shuffle", "self groups", "Reshape, Transpose", ArrangeOperators::shuffle);
        table.add("meshgrid", "tensors indexing=\"ij\"", "Reshape, Expand", ArrangeOperators::grid);
        table.add("broadcast_tensors", "tensors", "Expand", c -> {
            List<Tensor> tensors = c.tensors("tensors");
            Shape common = tensors.stream()
                    .map(Tensor::shape)
                    .reduce((a, b) -> a.broadcast(b).orElseThrow(() -> c.refuse("shapes that do not broadcast")))
                    .orElse(Shape.SCALAR);
            return Value.Items.of(
                    tensors.stream().map(t -> Values.of(expanded(c, t, common))).toList());
        });
        for (String name : List.of("mT", "mH", "adjoint")) {
            table.add(name, "self", "Transpose", c -> {
                int[] order = IntStream.range(0, c.tensor("self").rank()).toArray();
                order[order.length - 1] = order.length - 2;
                order[order.length - 2] = order.length - 1;
                return ShapeOperators.transposed(c, order);
            });
        }
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

    private static Tensor flat(Call call, Tensor tensor) {
        return call.graph().reshape(tensor, new Shape(List.of(tensor.shape().elements())));
    }

    private static Value interleave(Call call) {
        Tensor self = call.given("dim") ? call.tensor("self") : flat(call, call.tensor("self"));
        int axis = call.given("dim") ? self.shape().axis(call.integer("dim")) : 0;
        long times = call.integer("repeats");
        Tensor split = ShapeOperators.unsqueeze(call, self, axis + 1);
        Tensor repeated = expanded(call, split, split.shape().with(axis + 1, Dim.of(times)));
        return Values.of(call.graph()
                .reshape(repeated, self.shape().with(axis, self.size(axis).times(times))));
    }

    private static Value roll(Call call) {
        long[] shifts = call.integers("shifts");
        long[] dims = call.integers("dims");
        Tensor result = dims.length == 0 ? flat(call, call.tensor("self")) : call.tensor("self");
        for (int i = 0; i < shifts.length; i++) {
            int axis = dims.length == 0 ? 0 : result.shape().axis(dims[i]);
            Dim size = result.size(axis);
            long shift = size.isConstant() ? Math.floorMod(shifts[i], Math.max(1, size.value())) : shifts[i];
            if (shift == 0) {
                continue;
            }
            Dim cut = shift > 0 ? size.plus(-shift) : Dim.of(-shift);
            Tensor tail = IndexOperators.range(call, result, axis, cut, size, 1);
            Tensor head = IndexOperators.range(call, result, axis, Dim.of(0), cut, 1);
            result = ShapeOperators.concat(call, List.of(tail, head), axis);
        }
        return Values.of(
                dims.length == 0
                        ? call.graph().reshape(result, call.tensor("self").shape())
                        : result);
    }

    private static Value moveAxes(Call call) {
        Shape shape = call.tensor("self").shape();
        int[] from =
                Arrays.stream(call.integers("source")).mapToInt(shape::axis).toArray();
        int[] to = Arrays.stream(call.integers("destination"))
                .mapToInt(shape::axis)
                .toArray();
        Integer[] order = new Integer[shape.rank()];
        for (int i = 0; i < from.length; i++) {
            order[to[i]] = from[i];
        }
        List<Integer> rest =
                new ArrayList<>(IntStream.range(0, shape.rank()).boxed().toList());
        rest.removeAll(Arrays.stream(from).boxed().toList());
        for (int i = 0; i < order.length; i++) {
            order[i] = order[i] == null ? rest.removeFirst() : order[i];
        }
        return ShapeOperators.transposed(
                call, Arrays.stream(order).mapToInt(Integer::intValue).toArray());
    }

    private static Tensor atLeast(Call call, Tensor tensor, int rank) {
        Tensor result = tensor;
        while (result.rank() < rank) {
            result = ShapeOperators.unsqueeze(call, result, result.rank() == 2 ? 2 : 0);
        }
        return result;
    }

    private static Value joined(Call call, int rank, int axis) {
        List<Tensor> tensors = call.tensors("tensors").stream()
                .map(t -> atLeast(call, t, rank))
                .toList();
        return Values.of(ShapeOperators.concat(call, tensors, tensors.getFirst().rank() == 1 ? 0 : axis));
    }

    private static Value rotate(Call call) {
        Tensor self = call.tensor("self");
        long[] dims = call.integers("dims");
        int a = self.shape().axis(dims[0]);
        int b = self.shape().axis(dims[1]);
        int turns = Math.floorMod((int) call.integer("k"), 4);
        int[] order = IntStream.range(0, self.rank()).toArray();
        order[a] = b;
        order[b] = a;
        return switch (turns) {
            case 0 -> call.value("self");
            case 1 -> Values.of(call.graph().transpose(IndexOperators.flipped(call, self, b), order));
            case 2 -> Values.of(IndexOperators.flipped(call, IndexOperators.flipped(call, self, a), b));
            default -> Values.of(IndexOperators.flipped(call, call.graph().transpose(self, order), b));
        };
    }

    private static Value diagonal(Call call) {
        Tensor self = call.tensor("self");
        int a = self.shape().axis(call.integer("dim1"));
        int b = self.shape().axis(call.integer("dim2"));
        call.require(self.size(a).isConstant() && self.size(b).isConstant(), "the diagonal of a shape " + self.shape());
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, self.rank()).boxed().toList());
        order.removeAll(List.of(a, b));
        order.addAll(List.of(a, b));
        Tensor last = call.graph()
                .transpose(self, order.stream().mapToInt(Integer::intValue).toArray());
        long rows = self.size(a).value();
        long columns = self.size(b).value();
        long offset = call.integer("offset");
        call.require(
                rows <= 1 << 20 && columns <= 1 << 20 && rows * columns <= 1 << 20, "the diagonal of " + self.shape());
        double[] places = IntStream.range(0, (int) (rows * columns))
                .filter(i -> i % columns - i / columns == offset)
                .asDoubleStream()
                .toArray();
        List<Dim> dims = new ArrayList<>(last.shape().dims().subList(0, self.rank() - 2));
        dims.add(Dim.of(rows * columns));
        Tensor line = call.graph().reshape(last, new Shape(dims));
        Tensor index = call.graph().numbers(ElementType.INT64, Shape.of(places.length), places);
        return Values.of(IndexOperators.gather(call, line, -1, index));
    }

    private static Value triangle(Call call, int upper) {
        Tensor self = call.tensor("self");
        ElementType type = self.type() == ElementType.BOOL ? ElementType.INT64 : self.type();
        Tensor cut = call.like(
                "Trilu",
                List.of(call.graph().cast(self, type), call.graph().index(call.integer("diagonal"))),
                Attribute.of("upper", upper));
        return Values.of(call.graph().cast(cut, self.type()));
    }

    /** The places that windows over an axis look at: one row per window. */
    private static Tensor places(Call call, Dim size, long window, long dilation, long step) {
        call.require(size.isConstant(), "windows over an axis of size " + size);
        long span = size.value() - dilation * (window - 1) - 1;
        call.require(
                window > 0 && dilation > 0 && span >= 0 && step > 0 && (span / step + 1) <= (1 << 20) / window,
                "windows of " + window);
        int count = (int) (span / step) + 1;
        double[] places = new double[(int) (count * window)];
        for (int i = 0; i < places.length; i++) {
            places[i] = i / window * step + i % window * dilation;
        }
        return call.graph().numbers(ElementType.INT64, Shape.of(count, window), places);
    }

    private static Value windows(Call call) {
        Tensor self = call.tensor("self");
        int axis = self.shape().axis(call.integer("dimension"));
        Tensor places = places(call, self.size(axis), call.integer("size"), 1, call.integer("step"));
        Tensor picked = IndexOperators.gather(call, self, axis, places);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, picked.rank()).boxed().toList());
        order.add(order.remove(axis + 1));
        return Values.of(call.graph()
                .transpose(picked, order.stream().mapToInt(Integer::intValue).toArray()));
    }

    private static Value columns(Call call) {
        Tensor self = call.tensor("self");
        call.require(self.rank() == 4, "input " + self.shape() + " (expected: batch, channels, height, width)");
        long[] kernel = call.window("kernel_size", 2);
        long[] dilation = call.window("dilation", 2);
        long[] padding = call.window("padding", 2);
        long[] stride = call.window("stride", 2);
        Tensor padded = ConvolutionOperators.padded(
                call, self, new long[] {padding[1], padding[1], padding[0], padding[0]}, "constant", 0);
        Tensor rows = places(call, padded.size(2), kernel[0], dilation[0], stride[0]);
        Tensor across = places(call, padded.size(3), kernel[1], dilation[1], stride[1]);
        Tensor byRow = IndexOperators.gather(call, padded, 2, rows);
        // batch, channels, rows, kernel rows, columns, kernel columns
        Tensor all = IndexOperators.gather(call, byRow, 4, across);
        Tensor ordered = call.graph().transpose(all, 0, 1, 3, 5, 2, 4);
        return Values.of(call.graph()
                .reshape(
                        ordered,
                        new Shape(List.of(
                                self.size(0),
                                self.size(1).times(kernel[0] * kernel[1]),
                                rows.size(0).times(across.size(0))))));
    }

    private static Value pixels(Call call, boolean up) {
        Tensor self = call.tensor("self");
        call.require(self.rank() == 4, "input " + self.shape() + " (expected: batch, channels, height, width)");
        long factor = call.integer(up ? "upscale_factor" : "downscale_factor");
        Dim r = Dim.of(factor);
        Dim c = self.size(1);
        Dim h = self.size(2);
        Dim w = self.size(3);
        if (up) {
            Dim fewer = divided(call, c, factor * factor);
            Tensor split = call.graph().reshape(self, new Shape(List.of(self.size(0), fewer, r, r, h, w)));
            Tensor ordered = call.graph().transpose(split, 0, 1, 4, 2, 5, 3);
            return Values.of(call.graph()
                    .reshape(ordered, new Shape(List.of(self.size(0), fewer, h.times(factor), w.times(factor)))));
        }
        Dim rows = divided(call, h, factor);
        Dim columns = divided(call, w, factor);
        Tensor split = call.graph().reshape(self, new Shape(List.of(self.size(0), c, rows, r, columns, r)));
        Tensor ordered = call.graph().transpose(split, 0, 1, 3, 5, 2, 4);
        return Values.of(call.graph()
                .reshape(ordered, new Shape(List.of(self.size(0), c.times(factor * factor), rows, columns))));
    }

    private static Dim divided(Call call, Dim size, long by) {
        return size.dividedBy(Dim.of(by))
                .filter(d -> d.times(by).equals(size))
                .orElseThrow(() -> call.refuse("size " + size + " (expected: a multiple of " + by + ")"));
    }

    private static Value shuffle(Call call) {
        Tensor self = call.tensor("self");
        long groups = call.integer("groups");
        List<Dim> dims = new ArrayList<>(self.shape().dims());
        dims.set(1, divided(call, self.size(1), groups));
        dims.add(1, Dim.of(groups));
        Tensor split = call.graph().reshape(self, new Shape(dims));
        int[] order = IntStream.range(0, dims.size()).toArray();
        order[1] = 2;
        order[2] = 1;
        return Values.of(call.graph().reshape(call.graph().transpose(split, order), self.shape()));
    }

    private static Value grid(Call call) {
        List<Tensor> tensors = call.tensors("tensors");
        boolean columnsFirst = call.text("indexing").equals("xy") && tensors.size() > 1;
        List<Dim> sizes = new ArrayList<>(
                tensors.stream().map(t -> t.rank() == 0 ? Dim.of(1) : t.size(0)).toList());
        if (columnsFirst) {
            Collections.swap(sizes, 0, 1);
        }
        List<Value> grids = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            int axis = columnsFirst && i < 2 ? 1 - i : i;
            List<Dim> line = new ArrayList<>(Collections.nCopies(sizes.size(), Dim.of(1)));
            line.set(axis, sizes.get(axis));
            Tensor along = call.graph().reshape(tensors.get(i), new Shape(line));
            grids.add(new TensorValue(expanded(call, along, new Shape(sizes))));
        }
        return Value.Items.of(grids);
    }
}
