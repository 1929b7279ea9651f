package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.tensorflow.Graph.Body;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A loop. Values that the body hands on unchanged are read from around it; where all that ends it is a counter that reaches
 * a size, the number of rounds is known, and a list that is filled one element in each round is collected by ONNX's loop.
 */
final class Loop {
    private static final int MAX_ATTEMPTS = 6;

    /** Loops whose end depends on values stop here: a model must not run for ever. */
    static final int MAX_ROUNDS = 1 << 20;

    private final Emission emission;
    private final Nodes nodes;
    private final OnnxGraph graph;
    private final Node node;
    private final Body condition;
    private final Body body;

    /** What the loop does to one of its values. */
    private enum Role {
        UNCHANGED,
        COUNTER,
        COLLECTED,
        CARRIED
    }

    /**
     * The inside of the loop: its parameters, and what it gives after one round.
     *
     * @param lasts lists of one element that is always the newest of a value that is carried anyway
     */
    private record Round(
            List<Tensor> parameters,
            List<Integer> carried,
            List<Tensor> results,
            List<Integer> collected,
            List<Tensor> elements,
            Map<Integer, Integer> lasts) {}

    Loop(Emission emission, Node node, Body condition, Body body) {
        this.emission = emission;
        this.nodes = emission.nodes();
        this.graph = nodes.graph();
        this.node = node;
        this.condition = condition;
        this.body = body;
    }

