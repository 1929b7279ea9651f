package io.mlaas.onnx.trees;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import java.util.List;

/** The function between a model's scores and what it predicts. */
enum Link {
    IDENTITY,
    /** {@code 1 / (1 + exp(-slope · score))}. */
    SIGMOID,
    /** {@code exp(score)}. */
    EXP,
    /** {@code sign(score) · score²}: LightGBM's {@code reg_sqrt}. */
    SIGNED_SQUARE,
    /** {@code log(1 + exp(score))}. */
    SOFTPLUS,
    /** 1 where the score is positive, otherwise 0. */
    STEP,
    /** {@code exp(score)}, divided by the sum over the classes. */
    SOFTMAX;

    void apply(double slope, double... scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            largest = Math.max(largest, score);
        }
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            double s = scores[i];
            scores[i] = switch (this) {
                case IDENTITY -> s;
                case SIGMOID -> 1 / (1 + Math.exp(-slope * s));
                case EXP -> Math.exp(s);
                case SIGNED_SQUARE -> Math.signum(s) * s * s;
                case SOFTPLUS -> s > 30 ? s + Math.exp(-s) : Math.log1p(Math.exp(s));
                case STEP -> s > 0 ? 1 : 0;
                case SOFTMAX -> Math.exp(s - largest);
            };
            sum += scores[i];
        }
        if (this == SOFTMAX) {
            for (int i = 0; i < scores.length; i++) {
                scores[i] /= sum;
            }
        }
    }

    Tensor emit(OnnxGraph graph, Tensor scores, double slope) {
        return switch (this) {
            case IDENTITY -> scores;
            case SIGMOID ->
                unary(
                        graph,
                        "Sigmoid",
                        slope == 1 ? scores : binary(graph, "Mul", scores, graph.scalar(scores.type(), slope)));
            case EXP -> unary(graph, "Exp", scores);
            case SIGNED_SQUARE -> binary(graph, "Mul", scores, unary(graph, "Abs", scores));
            case SOFTPLUS -> softplus(graph, scores);
            case STEP ->
                graph.cast(
                        graph.node(
                                "Greater",
                                ElementType.BOOL,
                                scores.shape(),
                                List.of(scores, graph.scalar(scores.type(), 0))),
                        scores.type());
            case SOFTMAX ->
                graph.node("Softmax", scores.type(), scores.shape(), List.of(scores), Attribute.of("axis", 1));
        };
    }

    /** {@code max(s, 0) + log(1 + exp(-|s|))}: large scores do not overflow; the operator Softplus has 32 bits only. */
    private static Tensor softplus(OnnxGraph graph, Tensor scores) {
        Tensor small = unary(graph, "Exp", unary(graph, "Neg", unary(graph, "Abs", scores)));
        Tensor log = unary(graph, "Log", binary(graph, "Add", small, graph.scalar(scores.type(), 1)));
        return binary(graph, "Add", log, unary(graph, "Relu", scores));
    }

    private static Tensor unary(OnnxGraph graph, String operator, Tensor x) {
        return graph.node(operator, x.type(), x.shape(), List.of(x));
    }

    private static Tensor binary(OnnxGraph graph, String operator, Tensor x, Tensor y) {
        return graph.node(operator, x.type(), x.shape(), List.of(x, y));
    }
}
