package io.mlaas.explanation;

import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Operators that pick, repeat and place elements. */
final class ArrangeRules {
    private static final Set<Integer> FIRST = Set.of(0);

    /** ONNX's numbers of 16-, 32- and 64-bit floats. */
    private static final Set<Integer> FLOATS = Set.of(1, 10, 11, 16);

    private ArrangeRules() {}

    static void register(RuleTable table) {
        table.add("Identity", c -> c.input(0));
        table.add("Dropout", FIRST, c -> c.input(0));
        table.add("Cast", ArrangeRules::cast);
        table.add("Reshape", FIRST, ArrangeRules::reshape);
        table.add("Flatten", ArrangeRules::flatten);
        table.add("Squeeze", FIRST, ArrangeRules::squeeze);
        table.add("Unsqueeze", FIRST, ArrangeRules::unsqueeze);
        table.add("Transpose", ArrangeRules::transpose);
        table.add("Slice", FIRST, ArrangeRules::slice);
        table.add("Gather", FIRST, ArrangeRules::gather);
        table.add("GatherElements", FIRST, ArrangeRules::gatherElements);
        table.add("Concat", ArrangeRules::concat);
        table.add("Expand", FIRST, ArrangeRules::expand);
        table.add("Tile", FIRST, ArrangeRules::tile);
        table.add("Pad", FIRST, ArrangeRules::pad);
        table.add("Trilu", FIRST, ArrangeRules::triangle);
        table.addSeveral("Split", FIRST, ArrangeRules::split);
    }

    private static Traced cast(Call c) {
        Traced x = c.input(0);
        boolean toFloats = FLOATS.contains(c.integer("to", 1));
        if (x.varies()) {
            if (!toFloats) {
                throw new ExplanationRefused(
                        c.place() + ": of what depends on the input, to integers (expected: floats)");
            }
            return x;
        }
        if (toFloats) {
            return Traced.constant(x.now(), false);
        }
        boolean toBoolean = c.integer("to", 1) == 9;
        return Traced.constant(x.now().map(v -> toBoolean ? (v != 0 ? 1 : 0) : (double) (long) v), true);
    }

