package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A decoded SavedModel.
 *
 * @param main the outer graph
 * @param functions by name
 * @param inputs of the signature, by name, in the order of the names
 * @param variables values by the name of the node that holds them
 */
record Graph(
        Map<String, Node> main,
        Map<String, Body> functions,
        Map<String, Port> inputs,
        Map<String, Port> outputs,
        Map<String, Constant> variables,
        String version) {

    /** A node. */
    record Node(String name, String operator, List<String> inputs, Map<String, Message> attributes) {
        private static final Message NONE = new Message();

        Message attribute(String key) {
            return attributes.getOrDefault(key, NONE);
        }

        String text(String key, String otherwise) {
            return attribute(key).has(2) ? attribute(key).text(2) : otherwise;
        }

        boolean flag(String key) {
            return attribute(key).number(5, 0) != 0;
        }

        int[] numbers(String key) {
            return attribute(key).message(1).numbers(3).stream()
                    .mapToInt(Long::intValue)
                    .toArray();
        }

        long number(String key, long otherwise) {
            return attribute(key).number(3, otherwise);
        }

        /** The inputs without those that only say what comes first. */
        List<String> data() {
            return inputs.stream().filter(input -> !input.startsWith("^")).toList();
        }

        TranslationRefused refuse(String message) {
            return new TranslationRefused(Reason.UNSUPPORTED_CODE, "node " + name + " (" + operator + "): " + message);
        }
    }

    /** The function that an attribute of a node names. */
    Body function(Node node, String attribute) {
        Body body = functions.get(node.attribute(attribute).message(10).text(1));
        if (body == null) {
            throw new TranslationRefused(Reason.DAMAGED, "node " + node.name() + " calls a function that is missing");
        }
        return body;
    }

    /** How often each operator stands in what the outputs depend on, functions included, each once. */
    SortedMap<String, Integer> operators() {
        SortedMap<String, Integer> counts = new TreeMap<>();
        Set<Body> entered = Collections.newSetFromMap(new IdentityHashMap<>());
        List<String> roots = outputs.values().stream().map(Port::node).toList();
        Deque<Body> bodies = new ArrayDeque<>(List.of(new Body(List.of(), main, roots)));
        while (!bodies.isEmpty()) {
            Body body = bodies.pop();
            Set<String> seen = new HashSet<>();
            Deque<String> open = new ArrayDeque<>(body.results());
            while (!open.isEmpty()) {
                Node node = body.nodes().get(nodeOf(open.pop()));
                if (node == null || !seen.add(node.name())) {
                    continue;
                }
                counts.merge(node.operator(), 1, Integer::sum);
                open.addAll(node.data());
                for (Message value : node.attributes().values()) {
                    Body called = functions.get(value.message(10).text(1));
                    if (called != null && entered.add(called)) {
                        bodies.push(called);
                    }
                }
            }
        }
        return counts;
    }

    /** The node of a reference such as {@code node:output:0}. */
    static String nodeOf(String reference) {
        int colon = reference.indexOf(':');
        return colon < 0 ? reference : reference.substring(0, colon);
    }

    /** A function's nodes by name. */
    record Body(List<String> arguments, Map<String, Node> nodes, List<String> results) {}

    /** An input or output: {@code node:0}. */
    record Port(String node, long type, List<Integer> sizes) {}

    private static final String SIGNATURE = "serving_default";

    static Graph read(Message saved, Bundle bundle) {
        Message meta = saved.messages(2).stream()
                .findFirst()
                .orElseThrow(() -> new TranslationRefused(Reason.DAMAGED, "saved_model.pb holds no graph"));
        Message graph = meta.message(2);
        Map<String, Node> main = nodes(graph.messages(1));
        Map<String, Body> functions = new HashMap<>();
        for (Message function : graph.message(2).messages(1)) {
            Message signature = function.message(1);
            Map<String, Message> returned = function.map(4);
            functions.put(
                    signature.text(1),
                    new Body(
                            signature.messages(2).stream().map(a -> a.text(1)).toList(),
                            nodes(function.messages(3)),
                            signature.messages(3).stream()
                                    .map(a -> returned.containsKey(a.text(1))
                                            ? returned.get(a.text(1)).text(2)
                                            : "")
                                    .toList()));
        }
        Message signature = meta.map(5).get(SIGNATURE);
        if (signature == null) {
            throw new TranslationRefused(
                    Reason.UNKNOWN_INPUT, "signatures: " + meta.map(5).keySet() + " (expected: " + SIGNATURE + ")");
        }
        return new Graph(
                main,
                functions,
                ports(signature.message(2).map(1)),
                ports(signature.message(2).map(2)),
                variables(meta.message(3).text(3), main, functions, bundle),
                meta.message(1).text(5));
    }

    private static Map<String, Node> nodes(List<Message> messages) {
        Map<String, Node> nodes = new HashMap<>();
        for (Message m : messages) {
            Map<String, Message> attributes = m.map(5);
            attributes.replaceAll((key, entry) -> entry.message(2));
            nodes.put(m.text(1), new Node(m.text(1), m.text(2), m.texts(3), attributes));
        }
        return nodes;
    }

    private static Map<String, Port> ports(Map<String, Message> entries) {
        Map<String, Port> ports = new TreeMap<>();
        entries.forEach((name, entry) -> {
            Message info = entry.message(2);
            List<Integer> sizes = new ArrayList<>();
            for (int size : Constant.shape(info.message(3))) {
                sizes.add(size);
            }
            ports.put(name, new Port(info.text(1), info.number(2, 0), sizes));
        });
        return ports;
    }

    /** The function that restores a checkpoint says which key belongs to which variable. */
    private static Map<String, Constant> variables(
            String restore, Map<String, Node> main, Map<String, Body> functions, Bundle bundle) {
        Map<String, Constant> variables = new HashMap<>();
        Node call = main.get(restore.split(":", 2)[0]);
        if (call == null) {
            return variables;
        }
        Body body = functions.get(call.attribute("f").message(10).text(1));
        if (body == null) {
            throw new TranslationRefused(Reason.DAMAGED, "the function that restores the variables is missing");
        }
        for (Node node : body.nodes().values()) {
            if (!node.operator().equals("AssignVariableOp")) {
                continue;
            }
            Node identity = body.nodes().get(node.inputs().get(1).split(":", 2)[0]);
            if (identity == null) {
                throw node.refuse("a value that is computed");
            }
            String[] source = identity.inputs().getFirst().split(":", 3);
            Node restored = body.nodes().get(source[0]);
            int argument = body.arguments().indexOf(node.inputs().getFirst());
            if (restored == null
                    || source.length != 3
                    || argument < 0
                    || argument >= call.inputs().size()) {
                throw node.refuse("a value that is computed");
            }
            Node names = body.nodes().get(restored.inputs().get(1).split(":", 2)[0]);
            List<String> keys = names == null
                    ? List.of()
                    : names.attribute("value").message(8).texts(8);
            Node holder = main.get(call.inputs().get(argument));
            if (holder != null && holder.operator().equals("VarHandleOp")) {
                variables.put(holder.name(), bundle.tensor(keys.get(Integer.parseInt(source[2]))));
            }
        }
        return variables;
    }
}
