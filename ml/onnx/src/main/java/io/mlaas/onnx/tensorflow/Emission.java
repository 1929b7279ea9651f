package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Graph.Body;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes ONNX nodes for TensorFlow's. */
final class Emission extends Interpreter<Traced> {
    private static final int MAX_NODES = 200_000;
    private static final Map<String, Operator> OPERATORS = new HashMap<>();

    static {
        CoreEmission.register(OPERATORS);
        ElementEmission.register(OPERATORS);
        ArrangeEmission.register(OPERATORS);
        SelectEmission.register(OPERATORS);
        WindowEmission.register(OPERATORS);
        ListEmission.register(OPERATORS);
    }

    /** How the nodes of one operator are written. */
    interface Operator {
        List<Traced> emit(Emission e, Node node, List<Traced> in);

        /** An operator that gives one tensor. */
        static Operator tensor(Single single) {
            return (e, node, in) -> List.of(Traced.of(single.emit(e, node, in)));
        }
    }

    interface Single {
        Tensor emit(Emission e, Node node, List<Traced> in);
    }

    private final Nodes nodes;
    private final Quotients quotients;
    private final SortedMap<String, Integer> used = new TreeMap<>();
    private int applied;

    Emission(Graph graph, Nodes nodes) {
        super(graph);
        this.nodes = nodes;
        quotients = new Quotients(nodes.graph());
    }

    SortedMap<String, Integer> used() {
        return used;
    }

    Nodes nodes() {
        return nodes;
    }

    Quotients quotients() {
        return quotients;
    }

    static boolean covers(String operator) {
        return OPERATORS.containsKey(operator);
    }

    /** All operators that are translated, control flow aside. */
    static SortedSet<String> operators() {
        return new TreeSet<>(OPERATORS.keySet());
    }

    @Override
    Traced variable(String name, Constant value) {
        return Traced.of(value, name);
    }

    @Override
    List<Traced> loop(Node node, Body condition, Body body, List<Traced> inputs) {
        used.merge(node.operator(), 1, Integer::sum);
        return new Loop(this, node, condition, body).emit(inputs);
    }

    @Override
    List<Traced> branch(Node node, Traced condition, Body yes, Body no, List<Traced> inputs) {
        used.merge(node.operator(), 1, Integer::sum);
        if (condition.isLiteral()) {
            boolean taken = condition.constant().orElseThrow().values().at(0) != 0;
            return call(node, taken ? yes : no, inputs);
        }
        return new Branches(this, node).emit(tensor(condition), yes, no, inputs);
    }

    @Override
    List<Traced> apply(Node node, List<Traced> inputs) {
        if (++applied > MAX_NODES) {
            throw new TranslationRefused(Reason.TOO_LARGE, "more than " + MAX_NODES + " nodes");
        }
        used.merge(node.operator(), 1, Integer::sum);
        nodes.graph().locate(node.name(), "tensorflow " + node.operator());
        try {
            Optional<Traced> known = Folding.fold(node, inputs).or(() -> SizeArithmetic.apply(node, inputs));
            return known.isPresent() ? List.of(known.get()) : emit(node, inputs);
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "node " + node.name() + " (" + node.operator() + "): " + e.getMessage(),
                    e);
        }
    }

    private List<Traced> emit(Node node, List<Traced> in) {
        Operator operator = OPERATORS.get(node.operator());
        if (operator == null) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPERATOR,
                    "node " + node.name() + ": operator " + node.operator() + " is not translated");
        }
        return operator.emit(this, node, in);
    }

    /** The value as a tensor of the graph. */
    Tensor tensor(Traced value) {
        if (value.tensor().isPresent()) {
            return value.tensor().get();
        }
        if (value.constant().isPresent()) {
            Constant constant = value.constant().get();
            if (constant.type().isFloating()) {
                return value.name().isEmpty()
                        ? nodes.numbers(constant.values())
                        : nodes.stored(value.name(), constant.values());
            }
            return nodes.numbers(constant.type(), constant.values());
        }
        if (value.rows().isPresent()) {
            return nodes.concat(
                    value.rows().get().stream()
                            .map(row -> nodes.unsqueeze(tensor(Traced.of(row, false)), 0))
                            .toList(),
                    0);
        }
        List<Dim> sizes =
                value.sizes().orElseThrow(() -> new IllegalStateException("a list of tensors that are not known yet"));
        Tensor vector = nodes.graph().cast(nodes.graph().sizes(new Shape(sizes)), ElementType.INT32);
        return value.scalar() ? nodes.squeeze(vector, 0) : vector;
    }

    static List<Dim> sizes(Node node, Traced value) {
        return value.sizes().orElseThrow(() -> node.refuse("sizes that depend on the values of a tensor"));
    }

    static int[] integers(Node node, Traced value) {
        return sizes(node, value).stream()
                .mapToInt(d -> {
                    if (!d.isConstant()) {
                        throw node.refuse("a number that depends on the size " + d);
                    }
                    return Math.toIntExact(d.value());
                })
                .toArray();
    }

    static int integer(Node node, Traced value) {
        return integers(node, value)[0];
    }

    /** The numbers of a matrix, row by row, which may depend on sizes. */
    static List<Dim> table(Node node, Traced value) {
        if (value.rows().isPresent()) {
            return value.rows().get().stream().flatMap(List::stream).toList();
        }
        return Arrays.stream(numbers(node, value).values())
                .mapToObj(number -> Dim.of((long) number))
                .toList();
    }

    /** Stored numbers of any rank. */
    static Array numbers(Node node, Traced value) {
        return value.constant()
                .orElseThrow(() -> node.refuse("numbers that are computed"))
                .values();
    }
}
