package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Optional;

/** Predictors that another package knows, such as ensembles of trees. */
public interface Extension {
    /** All there are. */
    List<Extension> ALL = List.of(new io.mlaas.onnx.trees.SklearnTrees());

    boolean knows(PickledObject estimator);

    /** @param x (rows, features), numbers of any floating type */
    Prediction emit(PickledObject estimator, OnnxGraph graph, Tensor x, ElementType type);

    /**
     * In 64-bit floats, by another way than {@link #emit}.
     *
     * @param x rows
     */
    Outcome evaluate(PickledObject estimator, double[][] x);

    /** Whether the source rounds inputs to 32 bits before it looks at them. */
    boolean roundsInputs(PickledObject estimator);

    /**
     * Where the estimator changes its mind.
     *
     * @param limit of their number, roughly
     */
    List<Boundary> boundaries(PickledObject estimator, int limit);

    /** How much each column matters, {@code feature_importances_}. */
    double[] importances(PickledObject estimator);

    static Optional<Extension> of(PickledObject estimator) {
        return ALL.stream().filter(e -> e.knows(estimator)).findFirst();
    }
}
