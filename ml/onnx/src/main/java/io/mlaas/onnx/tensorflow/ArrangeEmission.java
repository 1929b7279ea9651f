package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Emission.Operator;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Operators that put elements elsewhere: shapes, order, joining, cutting, margins, blocks. */
final class ArrangeEmission {
    private ArrangeEmission() {}

    static void register(Map<String, Operator> table) {
        table.put(
                "Reshape",
                Operator.tensor(
                        (e, node, in) -> reshape(e, node, e.tensor(in.get(0)), Emission.sizes(node, in.get(1)))));
        table.put("Transpose", Operator.tensor((e, node, in) -> e.nodes()
                .graph()
                .transpose(e.tensor(in.get(0)), Emission.integers(node, in.get(1)))));
        table.put("ExpandDims", Operator.tensor((e, node, in) -> e.nodes()
                .unsqueeze(e.tensor(in.get(0)), Emission.integer(node, in.get(1)))));
        table.put("Squeeze", Operator.tensor(ArrangeEmission::squeezed));
        table.put("Pack", ArrangeEmission::pack);
        table.put("ConcatV2", ArrangeEmission::concat);
        table.put("Unpack", ArrangeEmission::unpack);
        table.put("Split", ArrangeEmission::split);
        table.put("SplitV", ArrangeEmission::splitUnevenly);
        table.put("StridedSlice", (e, node, in) -> List.of(Slices.slice(e, node, in)));
        table.put("Slice", Operator.tensor(ArrangeEmission::slice));
        table.put("ReverseV2", Operator.tensor(ArrangeEmission::reversed));
        table.put("Tile", Operator.tensor(ArrangeEmission::tiled));
        table.put("BroadcastTo", Operator.tensor((e, node, in) -> e.nodes()
                .expand(e.tensor(in.get(0)), new Shape(Emission.sizes(node, in.get(1))))));
        table.put("Pad", Operator.tensor(ArrangeEmission::padded));
        table.put("PadV2", Operator.tensor(ArrangeEmission::padded));
        table.put("MirrorPad", Operator.tensor(ArrangeEmission::mirrored));
        table.put("SpaceToDepth", Operator.tensor(ArrangeEmission::spaceToDepth));
        table.put("DepthToSpace", Operator.tensor(ArrangeEmission::depthToSpace));
        table.put("SpaceToBatchND", Operator.tensor(ArrangeEmission::spaceToBatch));
        table.put("BatchToSpaceND", Operator.tensor(ArrangeEmission::batchToSpace));
    }

    static Tensor reshape(Emission e, Node node, Tensor x, List<Dim> target) {
        List<Dim> dims = new ArrayList<>(target);
        int open = -1;
        Dim known = Dim.of(1);
        for (int i = 0; i < dims.size(); i++) {
            if (dims.get(i).is(-1)) {
                open = i;
            } else {
                known = known.times(dims.get(i));
            }
        }
        if (open >= 0) {
            dims.set(open, x.shape().elements().dividedBy(known).orElseThrow(() -> node.refuse("shape " + target)));
        }
        return e.nodes().graph().reshape(x, new Shape(dims));
    }

