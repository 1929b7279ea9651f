package io.mlaas.onnx.keras;

import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.numeric.SpecialFunctions;
import java.util.function.DoubleUnaryOperator;

/** The functions of {@code keras.activations}, as its documentation defines them. */
final class ActivationEvaluation {
    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;

    private ActivationEvaluation() {}

    static void register(Evaluation.Table table) {
        table.one("Activation", c -> apply(c.layer().activation("activation", "linear"), c.input(0)));
        table.one(
                "ReLU",
                c -> rectified(
                        c.input(0),
                        c.layer().real("negative_slope", 0),
                        c.layer().real("max_value", Double.POSITIVE_INFINITY),
                        c.layer().real("threshold", 0)));
        table.one("LeakyReLU", c -> {
            double slope = c.layer().real("negative_slope", 0.3);
            return c.input(0).map(x -> x < 0 ? slope * x : x);
        });
        table.one("ELU", c -> c.input(0).map(elu(c.layer().real("alpha", 1))));
        table.one("PReLU", c -> c.input(0).with(c.layer().weight("0"), (x, a) -> x < 0 ? a * x : x));
        table.one("Softmax", c -> c.input(0)
                .softmax(c.layer().axes("axis", c.input(0).rank(), -1)));
        ActivationEmission.OPERATIONS.forEach((operation, name) -> table.one(
                "ops." + operation, c -> apply(new Activation(name, c.layer().config()), c.input(0))));
    }

    private static DoubleUnaryOperator elu(double alpha) {
        return x -> x > 0 ? x : alpha * Math.expm1(x);
    }

    private static Array rectified(Array x, double slope, double max, double threshold) {
        return slope == 0 && threshold == 0 ? x.atLeast(0).atMost(max) : x.map(relu(slope, max, threshold));
    }

    private static DoubleUnaryOperator relu(double slope, double max, double threshold) {
        return x -> x >= max
                ? max
                : x > threshold || (x >= threshold && threshold == 0)
                        ? Math.max(x, 0) + Math.min(x, 0)
                        : slope * (x - threshold);
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** A loop of its own: large networks spend much of their time here. */
    private static Array silu(Array x) {
        double[] values = x.values();
        double[] result = new double[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = values[i] / (1 + Math.exp(-values[i]));
        }
        return Array.of(result, x.shape());
    }

    static Array apply(Activation activation, Array x) {
        return switch (activation.name()) {
            case "softmax" -> x.softmax(x.axis((int) activation.setting("axis", -1)));
            case "log_softmax" -> {
                int axis = x.axis((int) activation.setting("axis", -1));
                Array shifted = x.minus(x.reduce(Array.Reduction.MAX, true, axis));
                yield shifted.minus(shifted.map(Math::exp)
                        .reduce(Array.Reduction.SUM, true, axis)
                        .map(Math::log));
            }
            case "glu" -> {
                int half = x.size(-1) / 2;
                yield x.slice(-1, 0, half, 1)
                        .times(x.slice(-1, half, 2 * half, 1).map(ActivationEvaluation::sigmoid));
            }
            case "linear" -> x;
            case "relu" ->
                rectified(
                        x,
                        activation.setting("negative_slope", 0),
                        activation.setting("max_value", Double.POSITIVE_INFINITY),
                        activation.setting("threshold", 0));
            case "relu6" -> x.atLeast(0).atMost(6);
            case "silu", "swish" -> silu(x);
            default -> x.map(scalar(activation));
        };
    }

    private static DoubleUnaryOperator scalar(Activation a) {
        double alpha = a.setting("alpha", 1);
        double threshold = a.setting("threshold", 0.5);
        return switch (a.name()) {
            case "sigmoid" -> ActivationEvaluation::sigmoid;
            case "tanh" -> Math::tanh;
            case "softplus" -> ActivationEvaluation::softplus;
            case "softsign" -> x -> x / (1 + Math.abs(x));
            case "selu" -> x -> SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x));
            case "elu" -> elu(alpha);
            case "celu" -> x -> Math.max(x, 0) + alpha * Math.expm1(Math.min(x, 0) / alpha);
            case "exponential" -> Math::exp;
            case "leaky_relu" -> {
                double slope = a.setting("negative_slope", 0.2);
                yield x -> x < 0 ? slope * x : x;
            }
            case "gelu" ->
                a.settings().path("approximate").asBoolean(false)
                        ? x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))
                        : x -> 0.5 * x * (1 + SpecialFunctions.erf(x / Math.sqrt(2)));
            case "mish" -> x -> x * Math.tanh(softplus(x));
            case Activation.STEEPER_HARD_SIGMOID -> x -> Math.clamp(0.2 * x + 0.5, 0, 1);
            case "hard_sigmoid" -> x -> Math.clamp(x / 6 + 0.5, 0, 1);
            case "hard_silu", "hard_swish" -> x -> x * Math.clamp(x / 6 + 0.5, 0, 1);
            case "hard_tanh" -> x -> Math.clamp(x, -1, 1);
            case "log_sigmoid" -> x -> -softplus(-x);
            case "hard_shrink" -> x -> Math.abs(x) > threshold ? x : 0;
            case "soft_shrink" -> x -> x > threshold ? x - threshold : x < -threshold ? x + threshold : 0;
            case "tanh_shrink" -> x -> x - Math.tanh(x);
            case "squareplus" -> {
                double b = a.setting("b", 4);
                yield x -> (x + Math.sqrt(x * x + b)) / 2;
            }
            case "sparse_plus" -> x -> x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x;
            case "sparse_sigmoid" -> x -> Math.clamp((x + 1) / 2, 0, 1);
            default -> throw new IllegalArgumentException("activation " + a.name());
        };
    }
}
