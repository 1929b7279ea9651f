package io.mlaas.onnx.trees;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.ClassLabels;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes fitted trees and ensembles of trees of scikit-learn; sources: its files under {@code tree} and {@code ensemble}. */
final class SklearnReader {
    private final PickledObject model;
    private final String name;
    private final int columns;

    private SklearnReader(PickledObject model) {
        this.model = model;
        this.name = model.simpleName();
        this.columns = model.integer(model.has("n_features_in_") ? "n_features_in_" : "n_features_");
        if (columns < 1 || columns > 10_000_000) {
            throw Tree.damaged(name + ".n_features_in_: " + columns + " (expected: 1 to 10000000)");
        }
    }

    static SklearnForest read(PickledObject model) {
        SklearnReader reader = new SklearnReader(model);
        if (SklearnTrees.isTree(model)) {
            return reader.mean(List.of(model), null);
        }
        return switch (model.simpleName()) {
            case "GradientBoostingClassifier", "GradientBoostingRegressor" ->
                SklearnBoosting.gradient(model, reader.columns);
            case "HistGradientBoostingClassifier", "HistGradientBoostingRegressor" ->
                SklearnBoosting.histogram(model, reader.columns);
            case "AdaBoostClassifier" -> SklearnBoosting.votes(model, reader.columns);
            case "AdaBoostRegressor" -> reader.median();
            case "IsolationForest" -> reader.isolation();
            default ->
                reader.mean(members(model), SklearnTrees.isForest(model) ? null : model.get("estimators_features_"));
        };
    }

