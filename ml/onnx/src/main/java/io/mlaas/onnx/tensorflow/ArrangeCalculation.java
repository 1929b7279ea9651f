package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Evaluation.Calculation;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What operators that put elements elsewhere compute. */
final class ArrangeCalculation {
    private ArrangeCalculation() {}

    static void register(Map<String, Calculation> table) {
        table.put("Shape", (node, in) -> Evaluation.sizes(in.getFirst()));
        table.put("Size", (node, in) -> Array.scalar(in.getFirst().length()));
        table.put("Rank", (node, in) -> Array.scalar(in.getFirst().rank()));
        table.put("Fill", (node, in) -> Array.full(in.get(1).at(0), in.get(0).integers()));
        table.put("Range", ArrangeCalculation::range);
        table.put("Pack", (node, in) -> Array.stack(in, (int) node.number("axis", 0)));
        table.put(
                "ConcatV2",
                (node, in) -> Array.concat(
                        in.subList(0, in.size() - 1), (int) in.getLast().at(0)));
        table.put("StridedSlice", ArrangeCalculation::strided);
        table.put("Slice", ArrangeCalculation::slice);
        table.put("Transpose", (node, in) -> in.get(0).transpose(in.get(1).integers()));
        table.put("Reshape", (node, in) -> in.get(0).reshape(in.get(1).integers()));
        table.put("ExpandDims", (node, in) -> in.get(0).expand((int) in.get(1).at(0)));
        table.put("Squeeze", ArrangeCalculation::squeezed);
        table.put("ReverseV2", (node, in) -> {
            Array x = in.getFirst();
            for (int axis : in.get(1).integers()) {
                x = x.reversed(axis);
            }
            return x;
        });
        table.put("Tile", ArrangeCalculation::tiled);
        table.put("BroadcastTo", (node, in) -> in.get(0).broadcastTo(in.get(1).integers()));
        table.put("Pad", ArrangeCalculation::padded);
        table.put("PadV2", ArrangeCalculation::padded);
        table.put("MirrorPad", ArrangeCalculation::mirrored);
        table.put("SpaceToDepth", ArrangeCalculation::spaceToDepth);
        table.put("DepthToSpace", ArrangeCalculation::depthToSpace);
        table.put("SpaceToBatchND", ArrangeCalculation::spaceToBatch);
        table.put("BatchToSpaceND", ArrangeCalculation::batchToSpace);
        table.put("TensorListFromTensor", (node, in) -> in.getFirst());
        table.put(
                "TensorListReserve", (node, in) -> Array.full(0, (int) in.get(1).at(0)));
        table.put("TensorListStack", (node, in) -> in.getFirst());
        table.put("TensorListLength", (node, in) -> Array.scalar(in.getFirst().size(0)));
        table.put("TensorListGetItem", (node, in) -> in.get(0)
                .select(0, (int) in.get(1).at(0)));
        table.put("TensorListSetItem", ArrangeCalculation::replaced);
    }

    private static Array range(Node node, List<Array> in) {
        double from = in.get(0).at(0);
        double step = in.get(2).at(0);
        double[] values = new double[(int) Math.max(0, Math.ceil((in.get(1).at(0) - from) / step))];
        Arrays.setAll(values, i -> from + i * step);
        return Array.vector(values);
    }

