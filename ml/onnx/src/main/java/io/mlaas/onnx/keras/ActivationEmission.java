package io.mlaas.onnx.keras;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.nodes.Nodes;
import java.util.Map;

/** The functions of {@code keras.activations}. */
final class ActivationEmission {
    /** Operations of {@code keras.ops} that are one of these functions. */
    static final Map<String, String> OPERATIONS = Map.ofEntries(
            Map.entry("Relu", "relu"),
            Map.entry("ReLU", "relu"),
            Map.entry("Relu6", "relu6"),
            Map.entry("Sigmoid", "sigmoid"),
            Map.entry("Tanh", "tanh"),
            Map.entry("Softplus", "softplus"),
            Map.entry("Softsign", "softsign"),
            Map.entry("Silu", "silu"),
            Map.entry("Selu", "selu"),
            Map.entry("HardSigmoid", "hard_sigmoid"),
            Map.entry("HardSilu", "hard_silu"),
            Map.entry("HardTanh", "hard_tanh"),
            Map.entry("LogSigmoid", "log_sigmoid"),
            Map.entry("Exp", "exponential"),
            Map.entry("LeakyRelu", "leaky_relu"),
            Map.entry("Elu", "elu"),
            Map.entry("Gelu", "gelu"),
            Map.entry("Softmax", "softmax"),
            Map.entry("LogSoftmax", "log_softmax"));

    private ActivationEmission() {}

    static void register(Emission.Table table) {
        table.one("Activation", (e, c) -> emit(e, c.layer().activation("activation", "linear"), c.input(0)));
        table.one(
                "ReLU",
                (e, c) -> relu(
                        e.nodes(),
                        c.input(0),
                        c.layer().real("negative_slope", 0),
                        c.layer().real("max_value", Double.POSITIVE_INFINITY),
                        c.layer().real("threshold", 0)));
        table.one("LeakyReLU", (e, c) -> e.nodes()
                .unary("LeakyRelu", c.input(0), Attribute.of("alpha", c.layer().real("negative_slope", 0.3))));
        table.one("ELU", (e, c) -> e.nodes()
                .unary("Elu", c.input(0), Attribute.of("alpha", c.layer().real("alpha", 1))));
        table.one("PReLU", ActivationEmission::prelu);
        table.one("Softmax", (e, c) -> {
            int[] axes = c.layer().axes("axis", c.input(0).rank(), -1);
            c.layer().require(axes.length == 1, "softmax over several axes");
            c.layer().require(c.mask(0) == null && c.inputs().size() == 1, "a mask of a softmax");
            return e.nodes().softmax(c.input(0), axes[0]);
        });
        OPERATIONS.forEach((operation, name) -> table.one(
                "ops." + operation,
                (e, c) -> emit(e, new Activation(name, c.layer().config()), c.input(0))));
    }

    private static Tensor prelu(Emission e, Call<Tensor> call) {
        return e.graph()
                .node(
                        "PRelu",
                        call.input(0).type(),
                        call.input(0).shape(),
                        java.util.List.of(call.input(0), e.weight(call.layer(), "0")));
    }

    /** As {@code keras.activations.relu} computes it. */
    private static Tensor relu(Nodes n, Tensor x, double slope, double max, double threshold) {
        if (slope != 0 && Double.isInfinite(max) && threshold == 0) {
            return n.unary("LeakyRelu", x, Attribute.of("alpha", slope));
        }
        Tensor positive = threshold == 0
                ? n.unary("Relu", x)
                : n.where(n.compare("Greater", x, n.number(threshold)), x, n.number(0));
        if (!Double.isInfinite(max)) {
            positive = n.clip(positive, 0, max);
        }
        if (slope == 0) {
            return positive;
        }
        Tensor below = n.unary("Relu", n.sub(n.number(threshold), x));
        return n.sub(positive, n.scaled(below, slope));
    }

