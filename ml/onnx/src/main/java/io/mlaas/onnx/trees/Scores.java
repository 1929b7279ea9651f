package io.mlaas.onnx.trees;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import java.util.Optional;

/** What a boosted model computes before its link function: sums of leaves, or a linear function. */
sealed interface Scores permits TreeEnsemble, LinearScores, LinearLeaves {
    /** Features of a row. */
    int columns();

    /** The trees that decide, if any do. */
    default Optional<TreeEnsemble> deciding() {
        return Optional.empty();
    }

    /** Scores of a row. */
    int outputs();

    /** The scores of one row in 64-bit floats: what the translation is compared with. */
    double[] sums(double... row);

    /**
     * Adds the nodes that compute the scores.
     *
     * @param x rows of features
     * @param type of the scores: 32 or 64 bits
     * @return scores, of shape (rows, outputs)
     */
    Tensor emit(OnnxGraph graph, Tensor x, ElementType type);
}
