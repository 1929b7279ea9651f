package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.graph.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a predictor has in the graph.
 *
 * @param classes labels of a classifier (numbers or text); empty for others
 * @param index place of the predicted class, or a cluster's number: 64-bit integers (rows)
 * @param probabilities (rows, classes)
 * @param scores decision function: (rows, 1) for two classes and for outliers, (rows, classes) otherwise; distances to
 *     clusters
 * @param values predicted numbers (rows, targets)
 * @param each what is said of each target, where a classifier has several
 */
public record Prediction(
        List<Object> classes,
        @Nullable Tensor index,
        @Nullable Tensor probabilities,
        @Nullable Tensor scores,
        @Nullable Tensor values,
        List<Prediction> each) {
    public Prediction {
        classes = List.copyOf(classes);
        each = List.copyOf(each);
    }

    public Prediction(
            List<Object> classes,
            @Nullable Tensor index,
            @Nullable Tensor probabilities,
            @Nullable Tensor scores,
            @Nullable Tensor values) {
        this(classes, index, probabilities, scores, values, List.of());
    }

    /** @param probabilities of the second class of each target, (rows, targets); null where each target has its own */
    public static Prediction several(List<Prediction> each, @Nullable Tensor probabilities) {
        return new Prediction(List.of(), null, probabilities, null, null, each);
    }

    public static Prediction values(Tensor values) {
        return new Prediction(List.of(), null, null, null, values);
    }

    public static Prediction clusters(Tensor index, Tensor scores) {
        return new Prediction(List.of(), index, null, scores, null);
    }

    /** The same numbers in the type in which is calculated. */
    Prediction as(Ops ops) {
        return new Prediction(
                classes,
                index,
                probabilities == null ? null : ops.asNumber(probabilities),
                scores == null ? null : ops.asNumber(scores),
                values == null ? null : ops.asNumber(values),
                each.stream().map(one -> one.as(ops)).toList());
    }

    /** The most probable class. */
    static Prediction probable(Ops ops, List<Object> classes, Tensor probabilities) {
        return new Prediction(classes, ops.argMax(probabilities), probabilities, null, null);
    }

    /** The class with the highest of several scores, or the second of two where the only score is above 0. */
    static Prediction decided(Ops ops, List<Object> classes, Tensor scores, @Nullable Tensor probabilities) {
        Tensor index = scores.size(1).is(1)
                ? ops.graph.reshape(
                        ops.graph.cast(
                                ops.compare("Greater", scores, ops.scalar(0)), io.mlaas.onnx.graph.ElementType.INT64),
                        scores.shape().without(1))
                : ops.argMax(scores);
        return new Prediction(classes, index, probabilities, scores, null);
    }
}
