package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Evaluation.Calculation;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What operators that choose elements compute. */
final class SelectCalculation {
    private SelectCalculation() {}

    static void register(Map<String, Calculation> table) {
        table.put("GatherV2", SelectCalculation::gather);
        table.put("ResourceGather", SelectCalculation::gather);
        table.put("GatherNd", (node, in) -> gatherPlaces(in.get(0), in.get(1)));
        table.put("OneHot", SelectCalculation::oneHot);
        table.put(
                "ArgMax",
                (node, in) -> first(in.get(0), in.get(0).axis((int) in.get(1).at(0)), 1));
        table.put(
                "ArgMin",
                (node, in) -> first(in.get(0), in.get(0).axis((int) in.get(1).at(0)), -1));
        table.put("Cumsum", SelectCalculation::cumulated);
        table.put("MatrixBandPart", SelectCalculation::band);
        for (String version : List.of("", "V2", "V3")) {
            table.put("MatrixDiag" + version, (node, in) -> diagonal(in.getFirst()));
            table.put("MatrixDiagPart" + version, (node, in) -> diagonalPart(in.getFirst()));
        }
        table.put("TensorScatterUpdate", (node, in) -> scattered(in.get(0), in.get(1), in.get(2)));
    }

    private static Array gather(Node node, List<Array> in) {
        int axis = in.size() > 2 ? in.get(0).axis((int) in.get(2).at(0)) : 0;
        int shared = (int) node.number("batch_dims", 0);
        return gather(in.get(0), in.get(1), axis, shared);
    }

    private static Array gather(Array table, Array indices, int axis, int shared) {
        if (shared == 0) {
            return table.gather(indices, axis);
        }
        return Array.stack(
                IntStream.range(0, table.size(0))
                        .mapToObj(i -> gather(table.select(0, i), indices.select(0, i), axis - 1, shared - 1))
                        .toList(),
                0);
    }

    private static Array gatherPlaces(Array x, Array places) {
        int depth = places.size(-1);
        int[] rest = Arrays.copyOfRange(x.shape(), depth, x.rank());
        int width = Arrays.stream(rest).reduce(1, (a, b) -> a * b);
        int count = places.length() / Math.max(depth, 1);
        double[] result = new double[count * width];
        for (int i = 0; i < count; i++) {
            System.arraycopy(x.values(), offset(x, places, i, depth) * width, result, i * width, width);
        }
        int[] outer = Arrays.copyOf(places.shape(), places.rank() - 1);
        return Array.of(
                result,
                IntStream.concat(Arrays.stream(outer), Arrays.stream(rest)).toArray());
    }

    private static int offset(Array x, Array places, int row, int depth) {
        int at = 0;
        for (int axis = 0; axis < depth; axis++) {
            at = at * x.size(axis) + (int) places.at(row * depth + axis);
        }
        return at;
    }

    private static Array scattered(Array x, Array places, Array updates) {
        int depth = places.size(-1);
        int count = places.length() / depth;
        int width = updates.length() / count;
        double[] values = x.values().clone();
        for (int i = 0; i < count; i++) {
            System.arraycopy(updates.values(), i * width, values, offset(x, places, i, depth) * width, width);
        }
        return Array.of(values, x.shape());
    }

    private static Array oneHot(Node node, List<Array> in) {
        Array indices = in.get(0);
        int depth = (int) in.get(1).at(0);
        int axis = (int) node.number("axis", -1);
        List<Array> classes = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            int wanted = i;
            classes.add(
                    indices.map(v -> v == wanted ? in.get(2).at(0) : in.get(3).at(0)));
        }
        return Array.stack(classes, axis < 0 ? indices.rank() : axis);
    }

    private static Array first(Array x, int axis, int sign) {
        Array best = x.select(axis, 0);
        Array at = best.map(v -> 0);
        for (int i = 1; i < x.size(axis); i++) {
            int place = i;
            Array next = x.select(axis, i);
            Array better = next.with(best, (a, b) -> a * sign > b * sign ? 1 : 0);
            at = at.with(better, (old, b) -> b != 0 ? place : old);
            best = Array.choose(better, next, best);
        }
        return at;
    }

    /** The largest along the last axis with their places, which decide among equals. */
    static List<Array> largest(List<Array> in) {
        Array x = in.get(0);
        int count = (int) in.get(1).at(0);
        int width = x.size(-1);
        int rows = x.length() / width;
        double[] values = new double[rows * count];
        double[] places = new double[rows * count];
        for (int row = 0; row < rows; row++) {
            int start = row * width;
            int[] order = IntStream.range(0, width)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -x.at(start + i))
                            .thenComparingInt(i -> i))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int i = 0; i < count; i++) {
                places[row * count + i] = order[i];
                values[row * count + i] = x.at(start + order[i]);
            }
        }
        int[] shape = x.shape();
        shape[shape.length - 1] = count;
        return List.of(Array.of(values, shape), Array.of(places, shape));
    }

    private static Array cumulated(Node node, List<Array> in) {
        Array x = in.getFirst();
        int axis = x.axis((int) in.get(1).at(0));
        boolean exclusive = node.flag("exclusive");
        boolean reverse = node.flag("reverse");
        List<Array> sums = new ArrayList<>();
        Array sum = x.select(axis, 0).map(v -> 0);
        for (int i = 0; i < x.size(axis); i++) {
            Array next = sum.plus(x.select(axis, reverse ? x.size(axis) - 1 - i : i));
            sums.add(exclusive ? sum : next);
            sum = next;
        }
        return Array.stack(reverse ? sums.reversed() : sums, axis);
    }

    private static Array band(Node node, List<Array> in) {
        Array x = in.getFirst();
        double below = in.get(1).at(0);
        double above = in.get(2).at(0);
        int width = x.size(-1);
        int height = x.size(-2);
        double[] values = x.values().clone();
        for (int i = 0; i < values.length; i++) {
            int row = i / width % height;
            int column = i % width;
            boolean kept = (below < 0 || row - column <= below) && (above < 0 || column - row <= above);
            values[i] = kept ? values[i] : 0;
        }
        return Array.of(values, x.shape());
    }

    private static Array diagonal(Array x) {
        int width = x.size(-1);
        double[] values = new double[x.length() * width];
        for (int i = 0; i < x.length(); i++) {
            values[i * width + i % width] = x.at(i);
        }
        return Array.of(
                values,
                IntStream.concat(Arrays.stream(x.shape()), IntStream.of(width)).toArray());
    }

    private static Array diagonalPart(Array x) {
        int width = x.size(-1);
        double[] values = new double[x.length() / width];
        for (int i = 0; i < values.length; i++) {
            values[i] = x.at(i * width + i % width);
        }
        return Array.of(values, Arrays.copyOf(x.shape(), x.rank() - 1));
    }
}
