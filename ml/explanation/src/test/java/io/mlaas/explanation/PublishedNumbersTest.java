package io.mlaas.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Numbers that others found: fixtures/deeplift-gru.json holds a GRU with contributions that an independent program in
 * NumPy calculated; the networks of a few operators are those of Captum's own tests and of the article's Figure 2.
 */
class PublishedNumbersTest {
    private static final Offset<Double> TINY = within(1e-14);

    private final JsonNode fixture = fixture();

    private static JsonNode fixture() {
        try (InputStream in = PublishedNumbersTest.class.getResourceAsStream("/fixtures/deeplift-gru.json")) {
            return JsonMapper.builder().build().readTree(in);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private double[] numbers(String name) {
        List<Double> all = new ArrayList<>();
        collect(fixture.get(name), all);
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void collect(JsonNode node, List<Double> into) {
        if (node.isNumber()) {
            into.add(node.doubleValue());
        } else {
            node.forEach(inner -> collect(inner, into));
        }
    }

    /** PyTorch stacks reset, update, new; ONNX wants update, reset, new. */
    private double[] reordered(String name) {
        double[] values = numbers(name);
        int gate = values.length / 3;
        double[] result = values.clone();
        System.arraycopy(values, gate, result, 0, gate);
        System.arraycopy(values, 0, result, gate, gate);
        return result;
    }

    private Explainer gru() {
        return Graphs.explainer(this::gru, 6, 1);
    }

    private Tensor gru(Graphs g, Tensor x) {
        Tensor sequence = g.node("Transpose", x, Attribute.of("perm", new long[] {1, 0, 2}));
        double[] biases = new double[24];
        System.arraycopy(reordered("b_ih"), 0, biases, 0, 12);
        System.arraycopy(reordered("b_hh"), 0, biases, 12, 12);
        Tensor w = g.numbers(new long[] {1, 12, 1}, reordered("W_ih"));
        Tensor r = g.numbers(new long[] {1, 12, 4}, reordered("W_hh"));
        Tensor b = g.numbers(new long[] {1, 24}, biases);
        Tensor last = g.nodes(
                        "GRU",
                        2,
                        List.of(sequence, w, r, b),
                        Attribute.of("hidden_size", 4),
                        Attribute.of("linear_before_reset", 1))
                .get(1);
        Tensor hidden = g.node("Squeeze", List.of(last, g.integers(0)));
        Tensor out = g.numbers(new long[] {4, 1}, numbers("Wo"));
        return g.node("Gemm", List.of(hidden, out, g.scalar(fixture.get("bo").doubleValue())));
    }

    @Test
    void aGatedNetworkIsCompleteWithTheRuleForProducts() {
        Explanation explanation =
                gru().explain(new double[][] {numbers("x")}, Settings.DEFAULT).getFirst();
        Attribution attribution = explanation.attributions().getFirst();
        assertThat(explanation.prediction()).containsExactly(new double[] {0.22678935092865352}, TINY);
        assertThat(explanation.atReference()).containsExactly(new double[] {-0.2863051170454374}, TINY);
        assertThat(attribution.contributions()).containsExactly(numbers("deeplift_shapley"), TINY);
        assertThat(attribution.sum()).isCloseTo(0.513094467974091, TINY);
        assertThat(attribution.delta()).isCloseTo(0, within(2e-15));
    }

    @Test
    void integratedGradientsOfAGatedNetwork() {
        Attribution attribution = gru().explain(
                        new double[][] {numbers("x")}, Settings.DEFAULT.withMethod(Method.integratedGradients()))
                .getFirst()
                .attributions()
                .getFirst();
        assertThat(attribution.contributions()).containsExactly(numbers("ig50"), TINY);
        assertThat(attribution.delta()).isCloseTo(0, within(1e-13));
    }

    /** Where input and reference meet, the multipliers are the gradient: times the input, what engines without rules give. */
    @Test
    void multipliersAtTheInputItselfAreTheGradient() {
        double[] x = numbers("x");
        Settings atInput = Settings.DEFAULT.withReference(Reference.of(x));
        double[] gradient = gru().explain(new double[][] {x}, atInput)
                .getFirst()
                .attributions()
                .getFirst()
                .multipliers();
        double[] product = new double[x.length];
        Arrays.setAll(product, i -> gradient[i] * x[i]);
        assertThat(product).containsExactly(numbers("grad_input"), TINY);
    }

    @Test
    void revealCancelOfAGatedNetworkIsComplete() {
        Attribution attribution = gru().explain(
                        new double[][] {numbers("x")}, Settings.DEFAULT.withMethod(Method.revealCancel()))
                .getFirst()
                .attributions()
                .getFirst();
        assertThat(attribution.delta()).isCloseTo(0, within(5e-15));
    }

    /** o = i1 - ReLU(i1 - i2), the minimum of both. */
    private static Tensor minimum(Graphs g, Tensor x) {
        Tensor difference = g.node("MatMul", List.of(x, g.numbers(new long[] {2, 1}, 1, -1)));
        Tensor first = g.node("MatMul", List.of(x, g.numbers(new long[] {2, 1}, 1, 0)));
        return g.node("Sub", List.of(first, g.node("Relu", difference)));
    }

    @Test
    void revealCancelSeesBothOperandsOfAMinimum() {
        Explainer explainer = Graphs.explainer(PublishedNumbersTest::minimum, 2);
        double[][] x = {{10, 6}};
        assertThat(contributions(explainer, x, Method.deepLift())).containsExactly(new double[] {0, 6}, TINY);
        assertThat(contributions(explainer, x, Method.revealCancel())).containsExactly(new double[] {3, 3}, TINY);
    }

    private static double[] contributions(Explainer explainer, double[][] x, Method method) {
        return explainer
                .explain(x, Settings.DEFAULT.withMethod(method))
                .getFirst()
                .attributions()
                .getFirst()
                .contributions();
    }

    /** 2 ReLU(x1) + 2 ReLU(x2 - 1.5). */
    private static Tensor twoRelus(Graphs g, Tensor x) {
        Tensor shifted = g.node("Sub", List.of(x, g.numbers(new long[] {2}, 0, 1.5)));
        return g.node("MatMul", List.of(g.node("Relu", shifted), g.numbers(new long[] {2, 1}, 2, 2)));
    }

    @Test
    void rescaleSeesThroughAThreshold() {
        Explainer explainer = Graphs.explainer(PublishedNumbersTest::twoRelus, 2);
        Attribution attribution = explainer
                .explain(new double[][] {{1, 2}}, Settings.DEFAULT)
                .getFirst()
                .attributions()
                .getFirst();
        assertThat(attribution.contributions()).containsExactly(2.0, 1.0);
        assertThat(attribution.multipliers()).containsExactly(2.0, 0.5);
        assertThat(attribution.delta()).isZero();
    }

    @Test
    void aMaximumIsDueToItsElementAtTheReferenceWhereItFell() {
        Explainer explainer = Graphs.explainer(
                (g, x) -> {
                    Tensor rows = g.node("Unsqueeze", List.of(x, g.integers(1)));
                    Tensor most = g.node("MaxPool", rows, Attribute.of("kernel_shape", new long[] {4}));
                    return g.node("Flatten", most);
                },
                4);
        Reference reference = Reference.of(new double[] {1, 2, 3, 9}, new double[] {4, 8, 6, 7});
        List<Explanation> explanations = explainer.explain(
                new double[][] {{1, 1, 1, 1}, {1, 1, 1, 1}}, Settings.DEFAULT.withReference(reference));
        assertThat(explanations.get(0).attributions().getFirst().contributions())
                .containsExactly(0, 0, 0, -8);
        assertThat(explanations.get(1).attributions().getFirst().contributions())
                .containsExactly(0, -7, 0, 0);
    }
}
