package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Support vector machines in 64-bit floats, as libsvm's {@code svm_predict_values} goes. */
final class KernelNumbers {
    private KernelNumbers() {}

    static void register(Map<String, Evaluation.Predictor> predictors) {
        List.of("SVC", "NuSVC").forEach(name -> predictors.put(name, KernelNumbers::classification));
        List.of("SVR", "NuSVR").forEach(name -> predictors.put(name, (m, x) -> Outcome.values(single(m, x))));
        predictors.put("OneClassSVM", (m, x) -> {
            double[][] scores = single(m, x);
            int[] sign = new int[scores.length];
            for (int i = 0; i < sign.length; i++) {
                sign[i] = scores[i][0] > 0 ? 1 : -1;
            }
            return Outcome.clusters(sign, scores);
        });
    }

    private static double[] kernel(PickledObject machine, Matrix vectors, double[] x) {
        double gamma = machine.number("_gamma");
        double offset = machine.number("coef0");
        double degree = machine.number("degree");
        String kernel = machine.text("kernel");
        double[] values = new double[vectors.rows()];
        for (int v = 0; v < values.length; v++) {
            double[] vector = vectors.row(v);
            double product = Evaluation.dot(vector, x);
            values[v] = switch (kernel) {
                case "linear" -> product;
                case "poly" -> Math.pow(gamma * product + offset, degree);
                case "sigmoid" -> Math.tanh(gamma * product + offset);
                default -> {
                    double distance = 0;
                    for (int i = 0; i < x.length; i++) {
                        distance += (x[i] - vector[i]) * (x[i] - vector[i]);
                    }
                    yield Math.exp(-gamma * distance);
                }
            };
        }
        return values;
    }

    private static double[][] single(PickledObject machine, double[][] x) {
        Matrix vectors = Matrix.of(machine, "support_vectors_");
        double[] dual = Matrix.of(machine, "_dual_coef_").values();
        double bias = machine.number("_intercept_");
        return Evaluation.eachRow(x, row -> new double[] {Evaluation.dot(dual, kernel(machine, vectors, row)) + bias});
    }

    private static Outcome classification(PickledObject machine, double[][] x) {
        List<Object> classes = Labels.of(machine);
        int n = classes.size();
        Matrix vectors = Matrix.of(machine, "support_vectors_");
        Matrix dual = Matrix.of(machine, "_dual_coef_");
        double[] intercept = Matrix.of(machine, "_intercept_").values();
        int[] owner = new int[vectors.rows()];
        int at = 0;
        int[] support = machine.array("_n_support").ints();
        for (int c = 0; c < n; c++) {
            Arrays.fill(owner, at, at + support[c], c);
            at += support[c];
        }
        double[][] decisions = Evaluation.eachRow(x, row -> {
            double[] k = kernel(machine, vectors, row);
            double[] pairs = new double[n * (n - 1) / 2];
            int pair = 0;
            for (int i = 0; i < n; i++) {
                for (int j = i + 1; j < n; j++, pair++) {
                    double sum = intercept[pair];
                    for (int v = 0; v < owner.length; v++) {
                        if (owner[v] == i) {
                            sum += dual.at(j - 1, v) * k[v];
                        } else if (owner[v] == j) {
                            sum += dual.at(i, v) * k[v];
                        }
                    }
                    pairs[pair] = sum;
                }
            }
            return pairs;
        });
        double[][] scores = Evaluation.eachRow(decisions, d -> n == 2 ? new double[] {-d[0]} : coupled(d, n));
        Outcome decided = Outcome.decided(classes, scores, new double[0][]);
        int[] index = decided.index();
        boolean byScore = machine.flag("break_ties", false) && !"ovo".equals(machine.get("decision_function_shape"));
        if (n > 2 && !byScore) {
            for (int r = 0; r < index.length; r++) {
                double[] votes = new double[n];
                int pair = 0;
                for (int i = 0; i < n; i++) {
                    for (int j = i + 1; j < n; j++, pair++) {
                        votes[decisions[r][pair] > 0 ? i : j]++;
                    }
                }
                index[r] = Outcome.greatest(votes);
            }
        }
        double[][] probabilities = {};
        if (machine.has("_probA") && machine.array("_probA").size() > 0) {
            double[] a = machine.array("_probA").doubles();
            double[] b = machine.array("_probB").doubles();
            probabilities = Evaluation.eachRow(decisions, d -> probabilities(d, a, b, n));
        }
        return new Outcome(classes, index, probabilities, scores, new double[0][]);
    }

    /** {@code sklearn.utils.multiclass._ovr_decision_function} of negated decisions. */
    private static double[] coupled(double[] decisions, int n) {
        double[] votes = new double[n];
        double[] sums = new double[n];
        int pair = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++, pair++) {
                sums[i] += decisions[pair];
                sums[j] -= decisions[pair];
                votes[decisions[pair] < 0 ? j : i]++;
            }
        }
        for (int i = 0; i < n; i++) {
            votes[i] += sums[i] / (3 * (Math.abs(sums[i]) + 1));
        }
        return votes;
    }

    /** Wu, Lin and Weng 2004, the second method, with libsvm's bounds and its limit of iterations. */
    private static double[] probabilities(double[] decisions, double[] a, double[] b, int n) {
        double[][] r = new double[n][n];
        int pair = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++, pair++) {
                double p = Evaluation.logistic(-(decisions[pair] * a[pair] + b[pair]));
                r[i][j] = Math.clamp(p, 1e-7, 1 - 1e-7);
                r[j][i] = 1 - r[i][j];
            }
        }
        double[][] q = new double[n][n];
        double[] p = new double[n];
        Arrays.fill(p, 1.0 / n);
        for (int t = 0; t < n; t++) {
            for (int j = 0; j < n; j++) {
                if (j != t) {
                    q[t][t] += r[j][t] * r[j][t];
                    q[t][j] = -r[j][t] * r[t][j];
                }
            }
        }
        double epsilon = 0.005 / n;
        for (int iteration = 0; iteration < Math.max(100, n); iteration++) {
            double[] qp = new double[n];
            double pqp = 0;
            for (int t = 0; t < n; t++) {
                qp[t] = Evaluation.dot(q[t], p);
                pqp += p[t] * qp[t];
            }
            double error = 0;
            for (int t = 0; t < n; t++) {
                error = Math.max(error, Math.abs(qp[t] - pqp));
            }
            if (error < epsilon) {
                break;
            }
            for (int t = 0; t < n; t++) {
                double change = (-qp[t] + pqp) / q[t][t];
                p[t] += change;
                pqp = (pqp + change * (change * q[t][t] + 2 * qp[t])) / (1 + change) / (1 + change);
                for (int j = 0; j < n; j++) {
                    qp[j] = (qp[j] + change * q[t][j]) / (1 + change);
                    p[j] /= 1 + change;
                }
            }
        }
        return p;
    }
}
