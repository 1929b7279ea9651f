package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Estimators made of estimators, in 64-bit floats. */
final class MetaNumbers {
    private static final double[][] NONE = {};

    private MetaNumbers() {}

    static void register(Map<String, Evaluation.Predictor> predictors) {
        predictors.put("OneVsRestClassifier", MetaNumbers::oneVersusRest);
        predictors.put("OneVsOneClassifier", MetaNumbers::oneVersusOne);
        predictors.put("CalibratedClassifierCV", MetaNumbers::calibrated);
        predictors.put("VotingClassifier", MetaNumbers::voting);
        predictors.put("VotingRegressor", MetaNumbers::average);
        predictors.put("StackingClassifier", (m, x) -> {
            Outcome last = Evaluation.predict(m.object("final_estimator_"), stacked(m, x));
            return new Outcome(Labels.of(m), last.index(), last.probabilities(), last.scores(), NONE);
        });
        predictors.put("StackingRegressor", (m, x) -> Evaluation.predict(m.object("final_estimator_"), stacked(m, x)));
        predictors.put(
                "MultiOutputRegressor",
                (m, x) -> Outcome.values(sideBySide(
                        x.length, outcomes(m, x).stream().map(Outcome::values).toList())));
    }

    private static List<Outcome> outcomes(PickledObject meta, double[][] x) {
        return Wrappers.estimators(meta, "estimators_").stream()
                .map(e -> Evaluation.predict(e, x))
                .toList();
    }

    private static double[][] sideBySide(int rows, List<double[][]> parts) {
        double[][] all = new double[rows][];
        for (int i = 0; i < rows; i++) {
            int row = i;
            all[i] = parts.stream().flatMapToDouble(p -> Arrays.stream(p[row])).toArray();
        }
        return all;
    }

    private static double confidence(Outcome outcome, int row) {
        return outcome.hasScores() ? outcome.scores()[row][0] : outcome.probabilities()[row][1];
    }

    private static Outcome oneVersusRest(PickledObject meta, double[][] x) {
        if (SeveralLabelsNodes.isOfSeveral(meta)) {
            return SeveralLabelsNumbers.oneVersusRest(meta, x);
        }
        List<Object> classes = Labels.of(meta);
        List<Outcome> members = outcomes(meta, x);
        boolean probable = members.stream().allMatch(Outcome::hasProbabilities);
        double[][] scores = new double[x.length][members.size()];
        double[][] probabilities = probable ? new double[x.length][] : NONE;
        int[] index = new int[x.length];
        for (int row = 0; row < x.length; row++) {
            double[] positive = new double[members.size()];
            for (int c = 0; c < positive.length; c++) {
                scores[row][c] = confidence(members.get(c), row);
                positive[c] = probable ? members.get(c).probabilities()[row][1] : 0;
                // of equal ones scikit-learn takes the last
                index[row] = scores[row][c] >= scores[row][index[row]] ? c : index[row];
            }
            if (positive.length == 1) {
                index[row] = scores[row][0] > (members.getFirst().hasScores() ? 0 : 0.5) ? 1 : 0;
            }
            if (probable) {
                probabilities[row] = positive.length == 1 ? Evaluation.pair(positive[0]) : Evaluation.shares(positive);
            }
        }
        return new Outcome(classes, index, probabilities, scores, NONE);
    }

    private static Outcome oneVersusOne(PickledObject meta, double[][] x) {
        List<Object> classes = Labels.of(meta);
        List<Outcome> members = outcomes(meta, x);
        int n = classes.size();
        int[] index = new int[x.length];
        double[][] scores = new double[x.length][];
        for (int row = 0; row < x.length; row++) {
            double[] votes = new double[n];
            double[] sums = new double[n];
            int pair = 0;
            for (int i = 0; i < n; i++) {
                for (int j = i + 1; j < n; j++, pair++) {
                    double sure = confidence(members.get(pair), row);
                    sums[i] -= sure;
                    sums[j] += sure;
                    votes[members.get(pair).index()[row] == 0 ? i : j]++;
                }
            }
            for (int i = 0; i < n; i++) {
                votes[i] += sums[i] / (3 * (Math.abs(sums[i]) + 1));
            }
            scores[row] = n == 2 ? new double[] {votes[1]} : votes;
            index[row] =
                    n == 2 ? (votes[1] > (members.getFirst().hasScores() ? 0 : 0.5) ? 1 : 0) : Outcome.greatest(votes);
        }
        return new Outcome(classes, index, NONE, scores, NONE);
    }

