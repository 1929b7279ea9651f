package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Classifiers of several targets at once, in 64-bit floats. */
final class SeveralLabelsNumbers {
    private static final double[][] NONE = {};

    private SeveralLabelsNumbers() {}

    static void register(Map<String, Evaluation.Predictor> predictors) {
        predictors.put("MultiOutputClassifier", (m, x) -> Outcome.several(members(m, x), NONE));
        predictors.put("ClassifierChain", SeveralLabelsNumbers::chain);
    }

    private static List<Outcome> members(PickledObject meta, double[][] x) {
        return Wrappers.estimators(meta, "estimators_").stream()
                .map(e -> Evaluation.predict(e, x))
                .toList();
    }

    static Outcome above(double[][] scores, double threshold, double[][] probabilities) {
        int targets = scores.length == 0 ? 0 : scores[0].length;
        List<Outcome> each = IntStream.range(0, targets)
                .mapToObj(t -> Outcome.decided(
                        SeveralLabelsNodes.ABSENT_PRESENT,
                        Evaluation.eachRow(scores, row -> new double[] {row[t] - threshold}),
                        NONE))
                .toList();
        return Outcome.several(each, probabilities);
    }

    static Outcome oneVersusRest(PickledObject meta, double[][] x) {
        List<Outcome> members = members(meta, x);
        List<Outcome> each = members.stream()
                .map(m -> Outcome.decided(
                        SeveralLabelsNodes.ABSENT_PRESENT,
                        m.hasScores()
                                ? m.scores()
                                : Evaluation.eachRow(m.probabilities(), p -> new double[] {p[1] - 0.5}),
                        NONE))
                .toList();
        return Outcome.several(each, second(members, x.length));
    }

    /** How probable the second class of each target is; none where one target does not tell. */
    private static double[][] second(List<Outcome> targets, int rows) {
        if (!targets.stream().allMatch(o -> o.hasProbabilities() && o.classes().size() == 2)) {
            return NONE;
        }
        double[][] second = new double[rows][];
        Arrays.setAll(second, row -> targets.stream()
                .mapToDouble(o -> o.probabilities()[row][1])
                .toArray());
        return second;
    }

    private static Outcome chain(PickledObject meta, double[][] x) {
        List<PickledObject> members = Wrappers.estimators(meta, "estimators_");
        int[] order = EnsembleNodes.order(meta);
        Outcome[] each = new Outcome[members.size()];
        double[][] known = x;
        for (int i = 0; i < order.length; i++) {
            Outcome own = Evaluation.predict(members.get(i), known);
            double[][] more = new double[x.length][];
            for (int row = 0; row < x.length; row++) {
                more[row] = Arrays.copyOf(known[row], known[row].length + 1);
                more[row][known[row].length] = said(SeveralLabelsNodes.method(meta), own, row);
            }
            each[order[i]] = own;
            known = more;
        }
        return Outcome.several(List.of(each), second(List.of(each), x.length));
    }

    private static double said(String method, Outcome own, int row) {
        return switch (method) {
            case "predict_proba" -> own.probabilities()[row][1];
            case "predict_log_proba" -> Math.log(own.probabilities()[row][1]);
            case "decision_function" -> own.scores()[row][0];
            default -> ((Long) own.classes().get(own.index()[row])).doubleValue();
        };
    }
}
