package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.Map;

/** Shares of non-negative components, in 64-bit floats. */
final class FactorNumbers {
    private FactorNumbers() {}

    static void register(Map<String, Evaluation.Transformer> transformers) {
        transformers.put(
                "NMF",
                (model, x) ->
                        FactorNodes.isMultiplied(model) ? multiplied(Updates.of(model, false), x) : factors(model, x));
        transformers.put("MiniBatchNMF", (model, x) -> multiplied(Updates.of(model, true), x));
    }

    private static Table multiplied(Updates updates, Table x) {
        double[][] rows = Evaluation.eachRow(
                x.numbers(), row -> Arrays.stream(row).map(v -> Math.max(v, 0)).toArray());
        return Table.of(UpdateNumbers.shares(updates, rows));
    }

    private static Table factors(PickledObject model, Table x) {
        FactorNodes.Problem problem = FactorNodes.Problem.of(model);
        double[][] products = Evaluation.eachRow(x.numbers(), row -> Evaluation.times(problem.components(), row));
        double[][] shares = new double[x.rows()][problem.components().rows()];
        double first = 0;
        for (int round = 0; round < problem.rounds(); round++) {
            double wrong = 0;
            for (int t = 0; t < problem.components().rows(); t++) {
                for (int row = 0; row < x.rows(); row++) {
                    wrong += step(problem, t, products[row], shares[row]);
                }
            }
            first = round == 0 ? wrong : first;
            if (wrong <= problem.tolerance() * first) {
                break;
            }
        }
        return Table.of(shares);
    }

    /** Moves one share to where it is best; by how much it was wrong. */
    private static double step(FactorNodes.Problem problem, int t, double[] products, double... shares) {
        double gradient = problem.penalty()
                - products[t]
                + Evaluation.dot(problem.curvature().row(t), shares);
        double wrong = Math.abs(shares[t] == 0 ? Math.min(0, gradient) : gradient);
        double curvature = problem.curvature().at(t, t);
        if (curvature != 0) {
            shares[t] = Math.max(shares[t] - gradient / curvature, 0);
        }
        return wrong;
    }
}
