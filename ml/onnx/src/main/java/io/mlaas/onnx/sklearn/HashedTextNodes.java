package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Map;

/** Words in texts, counted in the columns that their hashes name. */
final class HashedTextNodes {
    /** The rows of the graph hold every column, also those that are 0. */
    private static final int MOST_COLUMNS = 1 << 15;

    private HashedTextNodes() {}

    static void register(Map<String, Emission.Transformer> transformers) {
        transformers.put("HashingVectorizer", HashedTextNodes::hashed);
    }

    static int columns(PickledObject vectorizer) {
        int columns = vectorizer.integer("n_features");
        if (columns < 1 || columns > MOST_COLUMNS) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE,
                    "HashingVectorizer.n_features: " + columns + " (expected: 1 to " + MOST_COLUMNS
                            + ", since each row of the translation holds them all)");
        }
        return columns;
    }

    private static Features hashed(Emission to, PickledObject vectorizer, Features x) {
        Ops ops = to.ops;
        OnnxGraph graph = ops.graph;
        int columns = columns(vectorizer);
        Tensor words = TextNodes.words(to, vectorizer, x);
        Tensor hash = graph.runtimeNode(
                "MurmurHash3",
                ElementType.INT32,
                words.shape(),
                List.of(words),
                Attribute.of("positive", 0),
                Attribute.of("seed", 0));
        Tensor signed = graph.cast(hash, ElementType.INT64);
        Tensor place = ops.binary("Mod", ops.unary("Abs", signed), graph.index(columns));
        boolean alternates = vectorizer.flag("alternate_sign", true) && !vectorizer.flag("binary", false);
        Tensor one = alternates
                ? ops.where(ops.compare("Less", signed, graph.index(0)), ops.scalar(-1), ops.scalar(1))
                : ops.scalar(1);
        Tensor none = ops.compare("Equal", signed, graph.index(MurmurHash.of(TextNodes.NO_WORD)));
        Tensor sums = summed(ops, place, ops.where(none, ops.scalar(0), one), columns);
        Tensor counts = vectorizer.flag("binary", false) ? ops.binary("Min", sums, ops.scalar(1)) : sums;
        return BaselineNodes.normed(ops, vectorizer, counts);
    }

    /** The values of each row in the columns that they belong to. */
    private static Tensor summed(Ops ops, Tensor place, Tensor values, int columns) {
        OnnxGraph graph = ops.graph;
        Shape shape = new Shape(List.of(place.size(0), Dim.of(columns)));
        if (graph.opset() >= 16) {
            Tensor zeros = graph.node("Expand", ops.type, shape, List.of(ops.scalar(0), graph.sizes(shape)));
            return graph.node(
                    "ScatterElements",
                    ops.type,
                    shape,
                    List.of(zeros, place, values),
                    Attribute.of("axis", 1),
                    Attribute.of("reduction", "add"));
        }
        Shape each = place.shape().inserted(2, Dim.of(columns));
        Tensor hot = graph.node(
                "OneHot",
                ops.type,
                each,
                List.of(place, graph.index(columns), graph.numbers(ops.type, Shape.of(2), 0, 1)),
                Attribute.of("axis", -1));
        Tensor weights = graph.reshape(values, values.shape().inserted(2, Dim.of(1)));
        return ops.sum(ops.mul(hot, weights), 1, false);
    }
}