    static List<PickledObject> members(PickledObject model) {
        List<PickledObject> members = new ArrayList<>();
        for (Object member : model.list("estimators_")) {
            if (!(member instanceof PickledObject tree) || !tree.has("tree_")) {
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_OPERATOR,
                        model.simpleName() + ".estimators_: " + member + " (expected: fitted trees)");
            }
            members.add(tree);
        }
        if (members.isEmpty()) {
            throw Tree.damaged(model.simpleName() + ".estimators_: none (expected: at least one)");
        }
        return members;
    }

    /** The mean of the trees' predictions. */
    private SklearnForest mean(List<PickledObject> trees, @Nullable Object subsets) {
        if (name.endsWith("Classifier") && model.get("classes_") instanceof List<?> targets) {
            return targets(trees, targets.stream().map(SklearnReader::labels).toList());
        }
        boolean classifies = name.endsWith("Classifier");
        List<Object> classes = classifies ? ClassLabels.of(model) : List.of();
        List<TreeEnsemble.Member> members = new ArrayList<>();
        int outputs = classifies ? classes.size() : 0;
        for (int i = 0; i < trees.size(); i++) {
            SklearnTree tree = new SklearnTree(trees.get(i), name + ", tree " + i);
            outputs = classifies ? outputs : Math.max(outputs, tree.width());
            int[] places = classifies && trees.size() > 1 ? places(trees.get(i), tree.width(), outputs) : new int[0];
            int all = outputs;
            int[] features = features(subsets, i);
            Tree built = tree.build(
                    features.length == 0 ? columns : features.length,
                    outputs,
                    node -> classifies ? placed(tree.shares(node), all, places) : tree.value(node));
            members.add(new TreeEnsemble.Member(features.length == 0 ? built : built.withFeatures(features), 0));
        }
        TreeEnsemble ensemble = ensemble(columns, new double[outputs], members);
        return classifies
                ? SklearnForest.probabilities(ensemble, classes, trees.size())
                : SklearnForest.values(ensemble, trees.size(), Link.IDENTITY);
    }

    private static List<Object> labels(@Nullable Object classes) {
        if (classes instanceof NdArray array) {
            return ClassLabels.of(array);
        }
        throw Tree.damaged("classes_: " + classes + " (expected: labels of each target)");
    }

    /** Each leaf has the shares of the classes of one target after the other. */
    private SklearnForest targets(List<PickledObject> trees, List<List<Object>> targets) {
        int outputs = targets.stream().mapToInt(List::size).sum();
        List<TreeEnsemble.Member> members = new ArrayList<>();
        for (int i = 0; i < trees.size(); i++) {
            SklearnTree tree = new SklearnTree(trees.get(i), name + ", tree " + i);
            Tree built = tree.build(columns, outputs, node -> tree.shares(node, targets));
            members.add(new TreeEnsemble.Member(built, 0));
        }
        return SklearnForest.targets(ensemble(columns, new double[outputs], members), targets, trees.size());
    }

    static TreeEnsemble ensemble(int columns, double[] base, List<TreeEnsemble.Member> members) {
        return new TreeEnsemble(columns, base.length, base, members, true, new BitSet());
    }

    /** Which of all classes a member's are: one that was trained on few rows may have missed some. */
    private static int[] places(PickledObject tree, int width, int classes) {
        if (width == classes) {
            return new int[0];
        }
        int[] places = tree.array("classes_").ints();
        if (places.length != width || Arrays.stream(places).anyMatch(p -> p < 0 || p >= classes)) {
            throw Tree.damaged("classes_ of a tree: " + Arrays.toString(places) + " (expected: below " + classes + ")");
        }
        return places;
    }

    private static double[] placed(double[] shares, int classes, int... places) {
        if (places.length == 0) {
            return shares;
        }
        double[] all = new double[classes];
        for (int i = 0; i < places.length; i++) {
            all[places[i]] = shares[i];
        }
        return all;
    }

    /** The columns that a member was trained on; empty for all. */
    private int[] features(@Nullable Object subsets, int member) {
        if (subsets == null) {
            return new int[0];
        }
        Object subset = subsets instanceof NdArray array && array.rank() == 2
                ? Arrays.copyOfRange(array.ints(), member * array.size(1), (member + 1) * array.size(1))
                : subsets instanceof NdArray array ? array.toList().get(member) : ((List<?>) subsets).get(member);
        int[] features =
                subset instanceof NdArray array ? array.ints() : subset instanceof int[] ints ? ints : new int[0];
        if (features.length == 0 || Arrays.stream(features).anyMatch(f -> f < 0 || f >= columns)) {
            throw Tree.damaged(name + ".estimators_features_: (expected: columns below " + columns + ")");
        }
        return features;
    }

    private SklearnForest median() {
        List<PickledObject> trees = members(model);
        double[] weights = Arrays.copyOf(model.array("estimator_weights_").doubles(), trees.size());
        List<TreeEnsemble.Member> members = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            SklearnTree tree = new SklearnTree(trees.get(i), name + ", tree " + i);
            members.add(new TreeEnsemble.Member(tree.build(columns, 1, tree::value), i));
        }
        return SklearnForest.median(ensemble(columns, new double[weights.length], members), weights);
    }

    private SklearnForest isolation() {
        List<PickledObject> trees = members(model);
        Object subsets = model.get("estimators_features_");
        List<TreeEnsemble.Member> members = new ArrayList<>();
        for (int i = 0; i < trees.size(); i++) {
            SklearnTree tree = new SklearnTree(trees.get(i), name + ", tree " + i);
            int[] depths = tree.depths();
            int[] features = features(subsets, i);
            Tree built = tree.build(
                    features.length, 1, node -> new double[] {depths[node] + averagePath(tree.samples(node)) - 1});
            members.add(new TreeEnsemble.Member(built.withFeatures(features), 0));
        }
        double divisor = trees.size() * averagePath(model.number("max_samples_"));
        return SklearnForest.path(
                ensemble(columns, new double[1], members), divisor == 0 ? 1 : divisor, model.number("offset_"));
    }

    /** Of an unsuccessful search in a binary search tree of n rows: equation 1 of Liu, Ting, Zhou, Isolation Forest, 2008. */
    private static double averagePath(double rows) {
        double euler = 0.5772156649015329;
        return rows <= 1 ? 0 : rows == 2 ? 1 : 2 * (Math.log(rows - 1) + euler) - 2 * (rows - 1) / rows;
    }
}
