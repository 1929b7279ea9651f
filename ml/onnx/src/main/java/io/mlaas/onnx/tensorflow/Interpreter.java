package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.tensorflow.Graph.Body;
import io.mlaas.onnx.tensorflow.Graph.Node;
import io.mlaas.onnx.tensorflow.Graph.Port;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Follows a graph from its outputs to its inputs; calls of functions are entered.
 *
 * @param <V> what a node gives
 */
abstract class Interpreter<V> {
    private static final int MAX_CALLS = 100;

    /** Results with names of their own, where an operator has several. */
    private static final Map<String, List<String>> RESULTS = Map.of(
            "TopKV2", List.of("values", "indices"),
            "FusedBatchNorm", List.of("y"),
            "FusedBatchNormV2", List.of("y"),
            "FusedBatchNormV3", List.of("y"));

    private final Graph graph;
    private int calls;

    Interpreter(Graph graph) {
        this.graph = graph;
    }

    /** The results of an operator. */
    abstract List<V> apply(Node node, List<V> inputs);

    /** A variable, as its reader sees it. */
    abstract V variable(String name, Constant value);

    /** {@code while (condition(values)) values = body(values)}. */
    abstract List<V> loop(Node node, Body condition, Body body, List<V> inputs);

    /** @param condition which of the two is run */
    abstract List<V> branch(Node node, V condition, Body yes, Body no, List<V> inputs);

    /** Whether a result is let go as soon as nothing else needs it. */
    boolean forgets() {
        return false;
    }

    /** The outputs of the signature, in the order of their names. */
    List<V> run(Map<String, V> inputs) {
        List<String> wanted = graph.outputs().values().stream().map(Port::node).toList();
        Scope scope = new Scope(graph.main());
        graph.inputs().forEach((name, port) -> {
            V value = inputs.get(name);
            if (value == null) {
                throw new IllegalArgumentException("input " + name + " is missing");
            }
            scope.known.put(port.node().split(":", 2)[0], List.of(value));
        });
        scope.needOnly(wanted);
        return wanted.stream().map(scope::value).toList();
    }

    List<V> call(Node node, Body body, List<V> inputs) {
        if (++calls > MAX_CALLS) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "functions that call one another more than " + MAX_CALLS + " deep");
        }
        Scope scope = scope(node, body, inputs);
        scope.needOnly(body.results());
        List<V> results = body.results().stream().map(scope::value).toList();
        calls--;
        return results;
    }

    /** A function with its arguments, of which single results can be asked for. */
    Scope scope(Node node, Body body, List<V> inputs) {
        if (body.arguments().size() != inputs.size()) {
            throw new TranslationRefused(
                    Reason.DAMAGED, "node " + node.name() + " calls a function with " + inputs.size() + " arguments");
        }
        Scope scope = new Scope(body.nodes());
        for (int i = 0; i < inputs.size(); i++) {
            scope.known.put(body.arguments().get(i), List.of(inputs.get(i)));
        }
        return scope;
    }

    private List<V> results(Node node, List<V> inputs) {
        return switch (node.operator()) {
            case "VarHandleOp" -> {
                Constant value = graph.variables().get(node.name());
                if (value == null) {
                    throw new TranslationRefused(Reason.DAMAGED, "variable " + node.name() + " has no value");
                }
                yield List.of(variable(node.name(), value));
            }
            case "PartitionedCall", "StatefulPartitionedCall" -> call(node, graph.function(node, "f"), inputs);
            case "While", "StatelessWhile" ->
                loop(node, graph.function(node, "cond"), graph.function(node, "body"), inputs);
            case "If", "StatelessIf" ->
                branch(
                        node,
                        inputs.getFirst(),
                        graph.function(node, "then_branch"),
                        graph.function(node, "else_branch"),
                        inputs.subList(1, inputs.size()));
            default -> apply(node, inputs);
        };
    }

    /** The nodes of the outer graph or of a function, with the results that are known by now. */
    final class Scope {
        private final Map<String, Node> nodes;
        private final Map<String, List<V>> known = new HashMap<>();

        /** How many nodes still need a node's results; empty where all are kept. */
        private final Map<String, Integer> needed = new HashMap<>();

        Scope(Map<String, Node> nodes) {
            this.nodes = nodes;
        }

        /** @param reference {@code node}, {@code node:number}, or {@code node:name:number} */
        V value(String reference) {
            String name = Graph.nodeOf(reference);
            compute(name);
            List<V> results = known.get(name);
            int index = index(reference);
            if (results == null || index < 0 || index >= results.size()) {
                throw new TranslationRefused(Reason.UNSUPPORTED_CODE, reference + ": a result that is not translated");
            }
            return results.get(index);
        }

        private int index(String reference) {
            String[] parts = reference.split(":", 3);
            String number = parts[parts.length - 1];
            int index = parts.length == 1 ? 0 : number.matches("[0-9]{1,6}") ? Integer.parseInt(number) : -1;
            Node node = nodes.get(parts[0]);
            List<String> names = node == null ? null : RESULTS.get(node.operator());
            return parts.length < 3 || names == null ? index : names.indexOf(parts[1]);
        }

        /** What a node needs comes first, however long the chain is. */
        private void compute(String wanted) {
            Deque<String> pending = new ArrayDeque<>(List.of(wanted));
            Set<String> begun = new HashSet<>();
            while (!pending.isEmpty()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("the evaluation of " + wanted);
                }
                String name = pending.getFirst();
                if (known.containsKey(name)) {
                    pending.pop();
                    continue;
                }
                Node node = nodes.get(name);
                if (node == null) {
                    throw new TranslationRefused(Reason.DAMAGED, "node " + name + " is missing");
                }
                List<String> missing = node.data().stream()
                        .map(Graph::nodeOf)
                        .filter(input -> !known.containsKey(input))
                        .toList();
                if (missing.isEmpty()) {
                    known.put(name, results(node, arguments(node)));
                    forgetInputs(node);
                    pending.pop();
                } else if (begun.add(name)) {
                    missing.reversed().forEach(pending::push);
                } else {
                    throw new TranslationRefused(Reason.DAMAGED, "node " + name + " waits for itself");
                }
            }
        }

        /** Says which results will be asked for: those on the way to them need not be kept. */
        private void needOnly(List<String> wanted) {
            if (!forgets()) {
                return;
            }
            Deque<String> pending = new ArrayDeque<>();
            for (String reference : wanted) {
                need(Graph.nodeOf(reference), pending);
            }
            while (!pending.isEmpty()) {
                Node node = nodes.get(pending.pop());
                if (node != null) {
                    inputs(node).forEach(input -> need(input, pending));
                }
            }
        }

        private void need(String name, Deque<String> pending) {
            if (needed.merge(name, 1, Integer::sum) == 1) {
                pending.push(name);
            }
        }

        private List<String> inputs(Node node) {
            return node.data().stream().map(Graph::nodeOf).distinct().toList();
        }

        private void forgetInputs(Node node) {
            inputs(node).forEach(input -> {
                Integer left = needed.computeIfPresent(input, (name, count) -> count - 1);
                if (left != null && left == 0) {
                    known.put(input, List.of());
                }
            });
        }

        private List<V> arguments(Node node) {
            List<V> arguments = new ArrayList<>();
            node.data().forEach(input -> arguments.add(value(input)));
            return arguments;
        }
    }
}