    private static Tensor squeezed(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.getFirst());
        int[] given = node.numbers("squeeze_dims");
        int[] axes = given.length == 0
                ? IntStream.range(0, x.rank()).filter(i -> x.size(i).is(1)).toArray()
                : Arrays.stream(given).map(a -> x.shape().axis(a)).sorted().toArray();
        Tensor y = x;
        for (int i = axes.length - 1; i >= 0; i--) {
            y = e.nodes().squeeze(y, axes[i]);
        }
        return y;
    }

    private static List<Traced> pack(Emission e, Node node, List<Traced> in) {
        if (in.stream().allMatch(v -> v.sizes().isPresent() && v.scalar())) {
            return List.of(Traced.of(
                    in.stream().map(v -> Emission.sizes(node, v).getFirst()).toList(), false));
        }
        int axis = (int) node.number("axis", 0);
        if (axis == 0 && isTable(in)) {
            return List.of(
                    Traced.rows(in.stream().map(v -> Emission.sizes(node, v)).toList()));
        }
        return List.of(Traced.of(e.nodes()
                .concat(
                        in.stream()
                                .map(v -> e.nodes().unsqueeze(e.tensor(v), axis))
                                .toList(),
                        axis)));
    }

    /** Vectors of sizes, one of them at least computed. */
    private static boolean isTable(List<Traced> in) {
        return in.stream().allMatch(v -> v.sizes().isPresent() && !v.scalar())
                && in.stream().anyMatch(v -> v.constant().isEmpty());
    }

    private static List<Traced> concat(Emission e, Node node, List<Traced> in) {
        List<Traced> parts = in.subList(0, in.size() - 1);
        if (parts.stream().allMatch(v -> v.sizes().isPresent() && !v.scalar())) {
            return List.of(Traced.of(
                    parts.stream()
                            .flatMap(v -> Emission.sizes(node, v).stream())
                            .toList(),
                    false));
        }
        int axis = Emission.integer(node, in.getLast());
        return List.of(Traced.of(e.nodes().concat(parts.stream().map(e::tensor).toList(), axis)));
    }

    private static List<Traced> unpack(Emission e, Node node, List<Traced> in) {
        Traced x = in.getFirst();
        if (x.sizes().isPresent() && !x.scalar()) {
            return x.sizes().get().stream()
                    .map(d -> Traced.of(List.of(d), true))
                    .toList();
        }
        Tensor tensor = e.tensor(x);
        int axis = tensor.shape().axis(node.number("axis", 0));
        return IntStream.range(0, (int) node.number("num", 0))
                .mapToObj(i -> Traced.of(e.nodes().select(tensor, axis, i)))
                .toList();
    }

    private static List<Traced> split(Emission e, Node node, List<Traced> in) {
        int parts = (int) node.number("num_split", 1);
        if (in.get(1).sizes().isPresent()) {
            List<Dim> all = Emission.sizes(node, in.get(1));
            int length = all.size() / parts;
            return IntStream.range(0, parts)
                    .mapToObj(i -> Traced.of(all.subList(i * length, (i + 1) * length), false))
                    .toList();
        }
        Tensor x = e.tensor(in.get(1));
        int axis = x.shape().axis(Emission.integer(node, in.get(0)));
        Dim size = x.size(axis).dividedBy(Dim.of(parts)).orElseThrow(() -> node.refuse("parts of " + x.size(axis)));
        List<Dim> sizes = Collections.nCopies(parts, size);
        return cut(e, x, axis, sizes);
    }

    private static List<Traced> splitUnevenly(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.get(0));
        int axis = x.shape().axis(Emission.integer(node, in.get(2)));
        List<Dim> sizes = new ArrayList<>(Emission.sizes(node, in.get(1)));
        Dim rest = x.size(axis);
        for (Dim size : sizes) {
            rest = size.is(-1) ? rest : rest.minus(size);
        }
        Dim open = rest;
        sizes.replaceAll(size -> size.is(-1) ? open : size);
        return cut(e, x, axis, sizes);
    }

    private static List<Traced> cut(Emission e, Tensor x, int axis, List<Dim> sizes) {
        List<Traced> parts = new ArrayList<>();
        Dim begin = Dim.of(0);
        for (Dim size : sizes) {
            Dim end = begin.plus(size);
            parts.add(Traced.of(e.nodes().slice(x, axis, begin, end)));
            begin = end;
        }
        return parts;
    }

    private static Tensor slice(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.get(0));
        List<Dim> begin = Emission.sizes(node, in.get(1));
        List<Dim> sizes = Emission.sizes(node, in.get(2));
        for (int axis = 0; axis < begin.size(); axis++) {
            Dim from = begin.get(axis);
            Dim to = sizes.get(axis).is(-1) ? x.size(axis) : from.plus(sizes.get(axis));
            if (!from.is(0) || !to.equals(x.size(axis))) {
                x = e.nodes().slice(x, axis, from, to);
            }
        }
        return x;
    }

    private static Tensor reversed(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.get(0));
        for (int axis : Emission.integers(node, in.get(1))) {
            x = e.nodes().reversed(x, axis);
        }
        return x;
    }

    private static Tensor tiled(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.get(0));
        List<Dim> times = Emission.sizes(node, in.get(1));
        List<Dim> dims = IntStream.range(0, x.rank())
                .mapToObj(i -> x.size(i).times(times.get(i)))
                .toList();
        OnnxGraph graph = e.nodes().graph();
        return graph.node("Tile", x.type(), new Shape(dims), List.of(x, graph.sizes(new Shape(times))));
    }

    private static int[] every(Array pairs, int rank, int second) {
        return IntStream.range(0, rank).map(i -> (int) pairs.at(2 * i + second)).toArray();
    }

    private static Tensor padded(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.getFirst());
        Array pads = Emission.numbers(node, in.get(1));
        double value = in.size() > 2 ? Emission.numbers(node, in.get(2)).at(0) : 0;
        return e.nodes().pad(x, every(pads, x.rank(), 0), every(pads, x.rank(), 1), value);
    }

    private static Tensor mirrored(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.getFirst());
        Array pads = Emission.numbers(node, in.get(1));
        int edge = node.text("mode", "REFLECT").equals("SYMMETRIC") ? 0 : 1;
        for (int axis = 0; axis < x.rank(); axis++) {
            int before = (int) pads.at(2 * axis);
            int after = (int) pads.at(2 * axis + 1);
            List<Tensor> parts = new ArrayList<>();
            if (before > 0) {
                parts.add(e.nodes().reversed(e.nodes().slice(x, axis, edge, edge + (long) before), axis));
            }
            parts.add(x);
            if (after > 0) {
                Dim end = x.size(axis).plus(-edge);
                parts.add(e.nodes().reversed(e.nodes().slice(x, axis, end.plus(-after), end), axis));
            }
            x = e.nodes().concat(parts, axis);
        }
        return x;
    }

    private static Dim quotient(Node node, Dim size, long by) {
        Dim quotient = size.dividedBy(Dim.of(by)).orElseThrow(() -> node.refuse("blocks of " + by + " in " + size));
        if (!quotient.times(by).equals(size)) {
            throw node.refuse("blocks of " + by + " in " + size);
        }
        return quotient;
    }

    private static long block(Node node) {
        if (!node.text("data_format", "NHWC").equals("NHWC")) {
            throw node.refuse("data_format (expected: NHWC)");
        }
        return node.number("block_size", 1);
    }

    private static Tensor rearranged(Emission e, Tensor x, List<Dim> split, int[] order, List<Dim> joined) {
        OnnxGraph graph = e.nodes().graph();
        return graph.reshape(graph.transpose(graph.reshape(x, new Shape(split)), order), new Shape(joined));
    }

    private static Tensor spaceToDepth(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.getFirst());
        Dim block = Dim.of(block(node));
        Dim height = quotient(node, x.size(1), block.value());
        Dim width = quotient(node, x.size(2), block.value());
        return rearranged(
                e,
                x,
                List.of(x.size(0), height, block, width, block, x.size(3)),
                new int[] {0, 1, 3, 2, 4, 5},
                List.of(x.size(0), height, width, x.size(3).times(block).times(block)));
    }

    private static Tensor depthToSpace(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.getFirst());
        Dim block = Dim.of(block(node));
        Dim depth = quotient(node, x.size(3), block.value() * block.value());
        return rearranged(
                e,
                x,
                List.of(x.size(0), x.size(1), x.size(2), block, block, depth),
                new int[] {0, 1, 3, 2, 4, 5},
                List.of(x.size(0), x.size(1).times(block), x.size(2).times(block), depth));
    }

    private static Tensor spaceToBatch(Emission e, Node node, List<Traced> in) {
        int[] blocks = Emission.integers(node, in.get(1));
        List<Dim> pads = Emission.table(node, in.get(2));
        Tensor given = e.tensor(in.getFirst());
        List<Dim> before = new ArrayList<>(Collections.nCopies(given.rank(), Dim.of(0)));
        List<Dim> after = new ArrayList<>(before);
        for (int i = 0; i < blocks.length; i++) {
            before.set(i + 1, pads.get(2 * i));
            after.set(i + 1, pads.get(2 * i + 1));
        }
        Tensor x = e.nodes().pad(given, before, after, 0);
        List<Dim> split = new ArrayList<>(List.of(x.size(0)));
        List<Dim> joined = new ArrayList<>(List.of(x.size(0)));
        List<Integer> order = new ArrayList<>();
        IntStream.range(0, blocks.length).forEach(i -> order.add(2 + 2 * i));
        order.add(0);
        for (int i = 0; i < blocks.length; i++) {
            Dim part = quotient(node, x.size(i + 1), blocks[i]);
            split.addAll(List.of(part, Dim.of(blocks[i])));
            joined.set(0, joined.getFirst().times(blocks[i]));
            joined.add(part);
            order.add(1 + 2 * i);
        }
        List<Dim> rest = x.shape().dims().subList(blocks.length + 1, x.rank());
        IntStream.range(0, rest.size()).forEach(i -> order.add(1 + 2 * blocks.length + i));
        return rearranged(e, x, joined(split, rest), toArray(order), joined(joined, rest));
    }

    private static Tensor batchToSpace(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.getFirst());
        int[] blocks = Emission.integers(node, in.get(1));
        List<Dim> crops = Emission.table(node, in.get(2));
        int axes = blocks.length;
        long all = Arrays.stream(blocks).asLongStream().reduce(1, (a, b) -> a * b);
        Dim batch = quotient(node, x.size(0), all);
        List<Dim> split =
                new ArrayList<>(Arrays.stream(blocks).mapToObj(Dim::of).toList());
        split.add(batch);
        List<Dim> joined = new ArrayList<>(List.of(batch));
        List<Integer> order = new ArrayList<>(List.of(axes));
        for (int i = 0; i < axes; i++) {
            split.add(x.size(i + 1));
            joined.add(x.size(i + 1).times(blocks[i]));
            order.addAll(List.of(axes + 1 + i, i));
        }
        List<Dim> rest = x.shape().dims().subList(axes + 1, x.rank());
        IntStream.range(0, rest.size()).forEach(i -> order.add(2 * axes + 1 + i));
        Tensor y = rearranged(e, x, joined(split, rest), toArray(order), joined(joined, rest));
        Nodes nodes = e.nodes();
        for (int i = 0; i < axes; i++) {
            Dim before = crops.get(2 * i);
            Dim after = crops.get(2 * i + 1);
            if (!before.is(0) || !after.is(0)) {
                y = nodes.slice(y, i + 1, before, y.size(i + 1).minus(after));
            }
        }
        return y;
    }

    private static List<Dim> joined(List<Dim> first, List<Dim> more) {
        return Stream.concat(first.stream(), more.stream()).toList();
    }

    private static int[] toArray(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
