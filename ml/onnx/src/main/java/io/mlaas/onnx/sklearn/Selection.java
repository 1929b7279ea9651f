package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Which columns a fitted selector keeps. */
final class Selection {
    static final List<String> NAMES = List.of(
            "VarianceThreshold",
            "SelectKBest",
            "SelectPercentile",
            "SelectFpr",
            "SelectFwe",
            "SelectFdr",
            "SelectFromModel",
            "RFE",
            "RFECV",
            "SequentialFeatureSelector");

    private Selection() {}

    static int[] columns(PickledObject selector, int width) {
        IntPredicate kept =
                switch (selector.simpleName()) {
                    case "VarianceThreshold" ->
                        above(Matrix.of(selector, "variances_").values(), selector.number("threshold"));
                    case "SelectKBest" -> best(selector);
                    case "SelectPercentile" -> percentile(selector);
                    case "SelectFpr" -> below(selector.array("pvalues_").doubles(), selector.number("alpha"));
                    case "SelectFwe" -> {
                        double[] p = selector.array("pvalues_").doubles();
                        yield below(p, selector.number("alpha") / p.length);
                    }
                    case "SelectFdr" -> discoveries(selector);
                    case "SelectFromModel" -> important(selector);
                    default -> {
                        double[] support = selector.array("support_").doubles();
                        yield i -> support[i] != 0;
                    }
                };
        return IntStream.range(0, width).filter(kept).toArray();
    }

    private static IntPredicate above(double[] values, double threshold) {
        return i -> values[i] > threshold;
    }

    private static IntPredicate below(double[] values, double threshold) {
        return i -> values[i] < threshold;
    }

    private static double[] scores(PickledObject selector) {
        double[] scores = selector.array("scores_").doubles();
        for (int i = 0; i < scores.length; i++) {
            // scikit-learn counts a score that could not be computed as the lowest
            scores[i] = Double.isNaN(scores[i]) ? -Double.MAX_VALUE : scores[i];
        }
        return scores;
    }

    private static IntPredicate best(PickledObject selector) {
        double[] scores = scores(selector);
        if ("all".equals(selector.get("k"))) {
            return i -> true;
        }
        boolean[] kept = new boolean[scores.length];
        ascending(scores)
                .skip(Math.max(0, scores.length - selector.integer("k")))
                .forEach(i -> kept[i] = true);
        return i -> kept[i];
    }

    private static java.util.stream.Stream<Integer> ascending(double[] values) {
        return IntStream.range(0, values.length).boxed().sorted(Comparator.comparingDouble(i -> values[i]));
    }

    private static IntPredicate percentile(PickledObject selector) {
        double[] scores = scores(selector);
        double percent = selector.number("percentile");
        if (percent == 100) {
            return i -> true;
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        double place = (100 - percent) / 100 * (sorted.length - 1);
        int low = (int) Math.floor(place);
        double threshold = sorted[low] + (place - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
        boolean[] kept = new boolean[scores.length];
        int count = 0;
        for (int i = 0; i < scores.length; i++) {
            kept[i] = scores[i] > threshold;
            count += kept[i] ? 1 : 0;
        }
        int wanted = (int) (scores.length * percent / 100);
        for (int i = 0; i < scores.length && count < wanted; i++) {
            if (scores[i] == threshold) {
                kept[i] = true;
                count++;
            }
        }
        return i -> percent != 0 && kept[i];
    }

    private static IntPredicate discoveries(PickledObject selector) {
        double[] p = selector.array("pvalues_").doubles();
        double[] sorted = p.clone();
        Arrays.sort(sorted);
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < sorted.length; i++) {
            if (sorted[i] <= selector.number("alpha") / sorted.length * (i + 1)) {
                highest = sorted[i];
            }
        }
        double limit = highest;
        return i -> p[i] <= limit;
    }

    private static IntPredicate important(PickledObject selector) {
        boolean usual = !(selector.get("importance_getter") instanceof String getter)
                || List.of("auto", "coef_", "feature_importances_").contains(getter);
        if (!usual || (selector.has("importance_getter") && !(selector.get("importance_getter") instanceof String))) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "SelectFromModel.importance_getter: " + selector.get("importance_getter") + " (expected: auto)");
        }
        PickledObject model = Wrappers.unwrapped(
                selector.has("estimator_") ? selector.object("estimator_") : selector.object("estimator"));
        double[] importance = importance(model, selector.number("norm_order", 1));
        double threshold = threshold(selector, model, importance);
        boolean[] kept = new boolean[importance.length];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = importance[i] >= threshold;
        }
        if (selector.get("max_features") instanceof Number number) {
            boolean[] first = new boolean[importance.length];
            double[] negative = Arrays.stream(importance).map(v -> -v).toArray();
            ascending(negative).limit(number.longValue()).forEach(i -> first[i] = true);
            return i -> kept[i] && first[i];
        }
        return i -> kept[i];
    }

    private static double[] importance(PickledObject model, double norm) {
        Optional<Extension> extension = Extension.of(model);
        if (extension.isPresent()) {
            return extension.get().importances(model);
        }
        if (!model.has("coef_")) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "SelectFromModel by " + model.simpleName() + " (expected: a linear model, or trees)");
        }
        Matrix weights = Matrix.of(model, "coef_");
        if (weights.rows() > 1 && norm != 1) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "SelectFromModel.norm_order: " + norm + " (expected: 1)");
        }
        double[] importance = new double[weights.columns()];
        for (int i = 0; i < weights.values().length; i++) {
            importance[i % importance.length] += Math.abs(weights.values()[i]);
        }
        return importance;
    }

    private static double threshold(PickledObject selector, PickledObject model, double[] importance) {
        if (selector.get("threshold") instanceof Number number) {
            return number.doubleValue();
        }
        double mean = Arrays.stream(importance).average().orElse(0);
        if (!selector.has("threshold")) {
            boolean sparse =
                    "l1".equals(model.get("penalty")) || model.simpleName().contains("Lasso");
            return sparse ? 1e-5 : mean;
        }
        String[] parts = selector.text("threshold").split("\\*", 2);
        double[] sorted = importance.clone();
        Arrays.sort(sorted);
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        double base = parts[parts.length - 1].strip().equals("median") ? median : mean;
        return parts.length == 2 ? Double.parseDouble(parts[0].strip()) * base : base;
    }
}