    List<Traced> emit(List<Traced> in) {
        if (body.results().size() != in.size()) {
            throw node.refuse(body.results().size() + " results (expected: " + in.size() + ", like the arguments)");
        }
        Optional<Dim> rounds = rounds(in);
        Role[] roles = roles(in, rounds);
        List<Traced> initial = new ArrayList<>(in);
        for (int i = 0; i < roles.length; i++) {
            if (roles[i] == Role.CARRIED && in.get(i).reserved().isEmpty()) {
                initial.set(i, Traced.of(emission.tensor(in.get(i))));
            }
        }
        Map<Integer, Shape> shapes = new HashMap<>();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<List<Traced>> done = attempt(initial, roles, rounds, shapes);
            if (done.isPresent()) {
                return done.get();
            }
        }
        throw node.refuse("values whose shapes change from round to round");
    }

    private Optional<List<Traced>> attempt(
            List<Traced> initial, Role[] roles, Optional<Dim> rounds, Map<Integer, Shape> shapes) {
        graph.begin();
        graph.locate(node.name(), "tensorflow " + node.operator());
        Tensor number = graph.parameter(node.name() + "/round", ElementType.INT64, Shape.SCALAR);
        Tensor goes = graph.parameter(node.name() + "/goes", ElementType.BOOL, Shape.SCALAR);
        List<Tensor> parameters = new ArrayList<>(List.of(number, goes));
        List<Integer> carried = new ArrayList<>();
        List<Traced> inside = new ArrayList<>(initial);
        for (int i = 0; i < roles.length; i++) {
            Traced before = initial.get(i);
            if (roles[i] == Role.COUNTER) {
                inside.set(i, Traced.of(counter(number, before)));
            } else if (roles[i] == Role.CARRIED && before.reserved().isEmpty()) {
                Tensor tensor = before.tensor().orElseThrow();
                Shape shape = shapes.getOrDefault(i, tensor.shape());
                Tensor parameter = graph.parameter(node.name() + "/" + i, tensor.type(), shape);
                parameters.add(parameter);
                carried.add(i);
                inside.set(i, Traced.of(parameter));
            }
        }
        Round round = round(parameters, carried, inside, roles);
        Map<Integer, Tensor> lists = new TreeMap<>();
        if (widened(round, initial, roles, shapes, lists)) {
            graph.discard();
            reserve(initial, lists);
            return Optional.empty();
        }
        List<Tensor> outputs = new ArrayList<>();
        outputs.add(rounds.isPresent() ? goes : again(inside, round, roles));
        outputs.addAll(round.results());
        outputs.addAll(round.elements());
        Attribute part = graph.end("body", parameters, outputs);
        return Optional.of(after(initial, roles, rounds, round, part));
    }

    private Tensor counter(Tensor number, Traced start) {
        Dim first = start.sizes().orElseThrow().getFirst();
        Tensor place = graph.cast(number, ElementType.INT32);
        return first.is(0) ? place : nodes.add(place, emission.tensor(start));
    }

    private Round round(List<Tensor> parameters, List<Integer> carried, List<Traced> inside, Role[] roles) {
        Interpreter<Traced>.Scope scope = emission.scope(node, body, inside);
        List<Tensor> results = new ArrayList<>();
        List<Integer> collected = new ArrayList<>();
        List<Tensor> elements = new ArrayList<>();
        for (int i = 0; i < roles.length; i++) {
            if (roles[i] == Role.COLLECTED) {
                collected.add(i);
                elements.add(emission.tensor(scope.value(setter(i).data().get(2))));
            } else if (roles[i] == Role.CARRIED) {
                results.add(emission.tensor(scope.value(body.results().get(i))));
            }
        }
        Map<Integer, Integer> lasts = new TreeMap<>();
        for (int k = collected.size() - 1; k >= 0; k--) {
            int same = results.indexOf(elements.get(k));
            if (same >= 0 && isSingle(inside.get(collected.get(k)))) {
                lasts.put(collected.remove(k), same);
                elements.remove(k);
            }
        }
        return new Round(parameters, carried, results, collected, elements, lasts);
    }

    /** Whether a value got another shape than it had: then the sizes that differ are open in the next attempt. */
    private boolean widened(
            Round round, List<Traced> initial, Role[] roles, Map<Integer, Shape> shapes, Map<Integer, Tensor> lists) {
        boolean changed = false;
        int next = 0;
        for (int i = 0; i < roles.length; i++) {
            if (roles[i] != Role.CARRIED) {
                continue;
            }
            Tensor result = round.results().get(next++);
            if (initial.get(i).reserved().isPresent()) {
                lists.put(i, result);
                changed = true;
                continue;
            }
            Tensor before = initial.get(i).tensor().orElseThrow();
            Shape shape = shapes.getOrDefault(i, before.shape());
            if (result.type() != before.type() || result.rank() != shape.rank()) {
                throw node.refuse("value " + i + " becomes " + result.type() + " of shape " + result.shape());
            }
            List<Dim> dims = new ArrayList<>(shape.dims());
            for (int axis = 0; axis < dims.size(); axis++) {
                if (!dims.get(axis).equals(result.size(axis))) {
                    dims.set(axis, graph.newSize("varying"));
                    changed = true;
                }
            }
            shapes.put(i, new Shape(dims));
        }
        return changed;
    }

    /** The lists whose elements are known now, as they are before the first round. */
    private void reserve(List<Traced> initial, Map<Integer, Tensor> lists) {
        lists.forEach((i, filled) -> {
            if (!filled.shape().dims().stream().allMatch(graph::knows)) {
                throw node.refuse("a list whose elements have the shape " + filled.shape());
            }
            initial.set(i, Traced.of(nodes.expand(graph.scalar(filled.type(), 0), filled.shape())));
        });
    }

    private Tensor again(List<Traced> inside, Round round, Role[] roles) {
        List<Traced> next = new ArrayList<>(inside);
        int result = 0;
        for (int i = 0; i < roles.length; i++) {
            if (roles[i] == Role.CARRIED) {
                next.set(i, Traced.of(round.results().get(result++)));
            }
        }
        return emission.tensor(emission.call(node, condition, next).getFirst());
    }

    private List<Traced> after(List<Traced> initial, Role[] roles, Optional<Dim> rounds, Round round, Attribute part) {
        List<@Nullable Tensor> arguments = new ArrayList<>();
        arguments.add(rounds.isPresent() ? nodes.squeeze(graph.size(rounds.get()), 0) : graph.index(MAX_ROUNDS));
        arguments.add(
                rounds.isPresent()
                        ? graph.scalar(ElementType.BOOL, 1)
                        : emission.tensor(
                                emission.call(node, condition, initial).getFirst()));
        List<Tensor> declared = new ArrayList<>();
        for (int k = 0; k < round.carried().size(); k++) {
            arguments.add(initial.get(round.carried().get(k)).tensor().orElseThrow());
            declared.add(round.results().get(k));
        }
        for (Tensor element : round.elements()) {
            List<Dim> dims = new ArrayList<>(List.of(rounds.orElseThrow()));
            dims.addAll(element.shape().dims());
            declared.add(new Tensor("", element.type(), new Shape(dims)));
        }
        graph.locate(node.name(), "tensorflow " + node.operator());
        List<Tensor> results = new ArrayList<>(graph.nodes("Loop", declared, arguments, part));
        results.replaceAll(this::named);
        List<Traced> out = new ArrayList<>(initial);
        for (int k = 0; k < round.carried().size(); k++) {
            out.set(round.carried().get(k), Traced.of(results.get(k)));
        }
        for (int k = 0; k < round.collected().size(); k++) {
            int i = round.collected().get(k);
            Tensor all = results.get(round.carried().size() + k);
            out.set(
                    i,
                    Traced.of(
                            isSingle(initial.get(i))
                                    ? nodes.slice(all, 0, rounds.orElseThrow().plus(-1), rounds.orElseThrow())
                                    : all));
        }
        round.lasts().forEach((i, k) -> out.set(i, Traced.of(nodes.unsqueeze(results.get(k), 0))));
        for (int i = 0; i < roles.length; i++) {
            if (roles[i] == Role.COUNTER) {
                Dim first = initial.get(i).sizes().orElseThrow().getFirst();
                out.set(i, Traced.of(List.of(first.plus(rounds.orElseThrow())), true));
            }
        }
        return out;
    }

    /** Sizes that only the inside knows become sizes of the result. */
    private Tensor named(Tensor result) {
        Tensor named = result;
        for (int axis = 0; axis < result.rank(); axis++) {
            if (!graph.knows(named.size(axis))) {
                named = graph.withSymbol(named, axis, "size");
            }
        }
        return named;
    }

    private static boolean isSingle(Traced list) {
        return list.reserved().filter(length -> length.is(1)).isPresent();
    }

    /** What a result of the body is: an argument, or a node, whatever only passes it on. */
    private static String origin(Body body, String reference) {
        String at = reference;
        for (int i = 0; i < body.nodes().size(); i++) {
            Node found = body.nodes().get(Graph.nodeOf(at));
            if (found == null || !found.operator().equals("Identity")) {
                return at;
            }
            at = found.data().getFirst();
        }
        return at;
    }

    private static int argument(Body body, String reference) {
        return body.arguments().indexOf(origin(body, reference));
    }

    private static Optional<Node> producer(Body body, String reference) {
        return Optional.ofNullable(body.nodes().get(Graph.nodeOf(origin(body, reference))));
    }

    private Role[] roles(List<Traced> in, Optional<Dim> rounds) {
        Role[] roles = new Role[in.size()];
        for (int i = 0; i < roles.length; i++) {
            boolean collected = rounds.isPresent() && isCollected(i, in.get(i), rounds.get(), in);
            roles[i] = argument(body, body.results().get(i)) == i
                    ? Role.UNCHANGED
                    : rounds.isPresent() && isCounter(i, in.get(i))
                            ? Role.COUNTER
                            : collected ? Role.COLLECTED : Role.CARRIED;
        }
        return roles;
    }

    private static boolean isOne(Body body, String reference) {
        return producer(body, reference)
                .filter(n -> n.operator().equals("Const"))
                .map(n -> Constant.of(n.attribute("value").message(8), 1).values())
                .filter(v -> v.length() == 1 && v.at(0) == 1)
                .isPresent();
    }

    private boolean isCounter(int i, Traced start) {
        if (start.sizes().isEmpty() || !start.scalar()) {
            return false;
        }
        return producer(body, body.results().get(i))
                .filter(n -> n.operator().startsWith("Add") && n.data().size() == 2)
                .filter(n -> argument(body, n.data().get(0)) == i
                        && isOne(body, n.data().get(1)))
                .isPresent();
    }

    private Node setter(int i) {
        return producer(body, body.results().get(i)).orElseThrow();
    }

    /** Whether element k of a list of as many elements as rounds is set in round k, and never read. */
    private boolean isCollected(int i, Traced list, Dim rounds, List<Traced> in) {
        Optional<Node> setter = producer(body, body.results().get(i))
                .filter(n -> n.operator().equals("TensorListSetItem")
                        && argument(body, n.data().get(0)) == i);
        if (setter.isEmpty() || list.reserved().isEmpty() || readers(i) != 1) {
            return false;
        }
        String index = setter.get().data().get(1);
        int counter = argument(body, index);
        if (counter >= 0) {
            return isCounter(counter, in.get(counter))
                    && in.get(counter).sizes().orElseThrow().getFirst().is(0)
                    && list.reserved().get().equals(rounds);
        }
        return isSingle(list)
                && producer(body, index)
                        .filter(n -> n.operator().equals("Const"))
                        .map(n -> Constant.of(n.attribute("value").message(8), 1)
                                        .values()
                                        .at(0)
                                == 0)
                        .orElse(false);
    }

    private long readers(int argument) {
        String name = body.arguments().get(argument);
        return body.nodes().values().stream()
                .flatMap(n -> n.data().stream())
                .filter(name::equals)
                .count();
    }

    /** How often the body runs, where the condition only compares counters with sizes. */
    private Optional<Dim> rounds(List<Traced> in) {
        List<Dim> limits = new ArrayList<>();
        if (!limits(condition.results().getFirst(), in, limits) || limits.isEmpty()) {
            return Optional.empty();
        }
        Dim least = limits.getFirst();
        for (Dim limit : limits) {
            OptionalLong compared = limit.equals(least) ? OptionalLong.of(0) : limit.compare(least);
            if (compared.isEmpty()) {
                return Optional.empty();
            }
            least = compared.getAsLong() < 0 ? limit : least;
        }
        return least.isConstant() && least.value() < 1 ? Optional.empty() : Optional.of(least);
    }

    private boolean limits(String reference, List<Traced> in, List<Dim> limits) {
        Optional<Node> found = producer(condition, reference);
        if (found.isEmpty()) {
            return false;
        }
        List<String> sides = found.get().data();
        return switch (found.get().operator()) {
            case "LogicalAnd" -> limits(sides.get(0), in, limits) && limits(sides.get(1), in, limits);
            case "Less" -> {
                int counter = argument(condition, sides.get(0));
                Optional<Dim> bound = bound(sides.get(1), in);
                if (counter < 0 || bound.isEmpty() || !isCounter(counter, in.get(counter))) {
                    yield false;
                }
                limits.add(
                        bound.get().minus(in.get(counter).sizes().orElseThrow().getFirst()));
                yield true;
            }
            default -> false;
        };
    }

    private Optional<Dim> bound(String reference, List<Traced> in) {
        int argument = argument(condition, reference);
        if (argument >= 0) {
            boolean unchanged = argument(body, body.results().get(argument)) == argument;
            return unchanged && in.get(argument).scalar()
                    ? in.get(argument).sizes().map(List::getFirst)
                    : Optional.empty();
        }
        return producer(condition, reference)
                .filter(n -> n.operator().equals("Const"))
                .map(n -> Dim.of((long)
                        Constant.of(n.attribute("value").message(8), 1).values().at(0)));
    }
}
