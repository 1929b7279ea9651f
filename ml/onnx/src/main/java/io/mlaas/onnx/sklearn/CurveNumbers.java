package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Curves of one column in 64-bit floats. */
final class CurveNumbers {
    private CurveNumbers() {}

    static void register(
            Map<String, Evaluation.Transformer> transformers, Map<String, Evaluation.Predictor> predictors) {
        transformers.put("QuantileTransformer", CurveNumbers::quantiles);
        transformers.put("SplineTransformer", CurveNumbers::splines);
        predictors.put(
                "IsotonicRegression",
                (m, x) -> Outcome.values(Evaluation.eachRow(x, row -> {
                    double[] at = Matrix.of(m, "X_thresholds_").values();
                    boolean outside = row[0] < at[0] || row[0] > at[at.length - 1];
                    boolean clipped = "clip".equals(m.get("out_of_bounds"));
                    return new double[] {outside && !clipped ? Double.NaN : MetaNumbers.calibrate(m, row[0])};
                })));
    }

    private static Table quantiles(PickledObject transformer, Table x) {
        double[] references = Matrix.of(transformer, "references_").values();
        Matrix quantiles = Matrix.of(transformer, "quantiles_");
        boolean normal = "normal".equals(transformer.get("output_distribution"));
        List<Object> columns = new ArrayList<>();
        for (int i = 0; i < quantiles.columns(); i++) {
            double[] own = quantiles.transposed().row(i);
            double[] backwards = new double[own.length];
            double[] mirrored = new double[own.length];
            Arrays.setAll(backwards, j -> -own[own.length - 1 - j]);
            Arrays.setAll(mirrored, j -> -references[own.length - 1 - j]);
            double[] column = x.numbers(i).clone();
            for (int row = 0; row < column.length; row++) {
                double v = column[row];
                double share = 0.5 * (between(v, own, references) - between(-v, backwards, mirrored));
                double highest = own[own.length - 1];
                if (normal ? v + CurveNodes.BOUND > highest : v == highest) {
                    share = 1;
                }
                if (normal ? v - CurveNodes.BOUND < own[0] : v == own[0]) {
                    share = 0;
                }
                share = normal && !Double.isNaN(v) ? normalQuantile(share) : share;
                column[row] = Double.isNaN(v) ? v : share;
            }
            columns.add(column);
        }
        return new Table(x.rows(), columns);
    }

    /** {@code numpy.interp}. */
    private static double between(double x, double[] at, double... value) {
        int after = 0;
        while (after < at.length && at[after] <= x) {
            after++;
        }
        if (after == 0 || after == at.length) {
            return value[after == 0 ? 0 : at.length - 1];
        }
        double part = (x - at[after - 1]) / (at[after] - at[after - 1]);
        return value[after - 1] + part * (value[after] - value[after - 1]);
    }

    private static double normalQuantile(double share) {
        double least = CurveNodes.BOUND - Math.ulp(1.0);
        double p = Math.clamp(share, least, 1 - least);
        double low = -6;
        double high = 6;
        for (int i = 0; i < 80; i++) {
            double middle = (low + high) / 2;
            if (below(middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** The normal distribution function: a series near 0, a continued fraction further off. */
    static double below(double z) {
        double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
        if (Math.abs(z) < 3) {
            double term = z;
            double sum = z;
            for (int k = 1; k < 100; k++) {
                term *= z * z / (2 * k + 1);
                sum += term;
            }
            return 0.5 + density * sum;
        }
        double fraction = Math.abs(z);
        for (int k = 200; k > 0; k--) {
            fraction = Math.abs(z) + k / fraction;
        }
        return z < 0 ? density / fraction : 1 - density / fraction;
    }

    private static Table splines(PickledObject transformer, Table x) {
        int degree = transformer.integer("degree");
        List<?> splines = transformer.list("bsplines_");
        List<Object> columns = new ArrayList<>();
        for (int i = 0; i < splines.size(); i++) {
            double[] knots = CurveNodes.knots((PickledObject) Wrappers.present(splines.get(i)));
            int count = knots.length - degree - 1;
            double[] input = x.numbers(i);
            for (int b = 0; b < count - (transformer.flag("include_bias", true) ? 0 : 1); b++) {
                double[] column = new double[x.rows()];
                for (int row = 0; row < column.length; row++) {
                    double v = Math.clamp(input[row], knots[degree], knots[count]);
                    column[row] = Double.isNaN(input[row]) ? Double.NaN : spline(v, b, degree, knots);
                }
                columns.add(column);
            }
        }
        return new Table(x.rows(), columns);
    }

    private static double spline(double x, int i, int degree, double... knots) {
        if (degree == 0) {
            return x >= knots[i] && x < knots[i + 1] ? 1 : 0;
        }
        return (x - knots[i]) / (knots[i + degree] - knots[i]) * spline(x, i, degree - 1, knots)
                + (knots[i + degree + 1] - x)
                        / (knots[i + degree + 1] - knots[i + 1])
                        * spline(x, i + 1, degree - 1, knots);
    }
}
