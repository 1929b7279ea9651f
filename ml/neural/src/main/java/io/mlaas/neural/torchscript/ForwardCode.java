package io.mlaas.neural.torchscript;

import io.mlaas.neural.network.Layer;
import io.mlaas.neural.network.Node;
import io.mlaas.neural.network.ParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The statements of {@code forward}: one assignment per operator, every argument spelled out, no control flow, so that
 * a translator needs to know nothing but the operators.
 */
final class ForwardCode {
    /** PyTorch's number for 32-bit floats, as {@code dtype=6}. */
    private static final int FLOAT = 6;

    private final StringBuilder code = new StringBuilder();
    private int variables;

    private ForwardCode() {}

    static String of(List<Node> nodes) {
        ForwardCode forward = new ForwardCode();
        String result = forward.chain(nodes, "x");
        return forward.code + "    return " + result + "\n";
    }

    private String chain(List<Node> nodes, String input) {
        String value = input;
        for (Node node : nodes) {
            value = statement(node, value);
        }
        return value;
    }

    private String statement(Node node, String x) {
        String self = "self." + node.path() + ".";
        return switch (node.layer()) {
            case Layer.Dense dense ->
                assign("torch.linear(" + x + ", " + self + "weight, " + bias(self, dense.bias()) + ")");
            case Layer.Conv conv ->
                assign("torch.conv" + conv.rank() + "d(" + x + ", " + self + "weight, " + bias(self, conv.bias()) + ", "
                        + window(conv.window().stride(), conv.window().padding(), conv.dilation()) + ", "
                        + conv.groups() + ")");
            case Layer.MaxPool pool ->
                assign("torch.max_pool" + pool.rank() + "d(" + x + ", "
                        + window(
                                pool.window().kernel(),
                                pool.window().stride(),
                                pool.window().padding())
                        + ", " + (pool.rank() == 1 ? "[1]" : "[1, 1]") + ", False)");
            case Layer.AvgPool pool ->
                assign("torch.avg_pool" + pool.rank() + "d(" + x + ", "
                        + window(
                                pool.window().kernel(),
                                pool.window().stride(),
                                pool.window().padding())
                        + ", False, True" + (pool.rank() == 1 ? ")" : ", None)"));
            case Layer.AdaptiveAvgPool pool ->
                assign("torch.adaptive_avg_pool" + pool.rank() + "d(" + x + ", " + list(pool.size()) + ")");
            case Layer.BatchNorm norm ->
                assign("torch.batch_norm(" + x + ", " + self + "weight, " + self + "bias, " + self + "running_mean, "
                        + self + "running_var, self.training, " + number(norm.momentum()) + ", " + number(norm.eps())
                        + ", False)");
            case Layer.Dropout dropout ->
                assign("torch.dropout(" + x + ", " + number(dropout.rate()) + ", self.training)");
            case Layer.Flatten flatten -> assign("torch.flatten(" + x + ", 1, -1)");
            case Layer.Reshape reshape -> {
                List<Integer> sizes = new ArrayList<>(List.of(-1));
                sizes.addAll(reshape.shape().sizes());
                yield assign("torch.reshape(" + x + ", " + list(sizes) + ")");
            }
            case Layer.Transpose transpose -> assign("torch.transpose(" + x + ", 1, 2)");
            case Layer.Activation activation ->
                activation(activation, x, node.output().rank());
            case Layer.Recurrent recurrent -> recurrent(node, recurrent, self, x);
            case Layer.Embedding embedding ->
                assign("torch.embedding(" + self + "weight, " + x + ", -1, False, False)");
            case Layer.Residual residual -> {
                String body = chain(node.body(), x);
                String around = chain(node.shortcut(), x);
                yield assign("torch.add(" + body + ", " + around + ", alpha=1)");
            }
        };
    }

    private String activation(Layer.Activation activation, String x, int rank) {
        String name = "torch." + activation.type() + "(" + x;
        return assign(
                switch (activation.function()) {
                    case RELU, TANH, SIGMOID, GELU, SILU -> name + ")";
                    case LEAKY_RELU -> name + ", " + number(activation.parameter()) + ")";
                    case ELU -> name + ", " + number(activation.parameter()) + ", 1, 1)";
                    case SOFTPLUS -> name + ", 1, 20)";
                    case SOFTMAX, LOG_SOFTMAX -> name + ", " + rank + ", None)";
                });
    }

    private String recurrent(Node node, Layer.Recurrent recurrent, String self, String x) {
        int states = recurrent.layers() * recurrent.directions();
        String initial = "torch.zeros([" + states + ", torch.size(" + x + ", 0), " + recurrent.units() + "], dtype="
                + FLOAT + ", layout=None, device=None, pin_memory=None)";
        String parameters = node.ownParameters().stream()
                .map(ParameterSpec::name)
                .map(self::concat)
                .collect(Collectors.joining(", ", "[", "]"));
        String settings = parameters + ", True, " + recurrent.layers() + ", " + number(recurrent.dropout())
                + ", self.training, " + (recurrent.bidirectional() ? "True" : "False") + ", True)";
        String out = variable();
        String hidden = variable();
        if (recurrent.cell() == Layer.Cell.GRU) {
            String h0 = assign(initial);
            line(out + ", " + hidden + " = torch.gru(" + x + ", " + h0 + ", " + settings);
        } else {
            String h0 = assign(initial);
            String c0 = assign(initial);
            line(out + ", " + hidden + ", " + variable() + " = torch.lstm(" + x + ", [" + h0 + ", " + c0 + "], "
                    + settings);
        }
        if (recurrent.sequence()) {
            return out;
        }
        if (!recurrent.bidirectional()) {
            return assign("torch.select(" + out + ", 1, -1)");
        }
        // Each direction's state at its own end: the forward one after the last step, the other after the first.
        String forward = assign("torch.select(" + hidden + ", 0, " + (states - 2) + ")");
        String backward = assign("torch.select(" + hidden + ", 0, " + (states - 1) + ")");
        return assign("torch.cat([" + forward + ", " + backward + "], 1)");
    }

    private String variable() {
        return "x" + variables++;
    }

    private String assign(String expression) {
        String variable = variable();
        line(variable + " = " + expression);
        return variable;
    }

    private void line(String statement) {
        code.append("    ").append(statement).append('\n');
    }

    private static String bias(String self, boolean present) {
        return present ? self + "bias" : "None";
    }

    private static String window(List<Integer> first, List<Integer> second, List<Integer> third) {
        return list(first) + ", " + list(second) + ", " + list(third);
    }

    private static String list(List<Integer> values) {
        return values.toString();
    }

    private static String number(double value) {
        return Double.toString(value).toLowerCase(Locale.ROOT);
    }
}