    private static Traced reshape(Call c) {
        int[] wanted = c.integers(1);
        int[] from = c.input(0).shape();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] == 0 && c.integer("allowzero", 0) == 0) {
                wanted[i] = from[i];
            }
        }
        return c.tape().reshaped(c.input(0), wanted);
    }

    private static Traced flatten(Call c) {
        int axis = c.axis(1, c.input(0).now().rank());
        int rows = IntStream.of(Arrays.copyOf(c.input(0).shape(), axis)).reduce(1, (a, b) -> a * b);
        return c.tape().reshaped(c.input(0), rows, c.input(0).length() / rows);
    }

    private static Traced squeeze(Call c) {
        int[] shape = c.input(0).shape();
        boolean given = c.has(1) || c.hasAttribute("axes");
        int[] axes = c.axes(shape.length);
        return c.tape()
                .reshaped(
                        c.input(0),
                        IntStream.range(0, shape.length)
                                .filter(i -> shape[i] != 1 || (given && !contains(axes, i)))
                                .map(i -> shape[i])
                                .toArray());
    }

    private static Traced unsqueeze(Call c) {
        int[] shape = c.input(0).shape();
        int[] given = c.has(1) ? c.integers(1) : c.integersOf("axes");
        int[] target = new int[shape.length + given.length];
        int[] axes = IntStream.of(given).map(a -> a < 0 ? a + target.length : a).toArray();
        int next = 0;
        for (int i = 0; i < target.length; i++) {
            target[i] = contains(axes, i) ? 1 : shape[next++];
        }
        return c.tape().reshaped(c.input(0), target);
    }

    private static boolean contains(int[] axes, int axis) {
        return IntStream.of(axes).anyMatch(a -> a == axis);
    }

    private static Traced transpose(Call c) {
        int rank = c.input(0).now().rank();
        int[] backwards = IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
        int[] order = c.integersOf("perm", backwards);
        return c.tape().arranged(c.input(0), a -> a.transpose(order));
    }

    private static Traced slice(Call c) {
        int rank = c.input(0).now().rank();
        int[] starts = c.integers(1);
        int[] axes =
                c.has(3) ? c.integers(3) : IntStream.range(0, starts.length).toArray();
        double[] ends = c.constant(2).values();
        double[] begins = c.constant(1).values();
        return c.tape().arranged(c.input(0), a -> {
            Array result = a;
            for (int i = 0; i < axes.length; i++) {
                int axis = axes[i] < 0 ? axes[i] + rank : axes[i];
                int step = c.has(4) ? (int) c.constant(4).at(i) : 1;
                result = sliced(result, axis, begins[i], ends[i], step);
            }
            return result;
        });
    }

    private static Array sliced(Array a, int axis, double begin, double end, int step) {
        int size = a.size(axis);
        double low = step > 0 ? 0 : -1;
        double high = step > 0 ? size : size - 1;
        int from = (int) Math.clamp(begin < 0 ? begin + size : begin, 0, high);
        int to = (int) Math.clamp(end < 0 ? end + size : end, low, step > 0 ? size : high);
        return a.slice(axis, from, to, step);
    }

    private static Traced gather(Call c) {
        int axis = c.axis(0, c.input(0).now().rank());
        Array indices = c.constant(1);
        return c.tape().arranged(c.input(0), a -> a.gather(indices, axis));
    }

    private static Traced gatherElements(Call c) {
        int axis = c.axis(0, c.input(0).now().rank());
        Array indices = c.constant(1);
        int[] strides = strides(c.input(0).shape());
        int[] source = new int[indices.length()];
        int[] at = new int[indices.rank()];
        for (int i = 0; i < source.length; i++) {
            int index = (int) indices.at(i);
            for (int k = 0; k < at.length; k++) {
                int along = k == axis ? (index < 0 ? index + c.input(0).now().size(axis) : index) : at[k];
                source[i] += along * strides[k];
            }
            advance(at, indices.shape());
        }
        Array places = Array.vector(Arrays.stream(source).asDoubleStream().toArray());
        return c.tape()
                .arranged(
                        c.input(0), a -> a.reshape(a.length()).gather(places, 0).reshape(indices.shape()));
    }

    static int[] strides(int... shape) {
        int[] strides = new int[shape.length];
        int step = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= shape[i];
        }
        return strides;
    }

    /** The next index in row-major order. */
    static void advance(int[] at, int... shape) {
        for (int k = at.length - 1; k >= 0; k--) {
            if (++at[k] < shape[k]) {
                return;
            }
            at[k] = 0;
        }
    }

    private static Traced concat(Call c) {
        List<Traced> parts =
                IntStream.range(0, c.inputs().size()).mapToObj(c::input).toList();
        return c.tape().concat(parts, c.integer("axis", 0));
    }

    private static Traced expand(Call c) {
        int[] shape = Array.broadcastShape(c.input(0).shape(), c.integers(1));
        return c.tape().broadcast(c.input(0), shape);
    }

    private static Traced tile(Call c) {
        int[] times = c.integers(1);
        return c.tape().arranged(c.input(0), a -> {
            Array result = a;
            for (int axis = 0; axis < times.length; axis++) {
                result = Array.concat(java.util.Collections.nCopies(times[axis], result), axis);
            }
            return result;
        });
    }

    private static Traced pad(Call c) {
        int rank = c.input(0).now().rank();
        int[] given = c.integers(1);
        int[] axes = c.has(3) ? c.integers(3) : IntStream.range(0, rank).toArray();
        int[] before = new int[rank];
        int[] after = new int[rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = axes[i] < 0 ? axes[i] + rank : axes[i];
            before[axis] = given[i];
            after[axis] = given[i + axes.length];
        }
        String mode = c.text("mode", "constant");
        if (mode.equals("constant")) {
            double value = c.has(2) ? c.constant(2).at(0) : 0;
            return c.tape()
                    .arranged(c.input(0), a -> padded(a, before, after, value), a -> padded(a, before, after, -1));
        }
        return c.tape().arranged(c.input(0), a -> {
            Array result = a;
            for (int axis = 0; axis < rank; axis++) {
                result = result.gather(Array.vector(around(mode, a.size(axis), before[axis], after[axis])), axis);
            }
            return result;
        });
    }

    /** Negative padding cuts off. */
    private static Array padded(Array a, int[] before, int[] after, double value) {
        Array cut = a;
        for (int axis = 0; axis < before.length; axis++) {
            int from = Math.max(0, -before[axis]);
            int to = a.size(axis) - Math.max(0, -after[axis]);
            cut = from == 0 && to == a.size(axis) ? cut : cut.slice(axis, from, to, 1);
        }
        int[] front = IntStream.of(before).map(v -> Math.max(0, v)).toArray();
        int[] behind = IntStream.of(after).map(v -> Math.max(0, v)).toArray();
        return cut.pad(front, behind, value);
    }

    private static double[] around(String mode, int size, int before, int after) {
        return IntStream.range(-before, size + after)
                .map(i -> switch (mode) {
                    case "edge" -> Math.clamp(i, 0, size - 1);
                    case "wrap" -> Math.floorMod(i, size);
                    default -> i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
                })
                .asDoubleStream()
                .toArray();
    }

    private static Traced triangle(Call c) {
        Array x = c.input(0).now();
        int diagonal = c.has(1) ? (int) c.constant(1).at(0) : 0;
        boolean upper = c.integer("upper", 1) == 1;
        int columns = x.size(-1);
        int rows = x.size(-2);
        double[] kept = new double[rows * columns];
        for (int i = 0; i < kept.length; i++) {
            int distance = i % columns - i / columns;
            kept[i] = (upper ? distance >= diagonal : distance <= diagonal) ? 1 : 0;
        }
        Array mask = Array.of(kept, rows, columns);
        return ArithmeticRules.where(c.tape(), mask, c.input(0), Traced.constant(Array.scalar(0), true));
    }

    private static List<Traced> split(Call c) {
        int rank = c.input(0).now().rank();
        int axis = c.axis(0, rank);
        int size = c.input(0).now().size(axis);
        int[] sizes = c.has(1) ? c.integers(1) : c.integersOf("split");
        if (sizes.length == 0) {
            int count = c.integer("num_outputs", c.node().getOutputCount());
            int each = Math.ceilDiv(size, count);
            sizes = IntStream.range(0, count)
                    .map(i -> Math.min(each, size - i * each))
                    .toArray();
        }
        List<Traced> parts = new ArrayList<>();
        int from = 0;
        for (int part : sizes) {
            int begin = from;
            parts.add(c.tape().arranged(c.input(0), a -> a.slice(axis, begin, begin + part, 1)));
            from += part;
        }
        return parts;
    }
}
