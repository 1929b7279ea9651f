package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.tensorflow.Graph.Body;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows a graph from its outputs to its inputs; calls of functions are entered.
 *
 * @param <V> what a node gives
 */
abstract class Interpreter<V> {
    private static final int MAX_DEPTH = 2000;

    private final Graph graph;
    private int depth;

    Interpreter(Graph graph) {
        this.graph = graph;
    }

    /** The results of an operator. */
    abstract List<V> apply(Node node, List<V> inputs);

    /** A variable, as its reader sees it. */
    abstract V variable(String name, Constant value);

    /** The outputs of the signature, in the order of their names. */
    List<V> run(Map<String, V> inputs) {
        Map<String, List<V>> known = new HashMap<>();
        graph.inputs().forEach((name, port) -> {
            V value = inputs.get(name);
            if (value == null) {
                throw new IllegalArgumentException("input " + name + " is missing");
            }
            known.put(port.node().split(":", 2)[0], List.of(value));
        });
        return graph.outputs().values().stream()
                .map(port -> value(port.node(), graph.main(), known))
                .toList();
    }

    private V value(String reference, Map<String, Node> nodes, Map<String, List<V>> known) {
        String[] parts = reference.split(":", 3);
        List<V> results = results(parts[0], nodes, known);
        String number = parts[parts.length - 1];
        int index = parts.length == 1 ? 0 : number.matches("[0-9]{1,6}") ? Integer.parseInt(number) : -1;
        if (index < 0 || index >= results.size()) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, reference + ": a result that is not translated");
        }
        return results.get(index);
    }

    private List<V> results(String name, Map<String, Node> nodes, Map<String, List<V>> known) {
        List<V> done = known.get(name);
        if (done != null) {
            return done;
        }
        Node node = nodes.get(name);
        if (node == null) {
            throw new TranslationRefused(Reason.DAMAGED, "node " + name + " is missing");
        }
        if (++depth > MAX_DEPTH) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "nodes chained more than " + MAX_DEPTH + " deep, or a cycle");
        }
        List<V> results;
        if (node.operator().equals("VarHandleOp")) {
            Constant value = graph.variables().get(name);
            if (value == null) {
                throw new TranslationRefused(Reason.DAMAGED, "variable " + name + " has no value");
            }
            results = List.of(variable(name, value));
        } else {
            List<V> inputs = new ArrayList<>();
            for (String input : node.inputs()) {
                if (!input.startsWith("^")) {
                    inputs.add(value(input, nodes, known));
                }
            }
            results = node.operator().endsWith("PartitionedCall") ? call(node, inputs) : apply(node, inputs);
        }
        depth--;
        known.put(name, results);
        return results;
    }

    private List<V> call(Node node, List<V> inputs) {
        Body body = graph.functions().get(node.attribute("f").message(10).text(1));
        if (body == null || body.arguments().size() != inputs.size()) {
            throw new TranslationRefused(Reason.DAMAGED, "node " + node.name() + " calls a function that is missing");
        }
        Map<String, List<V>> known = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            known.put(body.arguments().get(i), List.of(inputs.get(i)));
        }
        return body.results().stream().map(r -> value(r, body.nodes(), known)).toList();
    }
}