    private static Outcome calibrated(PickledObject meta, double[][] x) {
        List<Object> classes = Labels.of(meta);
        List<PickledObject> members = Wrappers.estimators(meta, "calibrated_classifiers_");
        double[][] mean = new double[x.length][classes.size()];
        for (PickledObject member : members) {
            Outcome outcome =
                    Evaluation.predict(member.object(member.has("estimator") ? "estimator" : "base_estimator"), x);
            List<PickledObject> calibrators =
                    Wrappers.estimators(member, member.has("calibrators") ? "calibrators" : "calibrators_");
            for (int row = 0; row < x.length; row++) {
                double[] score = outcome.hasScores() ? outcome.scores()[row] : outcome.probabilities()[row];
                double[] own;
                if (calibrators.size() == 1) {
                    own = Evaluation.pair(calibrate(calibrators.getFirst(), score[score.length - 1]));
                } else {
                    double[] each = new double[score.length];
                    for (int c = 0; c < each.length; c++) {
                        each[c] = calibrate(calibrators.get(c), score[c]);
                    }
                    if (Arrays.stream(each).sum() == 0) {
                        Arrays.fill(each, 1);
                    }
                    own = Evaluation.shares(each);
                }
                for (int c = 0; c < own.length; c++) {
                    mean[row][c] += own[c] / members.size();
                }
            }
        }
        return Outcome.probable(classes, mean);
    }

    static double calibrate(PickledObject calibrator, double score) {
        if (calibrator.has("a_")) {
            return Evaluation.logistic(-(calibrator.number("a_") * score + calibrator.number("b_")));
        }
        double[] at = calibrator.array("X_thresholds_").doubles();
        double[] value = calibrator.array("y_thresholds_").doubles();
        if (score <= at[0]) {
            return value[0];
        }
        for (int i = 1; i < at.length; i++) {
            if (score <= at[i]) {
                return value[i - 1] + (value[i] - value[i - 1]) * (score - at[i - 1]) / (at[i] - at[i - 1]);
            }
        }
        return value[value.length - 1];
    }

    private static Outcome voting(PickledObject meta, double[][] x) {
        List<Object> classes = Labels.of(meta);
        List<Outcome> members = outcomes(meta, x);
        double[] weights = MetaNodes.weights(meta, members.size());
        boolean hard = meta.text("voting", "hard").equals("hard");
        double all = Arrays.stream(weights).sum();
        double[][] mean = new double[x.length][classes.size()];
        for (int row = 0; row < x.length; row++) {
            for (int m = 0; m < weights.length; m++) {
                for (int c = 0; c < classes.size(); c++) {
                    double vote = hard
                            ? (members.get(m).index()[row] == c ? 1 : 0)
                            : members.get(m).probabilities()[row][c];
                    mean[row][c] += weights[m] * vote / all;
                }
            }
        }
        Outcome outcome = Outcome.probable(classes, mean);
        return hard ? new Outcome(classes, outcome.index(), NONE, mean, NONE) : outcome;
    }

    private static Outcome average(PickledObject meta, double[][] x) {
        List<Outcome> members = outcomes(meta, x);
        double[] weights = MetaNodes.weights(meta, members.size());
        double all = Arrays.stream(weights).sum();
        double[][] mean = new double[x.length][1];
        for (int row = 0; row < x.length; row++) {
            int at = row;
            mean[row][0] = IntStream.range(0, weights.length)
                    .mapToDouble(m -> weights[m] / all * members.get(m).values()[at][0])
                    .sum();
        }
        return Outcome.values(mean);
    }

    private static double[][] stacked(PickledObject meta, double[][] x) {
        List<Outcome> members = outcomes(meta, x);
        List<?> methods = meta.list("stack_method_");
        List<double[][]> parts = new ArrayList<>();
        for (int m = 0; m < members.size(); m++) {
            Outcome own = members.get(m);
            parts.add(
                    switch (String.valueOf(methods.get(m))) {
                        case "predict_proba" ->
                            Evaluation.eachRow(own.probabilities(), p -> p.length == 2 ? new double[] {p[1]} : p);
                        case "decision_function" -> own.scores();
                        default ->
                            own.values().length > 0 || x.length == 0
                                    ? own.values()
                                    : IntStream.range(0, x.length)
                                            .mapToObj(row -> new double[] {own.index()[row]})
                                            .toArray(double[][]::new);
                    });
        }
        if (meta.flag("passthrough", false)) {
            parts.add(x);
        }
        return sideBySide(x.length, parts);
    }
}
