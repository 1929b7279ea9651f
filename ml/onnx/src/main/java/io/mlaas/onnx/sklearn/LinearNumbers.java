package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Map;

/** Linear models and perceptrons in 64-bit floats. */
final class LinearNumbers {
    private static final double[][] NONE = {};

    private LinearNumbers() {}

    static void register(Map<String, Evaluation.Predictor> predictors) {
        LinearNodes.REGRESSORS.forEach(name -> predictors.put(name, (m, x) -> Outcome.values(decisions(m, x))));
        LinearNodes.EXPONENTIAL.forEach(
                name -> predictors.put(name, (m, x) -> Outcome.values(Evaluation.map(decisions(m, x), Math::exp))));
        LinearNodes.DECIDING.forEach(
                name -> predictors.put(name, (m, x) -> Outcome.decided(Labels.of(m), decisions(m, x), NONE)));
        predictors.put("TweedieRegressor", (m, x) -> {
            String link = m.text("link", "auto");
            boolean log = link.equals("log") || (link.equals("auto") && m.number("power") > 0);
            return Outcome.values(log ? Evaluation.map(decisions(m, x), Math::exp) : decisions(m, x));
        });
        predictors.put("LogisticRegression", LinearNumbers::logistic);
        predictors.put("LogisticRegressionCV", LinearNumbers::logistic);
        predictors.put("SGDClassifier", LinearNumbers::stochastic);
        predictors.put("LinearDiscriminantAnalysis", (m, x) -> {
            double[][] scores = decisions(m, x);
            return Outcome.decided(
                    Labels.of(m),
                    scores,
                    Evaluation.eachRow(
                            scores,
                            s -> s.length == 1 ? Evaluation.pair(Evaluation.logistic(s[0])) : Evaluation.softmax(s)));
        });
        predictors.put("MLPRegressor", (m, x) -> Outcome.values(network(m, x)));
        predictors.put("MLPClassifier", (m, x) -> {
            double[][] out = network(m, x);
            if (SeveralLabelsNodes.isOfSeveral(m)) {
                return SeveralLabelsNumbers.above(out, 0.5, out);
            }
            List<Object> classes = Labels.of(m);
            return out.length > 0 && out[0].length == 1
                    ? Outcome.decided(
                            classes,
                            Evaluation.map(out, v -> v - 0.5),
                            Evaluation.eachRow(out, v -> Evaluation.pair(v[0])))
                    : Outcome.probable(classes, out);
        });
    }

    static double[][] decisions(PickledObject model, double[][] x) {
        Matrix weights = Matrix.of(model, "coef_");
        double[] bias = Matrix.of(model, "intercept_").values();
        return Evaluation.eachRow(x, row -> {
            double[] result = Evaluation.times(weights, row);
            for (int i = 0; i < result.length; i++) {
                result[i] += bias[bias.length == 1 ? 0 : i];
            }
            return result;
        });
    }

    private static double[] oneVersusRest(double[] scores) {
        if (scores.length == 1) {
            return Evaluation.pair(Evaluation.logistic(scores[0]));
        }
        double[] each = new double[scores.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = Evaluation.logistic(scores[i]);
        }
        return Evaluation.shares(each);
    }

    private static Outcome logistic(PickledObject model, double[][] x) {
        double[][] scores = decisions(model, x);
        String mode = model.text("multi_class", "auto");
        boolean liblinear = "liblinear".equals(model.get("solver"));
        double[][] probabilities = Evaluation.eachRow(scores, s -> {
            boolean binary = s.length == 1;
            if (mode.equals("ovr") || (!mode.equals("multinomial") && (binary || liblinear))) {
                return oneVersusRest(s);
            }
            return Evaluation.softmax(binary ? new double[] {-s[0], s[0]} : s);
        });
        return Outcome.decided(Labels.of(model), scores, probabilities);
    }

    private static Outcome stochastic(PickledObject model, double[][] x) {
        double[][] scores = decisions(model, x);
        double[][] probabilities =
                switch (model.text("loss")) {
                    case "log", "log_loss" -> Evaluation.eachRow(scores, LinearNumbers::oneVersusRest);
                    case "modified_huber" -> Evaluation.eachRow(scores, LinearNumbers::huber);
                    default -> NONE;
                };
        return Outcome.decided(Labels.of(model), scores, probabilities);
    }

    private static double[] huber(double[] scores) {
        double[] each = new double[scores.length];
        double sum = 0;
        for (int i = 0; i < each.length; i++) {
            each[i] = (Math.clamp(scores[i], -1.0, 1.0) + 1) / 2;
            sum += each[i];
        }
        if (each.length == 1) {
            return Evaluation.pair(each[0]);
        }
        if (sum == 0) {
            java.util.Arrays.fill(each, 1);
        }
        return Evaluation.shares(each);
    }

    private static double[][] network(PickledObject model, double[][] x) {
        List<Matrix> weights = Matrix.list(model, "coefs_");
        List<Matrix> biases = Matrix.list(model, "intercepts_");
        return Evaluation.eachRow(x, row -> {
            double[] value = row;
            for (int layer = 0; layer < weights.size(); layer++) {
                value = Evaluation.times(weights.get(layer).transposed(), value);
                for (int i = 0; i < value.length; i++) {
                    value[i] += biases.get(layer).values()[i];
                }
                value = activated(model.text(layer == weights.size() - 1 ? "out_activation_" : "activation"), value);
            }
            return value;
        });
    }

    private static double[] activated(String name, double[] x) {
        if (name.equals("softmax")) {
            return Evaluation.softmax(x);
        }
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = switch (name) {
                case "relu" -> Math.max(0, x[i]);
                case "tanh" -> Math.tanh(x[i]);
                case "logistic" -> Evaluation.logistic(x[i]);
                case "exp" -> Math.exp(x[i]);
                default -> x[i];
            };
        }
        return result;
    }
}