    /** The results of Split, SplitV and Unpack. */
    static List<Array> parts(Node node, List<Array> in) {
        if (node.operator().equals("Unpack")) {
            int axis = in.getFirst().axis((int) node.number("axis", 0));
            return IntStream.range(0, in.getFirst().size(axis))
                    .mapToObj(i -> in.getFirst().select(axis, i))
                    .toList();
        }
        boolean even = node.operator().equals("Split");
        Array x = in.get(even ? 1 : 0);
        int axis = x.axis((int) in.get(even ? 0 : 2).at(0));
        int[] sizes;
        if (even) {
            int count = (int) node.number("num_split", 1);
            sizes = new int[count];
            Arrays.fill(sizes, x.size(axis) / count);
        } else {
            sizes = in.get(1).integers();
            int given = Arrays.stream(sizes).filter(s -> s >= 0).sum();
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = sizes[i] < 0 ? x.size(axis) - given : sizes[i];
            }
        }
        List<Array> parts = new ArrayList<>();
        int at = 0;
        for (int size : sizes) {
            parts.add(x.slice(axis, at, at + size, 1));
            at += size;
        }
        return parts;
    }

    private static boolean mask(Node node, String key, int bit) {
        return (node.number(key, 0) >> bit & 1) != 0;
    }

    private static Array strided(Node node, List<Array> in) {
        Array x = in.getFirst();
        int[] begin = in.get(1).integers();
        int[] end = in.get(2).integers();
        int[] steps = in.get(3).integers();
        int axis = 0;
        for (int i = 0; i < begin.length; i++) {
            if (mask(node, "ellipsis_mask", i)) {
                int left = 0;
                for (int j = i + 1; j < begin.length; j++) {
                    left += mask(node, "new_axis_mask", j) ? 0 : 1;
                }
                axis = x.rank() - left;
            } else if (mask(node, "new_axis_mask", i)) {
                x = x.expand(axis++);
            } else if (mask(node, "shrink_axis_mask", i)) {
                x = x.select(axis, place(begin[i], x.size(axis)));
            } else {
                int size = x.size(axis);
                int low = steps[i] > 0 ? 0 : -1;
                int high = steps[i] > 0 ? size : size - 1;
                int from = begin[i] < 0 ? begin[i] + size : begin[i];
                int to = end[i] < 0 ? end[i] + size : end[i];
                from = mask(node, "begin_mask", i) ? (steps[i] > 0 ? low : high) : Math.clamp(from, low, high);
                to = mask(node, "end_mask", i) ? (steps[i] > 0 ? high : low) : Math.clamp(to, low, high);
                x = x.slice(axis++, from, to, steps[i]);
            }
        }
        return x;
    }

    private static int place(int given, int size) {
        int place = given < 0 ? given + size : given;
        if (place < 0 || place >= size) {
            throw new IllegalArgumentException("index: " + given + " (expected: one of " + size + ")");
        }
        return place;
    }

    private static Array slice(Node node, List<Array> in) {
        Array x = in.getFirst();
        int[] begin = in.get(1).integers();
        int[] size = in.get(2).integers();
        for (int axis = 0; axis < begin.length; axis++) {
            x = x.slice(axis, begin[axis], size[axis] < 0 ? x.size(axis) : begin[axis] + size[axis], 1);
        }
        return x;
    }

    private static Array squeezed(Node node, List<Array> in) {
        Array x = in.getFirst();
        int[] given = node.numbers("squeeze_dims");
        int[] axes = given.length == 0
                ? IntStream.range(0, x.rank()).filter(i -> x.size(i) == 1).toArray()
                : Arrays.stream(given).map(x::axis).toArray();
        return x.reshape(IntStream.range(0, x.rank())
                .filter(i -> Arrays.stream(axes).noneMatch(a -> a == i))
                .map(x::size)
                .toArray());
    }

    private static Array tiled(Node node, List<Array> in) {
        Array x = in.getFirst();
        int[] times = in.get(1).integers();
        for (int axis = 0; axis < times.length; axis++) {
            double[] rows = new double[x.size(axis) * times[axis]];
            int size = x.size(axis);
            Arrays.setAll(rows, i -> i % size);
            x = x.gather(Array.vector(rows), axis);
        }
        return x;
    }

    private static int[] every(int[] pairs, int second) {
        return IntStream.range(0, pairs.length / 2)
                .map(i -> pairs[2 * i + second])
                .toArray();
    }

    private static Array padded(Node node, List<Array> in) {
        int[] pads = in.get(1).integers();
        return in.getFirst()
                .pad(every(pads, 0), every(pads, 1), in.size() > 2 ? in.get(2).at(0) : 0);
    }

    /** Each new place looks up the place that it mirrors. */
    private static Array mirrored(Node node, List<Array> in) {
        Array x = in.getFirst();
        int[] pads = in.get(1).integers();
        boolean withEdge = node.text("mode", "REFLECT").equals("SYMMETRIC");
        for (int axis = 0; axis < x.rank(); axis++) {
            int size = x.size(axis);
            int before = pads[2 * axis];
            double[] places = new double[before + size + pads[2 * axis + 1]];
            for (int i = 0; i < places.length; i++) {
                int at = i - before;
                int shift = withEdge ? 1 : 0;
                places[i] = at < 0 ? -at - shift : at >= size ? 2 * (size - 1) - at + shift : at;
            }
            x = x.gather(Array.vector(places), axis);
        }
        return x;
    }

    private static Array spaceToDepth(Node node, List<Array> in) {
        Array x = in.getFirst();
        int block = (int) node.number("block_size", 1);
        List<Array> parts = new ArrayList<>();
        for (int row = 0; row < block; row++) {
            for (int column = 0; column < block; column++) {
                parts.add(x.slice(1, row, x.size(1), block).slice(2, column, x.size(2), block));
            }
        }
        return Array.concat(parts, 3);
    }

    private static Array depthToSpace(Node node, List<Array> in) {
        Array x = in.getFirst();
        int block = (int) node.number("block_size", 1);
        int depth = x.size(3) / (block * block);
        double[] result = new double[x.length()];
        int width = x.size(2) * block;
        int height = x.size(1) * block;
        for (int i = 0; i < result.length; i++) {
            int channel = i % depth;
            int column = i / depth % width;
            int row = i / depth / width % height;
            int sample = i / depth / width / height;
            int from = ((sample * x.size(1) + row / block) * x.size(2) + column / block) * x.size(3)
                    + (row % block * block + column % block) * depth
                    + channel;
            result[i] = x.at(from);
        }
        return Array.of(result, x.size(0), height, width, depth);
    }

    /** The samples of offset (0, 0 …) first, then those of the next offset. */
    private static Array spaceToBatch(Node node, List<Array> in) {
        int[] blocks = in.get(1).integers();
        int[] pads = in.get(2).integers();
        Array x = in.getFirst();
        int[] before = new int[x.rank()];
        int[] after = new int[x.rank()];
        for (int i = 0; i < blocks.length; i++) {
            before[i + 1] = pads[2 * i];
            after[i + 1] = pads[2 * i + 1];
        }
        List<Array> parts = new ArrayList<>(List.of(x.pad(before, after, 0)));
        for (int i = 0; i < blocks.length; i++) {
            List<Array> finer = new ArrayList<>();
            for (Array part : parts) {
                for (int offset = 0; offset < blocks[i]; offset++) {
                    finer.add(part.slice(i + 1, offset, part.size(i + 1), blocks[i]));
                }
            }
            parts = finer;
        }
        return Array.concat(parts, 0);
    }

    private static Array batchToSpace(Node node, List<Array> in) {
        int[] blocks = in.get(1).integers();
        int[] crops = in.get(2).integers();
        Array x = in.getFirst();
        for (int i = blocks.length - 1; i >= 0; i--) {
            // the samples of one block of the last axis lie next to each other in groups of the batch
            int groups = Arrays.stream(blocks).limit(i).reduce(1, (a, b) -> a * b);
            int samples = x.size(0) / groups / blocks[i];
            List<Array> all = new ArrayList<>();
            for (int group = 0; group < groups; group++) {
                List<Array> offsets = new ArrayList<>();
                for (int offset = 0; offset < blocks[i]; offset++) {
                    int at = (group * blocks[i] + offset) * samples;
                    offsets.add(x.slice(0, at, at + samples, 1));
                }
                Array stacked = Array.stack(offsets, i + 2);
                int[] shape = stacked.shape();
                int block = i + 1;
                int[] joined = IntStream.range(0, shape.length - 1)
                        .map(k -> k == block ? shape[k] * shape[k + 1] : k > block ? shape[k + 1] : shape[k])
                        .toArray();
                all.add(stacked.reshape(joined));
            }
            x = Array.concat(all, 0);
        }
        for (int i = 0; i < blocks.length; i++) {
            x = x.slice(i + 1, crops[2 * i], x.size(i + 1) - crops[2 * i + 1], 1);
        }
        return x;
    }

    /** A list that was only reserved learns the shape of its elements from the first that is set. */
    private static Array replaced(Node node, List<Array> in) {
        Array list = in.get(0);
        Array element = in.get(2);
        int at = (int) in.get(1).at(0);
        int length = list.size(0);
        double[] values =
                list.rank() == element.rank() + 1 ? list.values().clone() : new double[length * element.length()];
        System.arraycopy(element.values(), 0, values, at * element.length(), element.length());
        int[] shape = IntStream.concat(IntStream.of(length), Arrays.stream(element.shape()))
                .toArray();
        return Array.of(values, shape);
    }
}
