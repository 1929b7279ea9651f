package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Arithmetic on sizes, which is done while nodes are written. */
final class SizeArithmetic {
    private SizeArithmetic() {}

    private interface Rule {
        Optional<Dim> apply(Dim a, Dim b);
    }

    /** Nothing where the operator, or these sizes, cannot be calculated with. */
    static Optional<Traced> apply(Node node, List<Traced> in) {
        if (in.isEmpty() || !in.stream().allMatch(v -> v.sizes().isPresent())) {
            return Optional.empty();
        }
        List<Dim> x = in.getFirst().sizes().orElseThrow();
        return switch (node.operator()) {
            case "Mul" -> elementwise(in, (a, b) -> Optional.of(a.times(b)));
            case "Sub" -> elementwise(in, (a, b) -> Optional.of(a.minus(b)));
            case "AddV2", "Add" -> elementwise(in, (a, b) -> Optional.of(a.plus(b)));
            case "FloorDiv" -> elementwise(in, Dim::dividedBy);
            case "Maximum" -> elementwise(in, (a, b) -> larger(a, b, 1));
            case "Minimum" -> elementwise(in, (a, b) -> larger(a, b, -1));
            case "Prod" -> {
                Dim product = x.stream().reduce(Dim.of(1), Dim::times);
                yield Optional.of(Traced.of(List.of(product), !node.flag("keep_dims")));
            }
            case "Max" -> extreme(node, in.getFirst(), 1);
            case "Min" -> extreme(node, in.getFirst(), -1);
            case "Reshape", "Squeeze", "ExpandDims" -> reshaped(node, in);
            case "Fill" -> filled(x, in.get(1));
            case "Slice" -> sliced(in);
            case "ReverseV2" -> {
                List<Dim> reversed = new ArrayList<>(x);
                Collections.reverse(reversed);
                yield Optional.of(Traced.of(reversed, false));
            }
            default -> Optional.empty();
        };
    }

    private static Optional<Dim> larger(Dim a, Dim b, int sign) {
        OptionalLong compared = a.equals(b) ? OptionalLong.of(0) : a.compare(b);
        return compared.isPresent() ? Optional.of(compared.getAsLong() * sign >= 0 ? a : b) : Optional.empty();
    }

    private static Optional<Traced> elementwise(List<Traced> in, Rule rule) {
        List<Dim> a = in.get(0).sizes().orElseThrow();
        List<Dim> b = in.get(1).sizes().orElseThrow();
        int length = Math.max(a.size(), b.size());
        List<Dim> result = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Optional<Dim> next = rule.apply(a.get(a.size() == 1 ? 0 : i), b.get(b.size() == 1 ? 0 : i));
            if (next.isEmpty()) {
                return Optional.empty();
            }
            result.add(next.get());
        }
        return Optional.of(Traced.of(result, in.get(0).scalar() && in.get(1).scalar()));
    }

    private static Optional<Traced> extreme(Node node, Traced x, int sign) {
        Optional<Dim> best = Optional.empty();
        for (Dim size : x.sizes().orElseThrow()) {
            best = best.isEmpty() ? Optional.of(size) : larger(best.get(), size, sign);
            if (best.isEmpty()) {
                return Optional.empty();
            }
        }
        return best.map(b -> Traced.of(List.of(b), x.scalar() || !node.flag("keep_dims")));
    }

    /** Between a scalar and a vector of one; vectors stay as they are. */
    private static Optional<Traced> reshaped(Node node, List<Traced> in) {
        Traced x = in.getFirst();
        List<Dim> sizes = x.sizes().orElseThrow();
        return switch (node.operator()) {
            case "ExpandDims" -> x.scalar() ? Optional.of(Traced.of(sizes, false)) : Optional.empty();
            case "Squeeze" -> x.scalar() || sizes.size() != 1 ? Optional.empty() : Optional.of(Traced.of(sizes, true));
            default -> {
                int rank = in.get(1).scalar()
                        ? -1
                        : in.get(1).sizes().orElseThrow().size();
                yield rank == 0 && sizes.size() == 1
                        ? Optional.of(Traced.of(sizes, true))
                        : rank == 1 ? Optional.of(Traced.of(sizes, false)) : Optional.empty();
            }
        };
    }

    private static Optional<Traced> filled(List<Dim> shape, Traced value) {
        boolean vector = shape.size() == 1
                && shape.getFirst().isConstant()
                && shape.getFirst().value() <= 16;
        Dim size = value.sizes().orElseThrow().getFirst();
        return vector
                ? Optional.of(
                        Traced.of(Collections.nCopies((int) shape.getFirst().value(), size), false))
                : Optional.empty();
    }

    private static Optional<Traced> sliced(List<Traced> in) {
        List<Dim> all = in.getFirst().sizes().orElseThrow();
        int begin = (int) in.get(1).sizes().orElseThrow().getFirst().value();
        int size = (int) in.get(2).sizes().orElseThrow().getFirst().value();
        return Optional.of(Traced.of(all.subList(begin, size < 0 ? all.size() : begin + size), false));
    }
}
