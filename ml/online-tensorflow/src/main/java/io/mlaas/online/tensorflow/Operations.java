package io.mlaas.online.tensorflow;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * What a graph would do: TensorFlow's graphs can read and write files, too. Only what is known to calculate is allowed in
 * all that is run, which is looked at from its results backwards; what is never run, such as the saving of the file, may
 * be anything.
 */
final class Operations {
    private static final Set<String> CALCULATES = read("/io.mlaas.online.tensorflow.operations.txt");
    private static final Set<String> RESTORES = Set.of("RestoreV2");

    private final Map<String, NodeDef> nodes = new HashMap<>();
    private final Map<String, FunctionDef> functions;

    Operations(MetaGraphDef graph) {
        graph.getGraphDef().getNodeList().forEach(node -> nodes.put(node.getName(), node));
        functions = graph.getGraphDef().getLibrary().getFunctionList().stream()
                .collect(Collectors.toMap(f -> f.getSignature().getName(), f -> f, (first, second) -> first));
    }

    /**
     * @param results tensors or nodes that are asked for
     * @param restoring nodes that are run when the file is loaded, which may read its variables
     * @throws SavedModelRefused naming what is not allowed
     */
    void requireCalculating(List<String> results, List<String> restoring) throws SavedModelRefused {
        Set<String> others = new TreeSet<>(used(results));
        others.removeAll(CALCULATES);
        Set<String> loading = used(restoring);
        loading.removeAll(CALCULATES);
        loading.removeAll(RESTORES);
        others.addAll(loading);
        if (!others.isEmpty()) {
            throw new SavedModelRefused("operators " + others
                    + " (expected: only such that calculate; random ones only if they are stateless)");
        }
    }

    private Set<String> used(List<String> results) {
        Set<String> operators = new TreeSet<>();
        Set<String> entered = new HashSet<>();
        Deque<FunctionDef> called = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open =
                new ArrayDeque<>(results.stream().map(Operations::node).toList());
        while (!open.isEmpty()) {
            NodeDef node = nodes.get(open.pop());
            if (node != null && seen.add(node.getName())) {
                note(node, operators, entered, called);
                node.getInputList().forEach(input -> open.push(node(input)));
            }
        }
        while (!called.isEmpty()) {
            // In a function, TensorFlow runs all that has an effect.
            called.pop().getNodeDefList().forEach(node -> note(node, operators, entered, called));
        }
        return operators;
    }

    private void note(NodeDef node, Set<String> operators, Set<String> entered, Deque<FunctionDef> called) {
        FunctionDef direct = functions.get(node.getOp());
        if (direct == null) {
            operators.add(node.getOp());
        }
        Stream<String> named = node.getAttrMap().values().stream()
                .flatMap(value -> Stream.concat(
                        value.hasFunc() ? Stream.of(value.getFunc().getName()) : Stream.empty(), listed(value)));
        Stream.concat(Stream.of(node.getOp()), named)
                .map(functions::get)
                .filter(Objects::nonNull)
                .filter(function -> entered.add(function.getSignature().getName()))
                .forEach(called::push);
    }

    private static Stream<String> listed(AttrValue value) {
        return value.getList().getFuncList().stream().map(function -> function.getName());
    }

    /** The node of a reference such as {@code ^node} or {@code node:1}. */
    private static String node(String reference) {
        String name = reference.startsWith("^") ? reference.substring(1) : reference;
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    private static Set<String> read(String resource) {
        try (InputStream in = Objects.requireNonNull(Operations.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> Stream.of(line.split(" ")))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
