package io.mlaas.onnx.trees;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import io.mlaas.onnx.sklearn.Boundary;
import io.mlaas.onnx.sklearn.Extension;
import io.mlaas.onnx.sklearn.Outcome;
import io.mlaas.onnx.sklearn.Prediction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/** Trees and ensembles of trees of scikit-learn 1.0 and newer. */
public final class SklearnTrees implements Extension {
    private static final Set<String> TREES =
            Set.of("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor");
    private static final Set<String> FORESTS =
            Set.of("RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor");
    private static final Set<String> BOOSTED = Set.of(
            "GradientBoostingClassifier",
            "GradientBoostingRegressor",
            "HistGradientBoostingClassifier",
            "HistGradientBoostingRegressor",
            "IsolationForest");
    private static final Set<String> OF_ANY =
            Set.of("AdaBoostClassifier", "AdaBoostRegressor", "BaggingClassifier", "BaggingRegressor");

    private final Map<PickledObject, SklearnForest> read = new WeakHashMap<>();

    /** Bagging and AdaBoost are known when what they repeat is a single tree. */
    @Override
    public boolean knows(PickledObject estimator) {
        String name = estimator.simpleName();
        return TREES.contains(name)
                || FORESTS.contains(name)
                || BOOSTED.contains(name)
                || (OF_ANY.contains(name)
                        && estimator.get("estimators_") instanceof List<?> members
                        && !members.isEmpty()
                        && members.stream()
                                .allMatch(m -> m instanceof PickledObject tree && TREES.contains(tree.simpleName())));
    }

    @Override
    public Prediction emit(PickledObject estimator, OnnxGraph graph, Tensor x, ElementType type) {
        return new SklearnNodes(graph, forest(estimator), type).emit(x);
    }

    @Override
    public Outcome evaluate(PickledObject estimator, double[][] x) {
        return new SklearnNumbers(forest(estimator)).evaluate(x);
    }

    @Override
    public boolean roundsInputs(PickledObject estimator) {
        return forest(estimator).ensemble().singleInputs();
    }

    @Override
    public List<Boundary> boundaries(PickledObject estimator, int limit) {
        return Boundaries.nodes(forest(estimator).ensemble(), limit);
    }

    @Override
    public double[] importances(PickledObject estimator) {
        return Importances.of(estimator);
    }

    private SklearnForest forest(PickledObject estimator) {
        synchronized (read) {
            SklearnForest known = read.get(estimator);
            if (known == null) {
                known = SklearnReader.read(estimator);
                read.put(estimator, known);
            }
            return known;
        }
    }

    static boolean isTree(PickledObject estimator) {
        return TREES.contains(estimator.simpleName());
    }

    static boolean isHistogram(PickledObject estimator) {
        return estimator.simpleName().startsWith("HistGradientBoosting");
    }

    static boolean isForest(PickledObject estimator) {
        return FORESTS.contains(estimator.simpleName());
    }
}
