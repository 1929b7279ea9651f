package io.mlaas.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.explanation.Graphs.Body;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * For each operator: the contributions add up to the difference of the output, with Rescale and with RevealCancel, and
 * the multipliers at one point are the gradient, as central differences give it.
 */
class OperatorRulesTest {
    private static final double STEP = 1e-6;

    private record Case(Body body, long[] shape, double low, double high) {}

    private final Map<String, Case> cases = new LinkedHashMap<>();

    private void add(String name, Body body, long... shape) {
        cases.put(name, new Case(body, shape, -2, 2));
    }

    private void add(String operator, double low, double high) {
        cases.put(operator, new Case((g, x) -> g.node(operator, x), new long[] {5}, low, high));
    }

    @TestFactory
    List<DynamicTest> everyOperator() {
        elements();
        arithmetic();
        arrangements();
        reductions();
        windows();
        recurrent();
        return cases.entrySet().stream()
                .map(c -> DynamicTest.dynamicTest(c.getKey(), () -> verify(c.getValue())))
                .toList();
    }

    private void elements() {
        for (String operator : List.of(
                "Relu",
                "Sigmoid",
                "Tanh",
                "Exp",
                "Abs",
                "Softplus",
                "Softsign",
                "Erf",
                "HardSwish",
                "Sin",
                "Cos",
                "Atan",
                "Sinh",
                "Cosh",
                "Asinh",
                "LeakyRelu",
                "Elu",
                "Celu",
                "Selu",
                "HardSigmoid",
                "Neg")) {
            add(operator, -2, 2);
        }
        for (String operator : List.of("Log", "Sqrt", "Reciprocal")) {
            add(operator, 0.5, 3);
        }
        for (String operator : List.of("Tan", "Asin", "Acos", "Atanh")) {
            add(operator, -0.9, 0.9);
        }
        add("Acosh", 1.2, 3);
        add("Clip", (g, x) -> g.node("Clip", List.of(x, g.scalar(-1), g.scalar(0.5))), 5);
        add("PRelu", (g, x) -> g.node("PRelu", List.of(x, g.random(1, 5))), 5);
        add("Pow", (g, x) -> g.node("Pow", List.of(x, g.scalar(3))), 5);
        add("Softmax", (g, x) -> g.node("Softmax", x), 5);
        add("LogSoftmax", (g, x) -> g.node("LogSoftmax", x, Attribute.of("axis", 1)), 3, 4);
    }

    private void arithmetic() {
        add("Add", (g, x) -> g.node("Add", List.of(x, g.random(1, 3, 1))), 3, 4);
        add("Sub of itself", (g, x) -> g.node("Sub", List.of(x, g.node("Tanh", x))), 4);
        add("Mul of itself", (g, x) -> g.node("Mul", List.of(x, g.node("Tanh", x))), 4);
        add("Mul broadcast", (g, x) -> g.node("Mul", List.of(x, mean(g, x))), 3, 4);
        cases.put("Div", new Case((g, x) -> g.node("Div", List.of(x, mean(g, x))), new long[] {3, 4}, 0.5, 2));
        add("Max", (g, x) -> g.node("Max", List.of(x, g.node("Sin", x), g.scalar(0.1))), 6);
        add("Min", (g, x) -> g.node("Min", List.of(x, g.node("Sin", x))), 6);
        add(
                "Where",
                (g, x) -> g.node(
                        "Where",
                        List.of(g.node("Greater", List.of(g.random(1, 6), g.scalar(0))), x, g.node("Tanh", x))),
                6);
        add(
                "Gemm",
                (g, x) -> g.node("Gemm", List.of(x, g.random(1, 3, 4), g.random(2, 3)), Attribute.of("transB", 1)),
                4);
        add("MatMul", (g, x) -> g.node("MatMul", List.of(x, g.random(1, 4, 3))), 2, 4);
        add("MatMul from the left", (g, x) -> g.node("MatMul", List.of(g.random(1, 3, 2), x)), 2, 4);
        add("attention", (g, x) -> attention(g, x, false), 3, 4);
        add("attention behind a mask", (g, x) -> attention(g, x, true), 3, 4);
    }

    private static Tensor mean(Graphs g, Tensor x) {
        return g.node("ReduceMean", x, Attribute.of("axes", new long[] {2}));
    }

