package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.List;

/** TensorFlow's strided slices with all their masks; bounds may be computed by the graph. */
final class Slices {
    private final Emission emission;
    private final Node node;
    private final Traced begin;
    private final Traced end;
    private final int[] steps;

    private Slices(Emission emission, Node node, List<Traced> in) {
        this.emission = emission;
        this.node = node;
        begin = in.get(1);
        end = in.get(2);
        steps = Emission.integers(node, in.get(3));
    }

    static Traced slice(Emission emission, Node node, List<Traced> in) {
        Slices slices = new Slices(emission, node, in);
        Traced x = in.getFirst();
        boolean single = slices.steps.length == 1
                && slices.begin.sizes().isPresent()
                && slices.end.sizes().isPresent()
                && !slices.mask("new_axis_mask", 0)
                && !slices.mask("ellipsis_mask", 0);
        if (single && x.sizes().isPresent() && !x.scalar()) {
            List<Dim> chosen = slices.chosen(x.sizes().get());
            return Traced.of(chosen, slices.mask("shrink_axis_mask", 0));
        }
        if (single && x.rows().isPresent()) {
            List<List<Dim>> chosen = slices.chosen(x.rows().get());
            return slices.mask("shrink_axis_mask", 0) ? Traced.of(chosen.getFirst(), false) : Traced.rows(chosen);
        }
        return Traced.of(slices.tensor(emission.tensor(x)));
    }

    private int begin(int i) {
        return (int) Emission.sizes(node, begin).get(i).value();
    }

    private int end(int i) {
        return (int) Emission.sizes(node, end).get(i).value();
    }

    private boolean mask(String key, int bit) {
        return (node.number(key, 0) >> bit & 1) != 0;
    }

    private <T> List<T> chosen(List<T> all) {
        int size = all.size();
        int from = begin(0);
        if (mask("shrink_axis_mask", 0)) {
            return List.of(all.get(from < 0 ? from + size : from));
        }
        int step = steps[0];
        int first = mask("begin_mask", 0) ? (step > 0 ? 0 : size - 1) : bound(from, size, step);
        int last = mask("end_mask", 0) ? (step > 0 ? size : -1) : bound(end(0), size, step);
        List<T> result = new ArrayList<>();
        for (int i = first; step > 0 ? i < last : i > last; i += step) {
            result.add(all.get(i));
        }
        return result;
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
                x = element(x, axis, i);
            } else {
                x = range(x, axis++, i);
            }
        }
        return x;
    }

    private Tensor element(Tensor x, int axis, int i) {
        if (begin.sizes().isEmpty()) {
            return emission.nodes().gather(x, emission.nodes().select(emission.tensor(begin), 0, i), axis);
        }
        Dim index = begin.sizes().get().get(i);
        if (index.isConstant()) {
            return emission.nodes().select(x, axis, index.value());
        }
        return emission.nodes().squeeze(emission.nodes().slice(x, axis, index, index.plus(1)), axis);
    }

    private Tensor range(Tensor x, int axis, int i) {
        boolean fromStart = mask("begin_mask", i);
        boolean toEnd = mask("end_mask", i);
        Dim size = x.size(axis);
        boolean computed = (!fromStart && begin.sizes().isEmpty())
                || (!toEnd && end.sizes().isEmpty());
        if (computed) {
            return emission.nodes().graph().withSymbol(strided(x, axis, i, Dim.symbol("open")), axis, "length");
        }
        if (steps[i] == 1) {
            Dim from = fromStart
                    ? Dim.of(0)
                    : fromFront(Emission.sizes(node, begin).get(i), size);
            Dim to = toEnd ? size : fromFront(Emission.sizes(node, end).get(i), size);
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
        int first = mask("begin_mask", i) ? (step > 0 ? 0 : size - 1) : bound(begin(i), size, step);
        int last = mask("end_mask", i) ? (step > 0 ? size : -1) : bound(end(i), size, step);
        return Math.max(0, Math.ceilDiv(last - first, step));
    }

    /** As ONNX says it: bounds beyond the ends mean the ends. */
    private Tensor strided(Tensor x, int axis, int i, Dim length) {
        OnnxGraph graph = emission.nodes().graph();
        boolean forward = steps[i] > 0;
        Tensor from = mask("begin_mask", i) ? graph.constant(forward ? 0 : Integer.MAX_VALUE) : bound(begin, i);
        Tensor to =
                mask("end_mask", i) ? graph.constant(forward ? Integer.MAX_VALUE : Integer.MIN_VALUE) : bound(end, i);
        return graph.node(
                "Slice",
                x.type(),
                x.shape().with(axis, length),
                List.of(x, from, to, graph.constant(axis), graph.constant(steps[i])));
    }

    /** A bound as a vector of one. */
    private Tensor bound(Traced bounds, int i) {
        OnnxGraph graph = emission.nodes().graph();
        if (bounds.sizes().isPresent()) {
            return graph.size(bounds.sizes().get().get(i));
        }
        return graph.cast(emission.nodes().slice(emission.tensor(bounds), 0, i, i + 1L), ElementType.INT64);
    }
}
