package io.mlaas.neural.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A chain of layers with all shapes known, so that it can be written, trained and run. Input and output are batches
 * (first dimension) of the given shapes.
 */
public final class Network {
    private final TensorShape input;
    private final ElementType inputType;
    private final List<Node> nodes;

    private Network(TensorShape input, ElementType inputType, List<Node> nodes) {
        this.input = input;
        this.inputType = inputType;
        this.nodes = List.copyOf(nodes);
    }

    /** @throws InvalidDescriptionException when a layer does not fit the shape that reaches it */
    public static Network of(List<Layer.Named> layers, TensorShape input, ElementType inputType) {
        if (layers.isEmpty()) {
            throw new InvalidDescriptionException("layers: missing or empty (expected: at least one layer)");
        }
        return new Network(input, inputType, ShapeInference.resolve(layers, input, inputType, "layer ", ""));
    }

    public TensorShape input() {
        return input;
    }

    public ElementType inputType() {
        return inputType;
    }

    public TensorShape output() {
        return ShapeInference.last(nodes, input);
    }

    public List<Node> nodes() {
        return nodes;
    }

    /** All tensors, in the order in which they are initialised, stored and optimised. */
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> parameters = new ArrayList<>();
        nodes.forEach(node -> collect(node, parameters));
        return parameters;
    }

    private static void collect(Node node, List<ParameterSpec> into) {
        for (ParameterSpec own : node.ownParameters()) {
            into.add(new ParameterSpec(node.path() + "." + own.name(), own.shape(), own.buffer(), own.initial()));
        }
        node.body().forEach(inner -> collect(inner, into));
        node.shortcut().forEach(inner -> collect(inner, into));
    }

    /** True when the last layer is a softmax (not its logarithm). */
    public boolean endsWith(Layer.Function function) {
        return nodes.getLast().layer() instanceof Layer.Activation activation && activation.function() == function;
    }

    /** The same network without its last layer, as training takes logits where serving gives probabilities. */
    public Network withoutLast() {
        return new Network(input, inputType, nodes.subList(0, nodes.size() - 1));
    }
}
