package io.mlaas.onnx.trees;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;

/** How much impurity each feature takes away: scikit-learn's {@code feature_importances_}, which pickles do not hold. */
final class Importances {
    private final int columns;

    private Importances(int columns) {
        this.columns = columns;
    }

    static double[] of(PickledObject model) {
        Importances of = new Importances(model.integer(model.has("n_features_in_") ? "n_features_in_" : "n_features_"));
        if (SklearnTrees.isTree(model)) {
            return of.shares(of.tree(model));
        }
        List<PickledObject> trees = SklearnTrees.isHistogram(model) ? List.of() : SklearnReader.members(model);
        return switch (model.simpleName()) {
            case "GradientBoostingClassifier", "GradientBoostingRegressor" -> of.shares(of.mean(trees, false));
            case "AdaBoostClassifier", "AdaBoostRegressor" -> {
                double[] weights = model.array("estimator_weights_").doubles();
                double[] sum = new double[of.columns];
                for (int i = 0; i < trees.size(); i++) {
                    add(sum, of.shares(of.tree(trees.get(i))), weights[i]);
                }
                double all = Arrays.stream(weights).sum();
                yield Arrays.stream(sum).map(s -> s / all).toArray();
            }
            default -> {
                if (!SklearnTrees.isForest(model)) {
                    throw new TranslationRefused(
                            Reason.UNSUPPORTED_CODE, model.simpleName() + " has no importances of features");
                }
                yield of.shares(of.mean(trees, true));
            }
        };
    }

    /** Of the trees that ask anything. */
    private double[] mean(List<PickledObject> trees, boolean shares) {
        double[] sum = new double[columns];
        int asking = 0;
        for (PickledObject tree : trees) {
            double[] own = tree(tree);
            if (tree.object("tree_").array("nodes").size() > 1) {
                asking++;
                add(sum, shares ? shares(own) : own, 1);
            }
        }
        int count = Math.max(1, asking);
        return Arrays.stream(sum).map(s -> s / count).toArray();
    }

    private double[] tree(PickledObject estimator) {
        NdArray nodes = estimator.object("tree_").array("nodes");
        int[] left = nodes.field("left_child").ints();
        int[] right = nodes.field("right_child").ints();
        int[] features = nodes.field("feature").ints();
        double[] impurity = nodes.field("impurity").doubles();
        double[] weight = nodes.field("weighted_n_node_samples").doubles();
        double[] importance = new double[columns];
        for (int node = 0; node < left.length; node++) {
            if (left[node] != -1) {
                int l = left[node];
                int r = right[node];
                importance[features[node]] +=
                        weight[node] * impurity[node] - weight[l] * impurity[l] - weight[r] * impurity[r];
            }
        }
        return Arrays.stream(importance).map(i -> i / weight[0]).toArray();
    }

    private double[] shares(double... importance) {
        double sum = Arrays.stream(importance).sum();
        return sum > 0 ? Arrays.stream(importance).map(i -> i / sum).toArray() : importance;
    }

    private static void add(double[] sum, double[] more, double weight) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += weight * more[i];
        }
    }
}
