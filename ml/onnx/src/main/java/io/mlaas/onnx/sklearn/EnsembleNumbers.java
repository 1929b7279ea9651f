package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Estimators that repeat others, in 64-bit floats. */
final class EnsembleNumbers {
    private static final double[][] NONE = {};

    private EnsembleNumbers() {}

    static void register(Map<String, Evaluation.Predictor> predictors) {
        predictors.put("BaggingClassifier", (m, x) -> {
            List<Object> classes = Labels.of(m);
            return Outcome.probable(classes, mean(m, x, classes.size()));
        });
        predictors.put("BaggingRegressor", (m, x) -> Outcome.values(mean(m, x, 0)));
        predictors.put("OutputCodeClassifier", EnsembleNumbers::codes);
        predictors.put("_ConstantPredictor", (m, x) -> {
            double[][] scores = Evaluation.eachRow(x, row -> m.array("y_").doubles());
            return Outcome.decided(List.of(0L, 1L), scores, Evaluation.eachRow(scores, s -> Evaluation.pair(s[0])));
        });
        predictors.put("RegressorChain", EnsembleNumbers::chain);
        predictors.put("FixedThresholdClassifier", EnsembleNumbers::threshold);
        predictors.put("TunedThresholdClassifierCV", EnsembleNumbers::threshold);
    }

    private static double[][] mean(PickledObject meta, double[][] x, int classes) {
        List<PickledObject> members = Wrappers.estimators(meta, "estimators_");
        double[][] mean = new double[x.length][];
        for (int m = 0; m < members.size(); m++) {
            int[] features = EnsembleNodes.features(meta, m);
            double[][] some = Evaluation.eachRow(
                    x, row -> Arrays.stream(features).mapToDouble(f -> row[f]).toArray());
            Outcome own = Evaluation.predict(members.get(m), some);
            for (int row = 0; row < x.length; row++) {
                double[] answer = classes == 0
                        ? own.values()[row]
                        : own.hasProbabilities() ? own.probabilities()[row] : vote(own.index()[row], classes);
                double[] sum = mean[row] == null ? new double[answer.length] : mean[row];
                Arrays.setAll(sum, i -> sum[i] + answer[i] / members.size());
                mean[row] = sum;
            }
        }
        return mean;
    }

    private static double[] vote(int index, int classes) {
        double[] vote = new double[classes];
        vote[index] = 1;
        return vote;
    }

    private static Outcome codes(PickledObject meta, double[][] x) {
        List<Outcome> bits = Wrappers.estimators(meta, "estimators_").stream()
                .map(e -> Evaluation.predict(e, x))
                .toList();
        Matrix codes = Matrix.of(meta, "code_book_");
        int[] index = IntStream.range(0, x.length)
                .map(row -> {
                    double[] code = bits.stream()
                            .mapToDouble(b -> b.hasScores() ? b.scores()[row][0] : b.probabilities()[row][1])
                            .toArray();
                    double[] closeness = Arrays.stream(NeighborNumbers.distances(codes, code))
                            .map(d -> -d)
                            .toArray();
                    return Outcome.greatest(closeness);
                })
                .toArray();
        return new Outcome(Labels.of(meta), index, NONE, NONE, NONE);
    }

    private static Outcome chain(PickledObject meta, double[][] x) {
        List<PickledObject> members = Wrappers.estimators(meta, "estimators_");
        int[] order = EnsembleNodes.order(meta);
        double[][] known = x;
        double[][] values = new double[x.length][members.size()];
        for (int m = 0; m < members.size(); m++) {
            double[][] found = Evaluation.predict(members.get(m), known).values();
            double[][] more = new double[x.length][];
            for (int row = 0; row < x.length; row++) {
                values[row][order[m]] = found[row][0];
                more[row] = Arrays.copyOf(known[row], known[row].length + 1);
                more[row][known[row].length] = found[row][0];
            }
            known = more;
        }
        return Outcome.values(values);
    }

    private static Outcome threshold(PickledObject meta, double[][] x) {
        Outcome own = Evaluation.predict(EnsembleNodes.judged(meta), x);
        boolean onProbabilities = EnsembleNodes.onProbabilities(meta, own.hasProbabilities());
        double threshold = EnsembleNodes.threshold(meta, onProbabilities);
        int[] index = IntStream.range(0, x.length)
                .map(row -> (onProbabilities ? own.probabilities()[row][1] : own.scores()[row][0]) >= threshold ? 1 : 0)
                .toArray();
        return new Outcome(own.classes(), index, own.probabilities(), own.scores(), NONE);
    }
}