    static Tensor emit(Emission e, Activation activation, Tensor x) {
        Nodes n = e.nodes();
        return switch (activation.name()) {
            case "linear" -> x;
            case "relu" ->
                relu(
                        n,
                        x,
                        activation.setting("negative_slope", 0),
                        activation.setting("max_value", Double.POSITIVE_INFINITY),
                        activation.setting("threshold", 0));
            case "relu6" -> n.clip(x, 0, 6);
            case "sigmoid" -> n.unary("Sigmoid", x);
            case "tanh" -> n.unary("Tanh", x);
            case "softplus" -> n.unary("Softplus", x);
            case "softsign" -> n.unary("Softsign", x);
            case "selu" -> n.unary("Selu", x);
            case "elu" -> n.unary("Elu", x, Attribute.of("alpha", activation.setting("alpha", 1)));
            case "exponential" -> n.unary("Exp", x);
            case "leaky_relu" ->
                n.unary("LeakyRelu", x, Attribute.of("alpha", activation.setting("negative_slope", 0.2)));
            case "gelu" -> activation.settings().path("approximate").asBoolean(false) ? geluTanh(n, x) : gelu(n, x);
            case "silu", "swish" -> n.mul(x, n.unary("Sigmoid", x));
            case "mish" -> n.mul(x, n.unary("Tanh", n.unary("Softplus", x)));
            case Activation.STEEPER_HARD_SIGMOID ->
                n.unary("HardSigmoid", x, Attribute.of("alpha", 0.2), Attribute.of("beta", 0.5));
            case "hard_sigmoid" -> n.unary("HardSigmoid", x, Attribute.of("alpha", 1.0 / 6), Attribute.of("beta", 0.5));
            case "hard_silu", "hard_swish" ->
                n.mul(x, n.unary("HardSigmoid", x, Attribute.of("alpha", 1.0 / 6), Attribute.of("beta", 0.5)));
            case "hard_tanh" -> n.clip(x, -1, 1);
            case "log_sigmoid" -> n.unary("Neg", n.unary("Softplus", n.unary("Neg", x)));
            case "softmax" -> n.softmax(x, (int) activation.setting("axis", -1));
            case "log_softmax" ->
                n.unary("LogSoftmax", x, Attribute.of("axis", x.shape().axis((long) activation.setting("axis", -1))));
            case "celu" -> n.unary("Celu", x, Attribute.of("alpha", activation.setting("alpha", 1)));
            case "glu" -> glu(n, x);
            case "hard_shrink" ->
                n.where(
                        n.compare("Greater", n.unary("Abs", x), n.number(activation.setting("threshold", 0.5))),
                        x,
                        n.number(0));
            case "soft_shrink" -> {
                double threshold = activation.setting("threshold", 0.5);
                yield n.unary("Shrink", x, Attribute.of("lambd", threshold), Attribute.of("bias", threshold));
            }
            case "tanh_shrink" -> n.sub(x, n.unary("Tanh", x));
            case "squareplus" ->
                n.scaled(n.add(x, n.unary("Sqrt", n.add(n.mul(x, x), n.number(activation.setting("b", 4))))), 0.5);
            case "sparse_plus" -> {
                Tensor ramp = n.clip(x, -1, 1);
                Tensor parabola = n.scaled(n.mul(n.add(ramp, n.number(1)), n.add(ramp, n.number(1))), 0.25);
                yield n.add(parabola, n.unary("Relu", n.sub(x, n.number(1))));
            }
            case "sparse_sigmoid" -> n.clip(n.scaled(n.add(x, n.number(1)), 0.5), 0, 1);
            default -> throw new IllegalArgumentException("activation " + activation.name() + " is not translated");
        };
    }

    private static Tensor gelu(Nodes n, Tensor x) {
        Tensor erf = n.unary("Erf", n.scaled(x, Math.sqrt(0.5)));
        return n.mul(n.scaled(x, 0.5), n.add(erf, n.number(1)));
    }

    private static Tensor geluTanh(Nodes n, Tensor x) {
        Tensor cubic = n.mul(x, n.add(n.scaled(n.mul(x, x), 0.044715), n.number(1)));
        Tensor tanh = n.unary("Tanh", n.scaled(cubic, Math.sqrt(2 / Math.PI)));
        return n.mul(n.scaled(x, 0.5), n.add(tanh, n.number(1)));
    }

    private static Tensor glu(Nodes n, Tensor x) {
        Dim half = x.size(-1).dividedBy(Dim.of(2)).orElseThrow();
        Tensor first = n.slice(x, -1, Dim.of(0), half);
        return n.mul(first, n.unary("Sigmoid", n.slice(x, -1, half, x.size(-1))));
    }
}
