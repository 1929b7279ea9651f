package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Graph.Body;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Computes a graph in 64-bit floats, operator by operator, and loops round by round. */
final class Evaluation extends Interpreter<Array> {
    private static final int MAX_CONSTANT = 1 << 24;
    private static final Map<String, Calculation> OPERATORS = new HashMap<>();

    static {
        ElementCalculation.register(OPERATORS);
        ArrangeCalculation.register(OPERATORS);
        SelectCalculation.register(OPERATORS);
        WindowCalculation.register(OPERATORS);
    }

    /** What one operator computes. */
    interface Calculation {
        Array of(Node node, List<Array> in);
    }

    private final IdentityHashMap<Node, Array> constants = new IdentityHashMap<>();

    Evaluation(Graph graph) {
        super(graph);
    }

    @Override
    boolean forgets() {
        return true;
    }

    @Override
    Array variable(String name, Constant value) {
        return value.values();
    }

    @Override
    List<Array> loop(Node node, Body condition, Body body, List<Array> inputs) {
        List<Array> values = inputs;
        for (int round = 0; call(node, condition, values).getFirst().at(0) != 0; round++) {
            if (round == Loop.MAX_ROUNDS) {
                throw node.refuse("more than " + Loop.MAX_ROUNDS + " rounds");
            }
            values = call(node, body, values);
        }
        return values;
    }

    @Override
    List<Array> branch(Node node, Array condition, Body yes, Body no, List<Array> inputs) {
        return call(node, condition.at(0) != 0 ? yes : no, inputs);
    }

    @Override
    List<Array> apply(Node node, List<Array> in) {
        return switch (node.operator()) {
            case "Const" ->
                List.of(constants.computeIfAbsent(
                        node, n -> Constant.of(n.attribute("value").message(8), MAX_CONSTANT)
                                .values()));
            case "IdentityN" -> in;
            case "ShapeN" -> in.stream().map(Evaluation::sizes).toList();
            case "Split", "SplitV", "Unpack" -> ArrangeCalculation.parts(node, in);
            case "TopKV2" -> SelectCalculation.largest(in);
            default -> List.of(compute(node, in));
        };
    }

    static Array sizes(Array x) {
        double[] sizes = new double[x.rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = x.size(i);
        }
        return Array.vector(sizes);
    }

    static Array compute(Node node, List<Array> in) {
        Calculation calculation = OPERATORS.get(node.operator());
        if (calculation == null) {
            throw node.refuse("is not evaluated");
        }
        return calculation.of(node, in);
    }
}
