package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.List;

/** TensorFlow's strided slices with all their masks. */
final class Slices {
    private final Emission emission;
    private final Node node;
    private final List<Dim> begin;
    private final List<Dim> end;
    private final int[] steps;

    private Slices(Emission emission, Node node, List<Traced> in) {
        this.emission = emission;
        this.node = node;
        begin = Emission.sizes(node, in.get(1));
        end = Emission.sizes(node, in.get(2));
        steps = Emission.integers(node, in.get(3));
    }

    static Traced slice(Emission emission, Node node, List<Traced> in) {
        Slices slices = new Slices(emission, node, in);
        Traced x = in.getFirst();
        boolean plain = !slices.mask("new_axis_mask", 0) && !slices.mask("ellipsis_mask", 0);
        return x.sizes().isPresent() && !x.scalar() && slices.steps.length == 1 && plain
                ? slices.sizes(x.sizes().get())
                : Traced.of(slices.tensor(emission.tensor(x)));
    }

    private boolean mask(String key, int bit) {
        return (node.number(key, 0) >> bit & 1) != 0;
    }

    private Traced sizes(List<Dim> all) {
        int size = all.size();
        int from = (int) begin.getFirst().value();
        if (mask("shrink_axis_mask", 0)) {
            return Traced.of(List.of(all.get(from < 0 ? from + size : from)), true);
        }
        int step = steps[0];
        int first = mask("begin_mask", 0) ? (step > 0 ? 0 : size - 1) : bound(from, size, step);
        int last = mask("end_mask", 0)
                ? (step > 0 ? size : -1)
                : bound((int) end.getFirst().value(), size, step);
        List<Dim> result = new ArrayList<>();
        for (int i = first; step > 0 ? i < last : i > last; i += step) {
            result.add(all.get(i));
        }
        return Traced.of(result, false);
    }

    private static int bound(int given, int size, int step) {
        int fromFront = given < 0 ? given + size : given;
        return step > 0 ? Math.clamp(fromFront, 0, size) : Math.clamp(fromFront, -1, size - 1);
    }

    private Tensor tensor(Tensor given) {
        Tensor x = given;
        int named = 0;
        for (int i = 0; i < steps.length; i++) {
            named += mask("new_axis_mask", i) || mask("ellipsis_mask", i) ? 0 : 1;
        }
        int axis = 0;
        for (int i = 0; i < steps.length; i++) {
            if (mask("ellipsis_mask", i)) {
                axis += given.rank() - named;
            } else if (mask("new_axis_mask", i)) {
                x = emission.nodes().unsqueeze(x, axis++);
            } else if (mask("shrink_axis_mask", i)) {
                x = element(x, axis, begin.get(i));
            } else {
                x = range(x, axis++, i);
            }
        }
        return x;
    }

    private Tensor element(Tensor x, int axis, Dim index) {
        if (index.isConstant()) {
            return emission.nodes().select(x, axis, index.value());
        }
        return emission.nodes().squeeze(emission.nodes().slice(x, axis, index, index.plus(1)), axis);
    }

    private Tensor range(Tensor x, int axis, int i) {
        boolean fromStart = mask("begin_mask", i);
        boolean toEnd = mask("end_mask", i);
        Dim size = x.size(axis);
        if (steps[i] == 1) {
            Dim from = fromStart ? Dim.of(0) : fromFront(begin.get(i), size);
            Dim to = toEnd ? size : fromFront(end.get(i), size);
            boolean unsure = to.isConstant() && !size.isConstant();
            if (from.is(0) && to.equals(size)) {
                return x;
            }
            if (unsure) {
                return emission.nodes().graph().withSymbol(strided(x, axis, i, Dim.symbol("open")), axis, "length");
            }
            return emission.nodes()
                    .slice(
                            x,
                            axis,
                            from,
                            from.isConstant() && to.isConstant() && to.value() < from.value() ? from : to);
        }
        if (steps[i] == -1 && fromStart && toEnd) {
            return emission.nodes().reversed(x, axis);
        }
        if (size.isConstant()) {
            return strided(x, axis, i, Dim.of(count(i, (int) size.value())));
        }
        return emission.nodes().graph().withSymbol(strided(x, axis, i, Dim.symbol("open")), axis, "length");
    }

    private static Dim fromFront(Dim bound, Dim size) {
        if (!bound.isConstant()) {
            return bound;
        }
        if (size.isConstant()) {
            return Dim.of(bound((int) bound.value(), (int) size.value(), 1));
        }
        return bound.value() < 0 ? size.plus(bound.value()) : bound;
    }

    private int count(int i, int size) {
        int step = steps[i];
        int first = mask("begin_mask", i)
                ? (step > 0 ? 0 : size - 1)
                : bound((int) begin.get(i).value(), size, step);
        int last = mask("end_mask", i)
                ? (step > 0 ? size : -1)
                : bound((int) end.get(i).value(), size, step);
        return Math.max(0, Math.ceilDiv(last - first, step));
    }

    /** As ONNX says it: bounds beyond the ends mean the ends. */
    private Tensor strided(Tensor x, int axis, int i, Dim length) {
        OnnxGraph graph = emission.nodes().graph();
        boolean forward = steps[i] > 0;
        Dim from = mask("begin_mask", i) ? Dim.of(forward ? 0 : Integer.MAX_VALUE) : begin.get(i);
        Dim to = mask("end_mask", i) ? Dim.of(forward ? Integer.MAX_VALUE : Integer.MIN_VALUE) : end.get(i);
        return graph.node(
                "Slice",
                x.type(),
                x.shape().with(axis, length),
                List.of(x, graph.size(from), graph.size(to), graph.constant(axis), graph.constant(steps[i])));
    }
}
