package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.List;

/** TensorFlow's strided slices, without an ellipsis and with steps of one. */
final class Slices {
    private Slices() {}

    private static boolean mask(Node node, String key, int bit) {
        return (node.attribute(key).number(3, 0) >> bit & 1) != 0;
    }

    private static int[] integers(Node node, Traced value) {
        return value.sizes().orElseThrow(() -> node.refuse("bounds that are computed")).stream()
                .mapToInt(d -> (int) d.value())
                .toArray();
    }

    private static void steps(Node node, int... steps) {
        for (int step : steps) {
            if (step != 1) {
                throw node.refuse("steps of " + step + " (expected: 1)");
            }
        }
        if (node.attribute("ellipsis_mask").number(3, 0) != 0) {
            throw node.refuse("an ellipsis");
        }
    }

    private static int bound(int given, int size) {
        return Math.clamp(given < 0 ? given + size : given, 0, size);
    }

    static Traced slice(Emission e, Node node, List<Traced> in) {
        int[] begin = integers(node, in.get(1));
        int[] end = integers(node, in.get(2));
        steps(node, integers(node, in.get(3)));
        if (in.getFirst().sizes().isPresent()) {
            List<Dim> all = in.getFirst().sizes().get();
            if (mask(node, "shrink_axis_mask", 0)) {
                return Traced.of(List.of(all.get(begin[0] < 0 ? begin[0] + all.size() : begin[0])), true);
            }
            int from = mask(node, "begin_mask", 0) ? 0 : bound(begin[0], all.size());
            int to = mask(node, "end_mask", 0) ? all.size() : bound(end[0], all.size());
            return Traced.of(all.subList(from, Math.max(from, to)), false);
        }
        Tensor x = e.tensor(in.getFirst());
        int axis = 0;
        for (int i = 0; i < begin.length; i++) {
            if (mask(node, "new_axis_mask", i)) {
                x = e.nodes().unsqueeze(x, axis++);
            } else if (mask(node, "shrink_axis_mask", i)) {
                x = e.nodes().select(x, axis, begin[i]);
            } else {
                boolean whole = mask(node, "begin_mask", i) && mask(node, "end_mask", i);
                if (!whole) {
                    int size = (int) x.size(axis).value();
                    int from = mask(node, "begin_mask", i) ? 0 : bound(begin[i], size);
                    int to = mask(node, "end_mask", i) ? size : bound(end[i], size);
                    x = e.nodes().slice(x, axis, from, Math.max(from, to));
                }
                axis++;
            }
        }
        return Traced.of(x);
    }

    static Array slice(Node node, List<Array> in) {
        int[] begin = in.get(1).integers();
        int[] end = in.get(2).integers();
        Array x = in.getFirst();
        int axis = 0;
        for (int i = 0; i < begin.length; i++) {
            if (mask(node, "new_axis_mask", i)) {
                x = x.expand(axis++);
            } else if (mask(node, "shrink_axis_mask", i)) {
                x = x.select(axis, begin[i] < 0 ? begin[i] + x.size(axis) : begin[i]);
            } else {
                int size = x.size(axis);
                int from = mask(node, "begin_mask", i) ? 0 : bound(begin[i], size);
                int to = mask(node, "end_mask", i) ? size : bound(end[i], size);
                x = x.slice(axis, from, Math.max(from, to), 1);
                axis++;
            }
        }
        return x;
    }
}