    private static Tensor attention(Graphs g, Tensor x, boolean masked) {
        Tensor queries = g.node("MatMul", List.of(x, g.random(1, 4, 4)));
        Tensor keys = g.node("MatMul", List.of(x, g.random(2, 4, 4)));
        Tensor swapped = g.node("Transpose", keys, Attribute.of("perm", new long[] {0, 2, 1}));
        Tensor scores = g.node("MatMul", List.of(queries, swapped));
        if (masked) {
            double never = Double.NEGATIVE_INFINITY;
            Tensor mask = g.numbers(new long[] {3, 3}, 0, never, never, 0, 0, never, 0, 0, 0);
            scores = g.node("Add", List.of(scores, mask));
        }
        Tensor weights = g.node("Softmax", scores, Attribute.of("axis", -1));
        return g.node("MatMul", List.of(weights, x));
    }

    private void arrangements() {
        add("Reshape", (g, x) -> g.node("Reshape", List.of(x, g.integers(0, -1))), 3, 4);
        add("Flatten", (g, x) -> g.node("Flatten", x), 3, 4);
        add("Transpose", (g, x) -> g.node("Transpose", x, Attribute.of("perm", new long[] {0, 2, 1})), 3, 4);
        add(
                "Slice",
                (g, x) -> g.node(
                        "Slice",
                        List.of(
                                x,
                                g.integers(3, -1),
                                g.integers(Long.MIN_VALUE, 0),
                                g.integers(1, 2),
                                g.integers(-2, -1))),
                4,
                3);
        add("Gather", (g, x) -> g.node("Gather", List.of(x, g.integers(2, 0, 2)), Attribute.of("axis", 1)), 3, 2);
        add("Concat", (g, x) -> g.node("Concat", List.of(x, g.node("Tanh", x), x), Attribute.of("axis", 1)), 3, 2);
        add("Expand", (g, x) -> g.node("Expand", List.of(x, g.integers(1, 3, 2))), 1, 2);
        add("Tile", (g, x) -> g.node("Tile", List.of(x, g.integers(1, 2, 3))), 2, 2);
        add("Pad", (g, x) -> g.node("Pad", List.of(x, g.integers(0, 1, 0, 2), g.scalar(3))), 3);
        add(
                "Pad by reflection",
                (g, x) -> g.node("Pad", List.of(x, g.integers(0, 2, 0, 1)), Attribute.of("mode", "reflect")),
                4);
        add("Trilu", (g, x) -> g.node("Trilu", x), 3, 3);
        add(
                "Split",
                (g, x) -> {
                    List<Tensor> parts = g.nodes("Split", 2, List.of(x, g.integers(1, 3)), Attribute.of("axis", 1));
                    return g.node("Mul", parts);
                },
                4);
        add("shapes", (g, x) -> g.node("Reshape", List.of(x, g.node("Shape", x))), 3, 4);
    }

    private void reductions() {
        for (String operator : List.of(
                "ReduceSum",
                "ReduceMean",
                "ReduceL1",
                "ReduceL2",
                "ReduceSumSquare",
                "ReduceLogSumExp",
                "ReduceMax",
                "ReduceMin")) {
            Attribute keep = Attribute.of("keepdims", 0);
            add(
                    operator,
                    (g, x) -> operator.equals("ReduceSum")
                            ? g.node(operator, List.of(x, g.integers(1)), keep)
                            : g.node(operator, x, Attribute.of("axes", new long[] {1}), keep),
                    3,
                    2);
        }
        add(
                "BatchNormalization",
                (g, x) -> g.node(
                        "BatchNormalization",
                        List.of(
                                x,
                                g.random(1, 3),
                                g.random(2, 3),
                                g.random(3, 3),
                                g.numbers(new long[] {3}, 0.5, 1, 2))),
                3,
                2);
        add(
                "LayerNormalization",
                (g, x) -> g.node("LayerNormalization", List.of(x, g.random(1, 4), g.random(2, 4))),
                2,
                4);
        add(
                "InstanceNormalization",
                (g, x) -> g.node("InstanceNormalization", List.of(x, g.random(1, 2), g.random(2, 2))),
                2,
                4);
        add("GlobalAveragePool", (g, x) -> g.node("GlobalAveragePool", x), 2, 4);
        add("GlobalMaxPool", (g, x) -> g.node("GlobalMaxPool", x), 2, 4);
    }

