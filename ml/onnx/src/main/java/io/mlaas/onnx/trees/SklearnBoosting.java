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
import java.util.stream.IntStream;

/** Decodes scikit-learn's boosted trees: gradient boosting, its histogram variant, AdaBoost. */
final class SklearnBoosting {
    /** {@code numpy.finfo(numpy.float32).eps}: shares of classes are kept this far from 0 and 1. */
    private static final double SINGLE_EPS = Math.ulp(1f);

    private static final double DOUBLE_EPS = Math.ulp(1d);

    private SklearnBoosting() {}

    static SklearnForest gradient(PickledObject model, int columns) {
        boolean classifies = model.simpleName().endsWith("Classifier");
        double rate = model.number("learning_rate");
        List<PickledObject> trees = SklearnReader.members(model);
        int outputs = model.array("estimators_").size(1);
        List<Object> classes = classifies ? ClassLabels.of(model) : List.of();
        if (outputs != (classes.size() > 2 ? classes.size() : 1)) {
            throw Tree.damaged(
                    model.simpleName() + ": " + outputs + " trees per iteration for " + classes.size() + " classes");
        }
        List<TreeEnsemble.Member> members = new ArrayList<>();
        for (int i = 0; i < trees.size(); i++) {
            SklearnTree tree = new SklearnTree(trees.get(i), model.simpleName() + ", tree " + i);
            members.add(new TreeEnsemble.Member(
                    tree.build(columns, 1, node -> new double[] {tree.value(node)[0] * rate}), i % outputs));
        }
        boolean exponential = classifies && model.text("loss").equals("exponential");
        TreeEnsemble ensemble = SklearnReader.ensemble(columns, start(model, outputs, exponential), members);
        return classifies
                ? SklearnForest.scores(ensemble, classes, exponential ? 2 : 1)
                : SklearnForest.values(ensemble, 1, Link.IDENTITY);
    }

