package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sizes divided by a whole number. Where the quotient is no polynomial it is a symbol of its own, computed at run time; the
 * remainder {@code n - d * floor(n / d)} is then a polynomial again, so that a margin that fills up to a multiple of
 * {@code d} and is cut off later is known to leave the size as it was.
 */
final class Quotients {
    private final OnnxGraph graph;
    private final Map<String, Dim> known = new HashMap<>();

    Quotients(OnnxGraph graph) {
        this.graph = graph;
    }

    /** {@code size - by * floor(size / by)}. */
    Dim remainder(Dim size, long by) {
        Dim left = reduced(size, by);
        return left.minus(floor(left, by).times(by));
    }

    /** The quotient rounded down. */
    Dim floor(Dim size, long by) {
        Optional<Dim> exact = size.dividedBy(Dim.of(by));
        if (exact.isPresent()) {
            return exact.get();
        }
        Dim left = reduced(size, by);
        Dim whole = size.minus(left).dividedBy(Dim.of(by)).orElseThrow();
        if (left.terms().stream().allMatch(term -> term.getKey() <= 0)) {
            return whole.minus(up(left.times(-1), by));
        }
        // all that is left is positive
        return whole.plus(up(left.plus(1), by)).plus(-1);
    }

    /** What is left without multiples: no coefficient is positive, or none is negative. */
    private static Dim reduced(Dim size, long by) {
        boolean falls = size.terms().stream().allMatch(term -> term.getKey() <= 0);
        Dim left = Dim.of(0);
        for (Map.Entry<Long, List<String>> term : size.terms()) {
            long coefficient = falls ? term.getKey() % by : Math.floorMod(term.getKey(), by);
            Dim product = Dim.of(coefficient);
            for (String symbol : term.getValue()) {
                product = product.times(Dim.symbol(symbol));
            }
            left = left.plus(product);
        }
        return left;
    }

    /** The quotient of a size ≥ 1, rounded up: a symbol, which is ≥ 1 too. */
    private Dim up(Dim size, long by) {
        String name = size + " / " + by;
        Dim symbol = known.get(name);
        if (symbol == null || !graph.knows(symbol)) {
            Tensor quotient = graph.node(
                    "Div", ElementType.INT64, Shape.of(1), List.of(graph.size(size.plus(by - 1)), graph.constant(by)));
            symbol = graph.computedSize(quotient, "quotient");
            known.put(name, symbol);
        }
        return symbol;
    }
}