    private void windows() {
        Attribute pads = Attribute.of("pads", new long[] {1, 0, 1, 2});
        Attribute strides = Attribute.of("strides", new long[] {2, 1});
        Attribute kernel = Attribute.of("kernel_shape", new long[] {2, 3});
        add(
                "Conv",
                (g, x) -> g.node("Conv", List.of(x, g.random(1, 3, 2, 2, 3), g.random(2, 3)), pads, strides),
                2,
                4,
                5);
        add(
                "Conv in groups",
                (g, x) -> g.node(
                        "Conv",
                        List.of(x, g.random(1, 4, 1, 2)),
                        Attribute.of("group", 2),
                        Attribute.of("dilations", new long[] {2})),
                2,
                5);
        add(
                "ConvTranspose",
                (g, x) -> g.node(
                        "ConvTranspose",
                        List.of(x, g.random(1, 2, 3, 2, 3), g.random(2, 3)),
                        strides,
                        Attribute.of("pads", new long[] {0, 1, 0, 0})),
                2,
                3,
                3);
        add("MaxPool", (g, x) -> g.node("MaxPool", x, kernel, pads, strides), 2, 4, 5);
        add("AveragePool", (g, x) -> g.node("AveragePool", x, kernel, pads, strides), 2, 4, 5);
        add(
                "AveragePool over padding",
                (g, x) -> g.node(
                        "AveragePool",
                        x,
                        kernel,
                        pads,
                        strides,
                        Attribute.of("count_include_pad", 1),
                        Attribute.of("ceil_mode", 1)),
                2,
                4,
                5);
    }

    private void recurrent() {
        add("GRU", (g, x) -> cells(g, x, "GRU", 3, Attribute.of("linear_before_reset", 1)), 4, 2);
        add("GRU with reset first", (g, x) -> cells(g, x, "GRU", 3), 4, 2);
        add("LSTM", (g, x) -> cells(g, x, "LSTM", 4), 4, 2);
        add("RNN", (g, x) -> cells(g, x, "RNN", 1), 4, 2);
    }

    /** Both directions, three units. */
    private static Tensor cells(Graphs g, Tensor x, String operator, int gates, Attribute... more) {
        Tensor sequence = g.node("Transpose", x, Attribute.of("perm", new long[] {1, 0, 2}));
        List<Tensor> inputs = List.of(
                sequence, g.random(1, 2, gates * 3L, 2), g.random(2, 2, gates * 3L, 3), g.random(3, 2, gates * 6L));
        Attribute[] attributes = new Attribute[more.length + 2];
        System.arraycopy(more, 0, attributes, 2, more.length);
        attributes[0] = Attribute.of("hidden_size", 3);
        attributes[1] = Attribute.of("direction", "bidirectional");
        Tensor steps = g.nodes(operator, 1, inputs, attributes).getFirst();
        Tensor batchFirst = g.node("Transpose", steps, Attribute.of("perm", new long[] {2, 0, 1, 3}));
        return g.node("Flatten", batchFirst);
    }

    private static void verify(Case c) {
        Explainer explainer = Graphs.explainer(c.body(), c.shape());
        int[] shape =
                java.util.Arrays.stream(c.shape()).mapToInt(Math::toIntExact).toArray();
        Random random = new Random(7);
        double[][] x = new double[3][];
        double[][] references = new double[3][];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.doubles(WindowPlaces.size(shape), c.low(), c.high()).toArray();
            references[i] = random.doubles(x[i].length, c.low(), c.high()).toArray();
        }
        isComplete(explainer, x, references, Method.deepLift());
        isComplete(explainer, x, references, Method.revealCancel());
        isGradient(explainer, x, shape);
    }

    private static void isComplete(Explainer explainer, double[][] x, double[][] references, Method method) {
        Settings settings = Settings.DEFAULT.withMethod(method).withReference(Reference.of(references));
        for (Explanation explanation : explainer.explain(x, settings)) {
            assertThat(explanation.attributions())
                    .hasSize(explanation.prediction().length)
                    .allSatisfy(a -> assertThat(a.delta()).isCloseTo(0, within(1e-12)));
        }
    }

    private static void isGradient(Explainer explainer, double[][] x, int... shape) {
        List<Explanation> explanations = explainer.explain(x, Settings.DEFAULT.withReference(Reference.of(x)));
        for (int i = 0; i < x[0].length; i++) {
            double[] up = x[0].clone();
            double[] down = x[0].clone();
            up[i] += STEP;
            down[i] -= STEP;
            double[][] y = explainer.predict(new double[][] {up, down}, shape);
            for (Attribution attribution : explanations.getFirst().attributions()) {
                double slope = (y[0][attribution.output()] - y[1][attribution.output()]) / (2 * STEP);
                assertThat(attribution.multipliers()[i]).isCloseTo(slope, within(1e-7 * Math.max(1, Math.abs(slope))));
            }
        }
    }
}