    /** What the sums start from. */
    private static double[] start(PickledObject model, int outputs, boolean exponential) {
        double[] start = new double[outputs];
        if (!(model.get("init_") instanceof PickledObject init)) {
            return start;
        }
        if (init.simpleName().equals("DummyRegressor")) {
            return init.array("constant_").doubles();
        }
        if (!init.simpleName().equals("DummyClassifier")
                || !init.text("strategy", "prior").equals("prior")) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPERATOR,
                    model.simpleName() + ".init: " + init.className() + " (expected: none, or zero)");
        }
        double[] prior = init.array("class_prior_").doubles();
        for (int i = 0; i < outputs; i++) {
            double p = Math.clamp(prior[outputs == 1 ? 1 : i], SINGLE_EPS, 1 - SINGLE_EPS);
            start[i] = outputs > 1 ? Math.log(p) : (exponential ? 0.5 : 1) * Math.log(p / (1 - p));
        }
        // the losses of newer versions let the scores of all classes add up to 0
        boolean centred = outputs > 1
                && model.get("_loss") instanceof PickledObject loss
                && loss.simpleName().equals("HalfMultinomialLoss");
        double mean = centred ? Arrays.stream(start).average().orElse(0) : 0;
        return Arrays.stream(start).map(s -> s - mean).toArray();
    }

    static SklearnForest histogram(PickledObject model, int columns) {
        boolean classifies = model.simpleName().endsWith("Classifier");
        double[] base = model.get("_baseline_prediction") instanceof NdArray array
                ? array.doubles().clone()
                : new double[] {model.number("_baseline_prediction")};
        List<TreeEnsemble.Member> members = new ArrayList<>();
        int[][] known =
                model.has("is_categorical_") ? knownCategories(model.object("_bin_mapper"), columns) : new int[0][];
        for (Object iteration : model.list("_predictors")) {
            List<?> predictors = iteration instanceof NdArray array
                    ? array.toList()
                    : iteration instanceof List<?> list ? list : List.of();
            if (predictors.size() != base.length) {
                throw Tree.damaged(
                        "_predictors: " + predictors.size() + " trees per iteration (expected: " + base.length + ")");
            }
            for (int k = 0; k < base.length; k++) {
                if (!(predictors.get(k) instanceof PickledObject predictor)) {
                    throw Tree.damaged("_predictors: " + predictors.get(k) + " (expected: a tree)");
                }
                String where = model.simpleName() + ", tree " + members.size();
                members.add(new TreeEnsemble.Member(histogramTree(predictor, where, columns, known), k));
            }
        }
        TreeEnsemble ensemble = new TreeEnsemble(columns, base.length, base, members, false, new BitSet());
        if (classifies) {
            return SklearnForest.scores(ensemble, ClassLabels.of(model), 1);
        }
        String loss = model.text("loss");
        return SklearnForest.values(
                ensemble, 1, loss.equals("poisson") || loss.equals("gamma") ? Link.EXP : Link.IDENTITY);
    }

    /** By column, ascending; none for numbers. */
    private static int[][] knownCategories(PickledObject mapper, int columns) {
        double[] categorical = mapper.array("is_categorical_").doubles();
        List<?> bins = mapper.list("bin_thresholds_");
        int[][] known = new int[columns][];
        for (int i = 0; i < columns; i++) {
            known[i] = categorical[i] != 0 && bins.get(i) instanceof NdArray array
                    ? Arrays.stream(array.doubles())
                            .mapToInt(c -> (int) c)
                            .sorted()
                            .toArray()
                    : new int[0];
        }
        return known;
    }

    private static Tree histogramTree(PickledObject predictor, String where, int columns, int[]... known) {
        NdArray nodes = predictor.array("nodes");
        double[] leaf = nodes.field("is_leaf").doubles();
        double[] values = nodes.field("value").doubles();
        int[] features = nodes.field("feature_idx").ints();
        double[] thresholds = nodes.field("num_threshold").doubles();
        double[] missing = nodes.field("missing_go_to_left").doubles();
        int[] left = nodes.field("left").ints();
        int[] right = nodes.field("right").ints();
        double[] categorical = nodes.field("is_categorical").doubles();
        int[] sets = nodes.field("bitset_idx").ints();
        Tree.Builder builder = new Tree.Builder(leaf.length);
        for (int node = 0; node < leaf.length; node++) {
            if (leaf[node] != 0) {
                builder.leaf(node, values[node]);
            } else if (categorical[node] == 0) {
                builder.split(
                        node,
                        Tree.Test.LESS_OR_EQUAL,
                        features[node],
                        thresholds[node],
                        missing[node] != 0,
                        left[node],
                        right[node]);
            } else if (features[node] < 0 || features[node] >= known.length) {
                throw Tree.damaged(where + ", node " + node + ": categories of column " + features[node]
                        + " (expected: one of " + known.length + ")");
            } else {
                int[] leftSet = members(predictor.array("raw_left_cat_bitsets"), sets[node], where);
                if (missing[node] == 0) {
                    builder.member(node, features[node], leftSet, false, left[node], right[node]);
                } else {
                    // categories that nobody knows go where missing values go
                    int[] rightSet = Arrays.stream(known[features[node]])
                            .filter(c -> Arrays.binarySearch(leftSet, c) < 0)
                            .toArray();
                    builder.member(node, features[node], rightSet, false, right[node], left[node]);
                }
            }
        }
        return builder.build(where, columns, 1);
    }

    private static int[] members(NdArray bitsets, int set, String where) {
        int words = bitsets.size(1);
        if (set < 0 || set >= bitsets.size(0)) {
            throw Tree.damaged(where + ": bitset_idx " + set + " (expected: below " + bitsets.size(0) + ")");
        }
        long[] bits = Arrays.copyOfRange(bitsets.longs(), set * words, (set + 1) * words);
        return IntStream.range(0, 32 * words)
                .filter(c -> (bits[c / 32] >> (c % 32) & 1) != 0)
                .toArray();
    }

    /** AdaBoost for classes: SAMME adds a tree's weight to the class it names, SAMME.R adds logarithms of shares. */
    static SklearnForest votes(PickledObject model, int columns) {
        List<Object> classes = ClassLabels.of(model);
        int count = classes.size();
        if (count < 2) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "AdaBoostClassifier of one class");
        }
        List<PickledObject> trees = SklearnReader.members(model);
        double[] weights = Arrays.copyOf(model.array("estimator_weights_").doubles(), trees.size());
        double total =
                Arrays.stream(model.array("estimator_weights_").doubles()).sum();
        boolean real = model.text("algorithm", "SAMME").equals("SAMME.R");
        double otherwise = symmetric(model) ? -1.0 / (count - 1) : 0;
        List<TreeEnsemble.Member> members = new ArrayList<>();
        for (int i = 0; i < trees.size(); i++) {
            SklearnTree tree = new SklearnTree(trees.get(i), "AdaBoostClassifier, tree " + i);
            double weight = weights[i] / total;
            members.add(new TreeEnsemble.Member(
                    tree.build(
                            columns,
                            count,
                            node -> real
                                    ? logarithms(tree.shares(node), total)
                                    : vote(tree.shares(node), weight, otherwise)),
                    0));
        }
        return SklearnForest.votes(SklearnReader.ensemble(columns, new double[count], members), classes);
    }

    /** Since version 1.3.1 classes that a tree does not name lose what the named one wins. */
    private static boolean symmetric(PickledObject model) {
        String[] parts = model.text("_sklearn_version", "1.9.0").split("\\.", -1);
        int[] version = new int[3];
        for (int i = 0; i < Math.min(3, parts.length); i++) {
            String digits = parts[i].replaceAll("\\D.*", "");
            version[i] = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        }
        return version[0] > 1 || (version[0] == 1 && (version[1] > 3 || (version[1] == 3 && version[2] >= 1)));
    }

    private static double[] vote(double[] shares, double weight, double otherwise) {
        int named = 0;
        for (int i = 1; i < shares.length; i++) {
            if (shares[i] > shares[named]) {
                named = i;
            }
        }
        double[] votes = new double[shares.length];
        Arrays.fill(votes, otherwise * weight);
        votes[named] = weight;
        return votes;
    }

    private static double[] logarithms(double[] shares, double total) {
        int classes = shares.length;
        double[] logs = new double[classes];
        for (int i = 0; i < classes; i++) {
            logs[i] = Math.log(Math.max(shares[i], DOUBLE_EPS));
        }
        double mean = Arrays.stream(logs).sum() / classes;
        return Arrays.stream(logs).map(l -> (classes - 1) * (l - mean) / total).toArray();
    }
}
