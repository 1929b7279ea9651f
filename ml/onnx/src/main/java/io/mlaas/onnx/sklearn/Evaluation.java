package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Evaluates decoded estimators row by row in 64-bit floats, after scikit-learn's own definitions. */
final class Evaluation {
    interface Transformer {
        Table apply(PickledObject estimator, Table x);
    }

    interface Predictor {
        Outcome apply(PickledObject estimator, double[][] x);
    }

    private static final Map<String, Transformer> TRANSFORMERS = new HashMap<>();
    private static final Map<String, Predictor> PREDICTORS = new HashMap<>();

    static {
        ScalerNumbers.register(TRANSFORMERS);
        EncoderNumbers.register(TRANSFORMERS);
        LinearNumbers.register(PREDICTORS);
        KernelNumbers.register(PREDICTORS);
        NeighborNumbers.register(PREDICTORS);
        DensityNumbers.register(PREDICTORS);
        MetaNumbers.register(PREDICTORS);
        EnsembleNumbers.register(PREDICTORS);
        SeveralLabelsNumbers.register(PREDICTORS);
        RadiusNumbers.register(PREDICTORS);
        ProcessNumbers.register(PREDICTORS);
        TextNumbers.register(TRANSFORMERS);
        FactorNumbers.register(TRANSFORMERS);
        CurveNumbers.register(TRANSFORMERS, PREDICTORS);
        SimilarityNumbers.register(TRANSFORMERS, PREDICTORS);
        BaselineNumbers.register(TRANSFORMERS, PREDICTORS);
        TRANSFORMERS.put("ColumnTransformer", Evaluation::sideBySide);
        TRANSFORMERS.put("FeatureUnion", Evaluation::sideBySide);
        TRANSFORMERS.put("Pipeline", (p, x) -> transform(Wrappers.last(p), allButLast(p, x)));
    }

    private Evaluation() {}

    static Table transform(PickledObject estimator, Table x) {
        PickledObject inner = Wrappers.unwrapped(estimator);
        Transformer transformer = TRANSFORMERS.get(inner.simpleName());
        if (transformer == null) {
            throw unknown(inner);
        }
        return transformer.apply(inner, x);
    }

    static Outcome predict(PickledObject estimator, Table x) {
        PickledObject inner = Wrappers.unwrapped(estimator);
        if (inner.simpleName().equals("Pipeline")) {
            return predict(Wrappers.last(inner), allButLast(inner, x));
        }
        Predictor predictor = PREDICTORS.get(inner.simpleName());
        Extension extension = Extension.of(inner).orElse(null);
        if (extension != null) {
            Table taken = inner.get("_preprocessor") instanceof PickledObject first ? transform(first, x) : x;
            Outcome outcome = extension.evaluate(inner, taken.numbers());
            return inner.simpleName().equals("IsolationForest")
                    ? Outcome.clusters(
                            Arrays.stream(outcome.index()).map(i -> 2 * i - 1).toArray(), outcome.scores())
                    : outcome;
        }
        if (predictor == null) {
            throw unknown(inner);
        }
        return predictor.apply(inner, x.numbers());
    }

    static Outcome predict(PickledObject estimator, double[][] x) {
        return predict(estimator, Table.of(x));
    }

    private static Table allButLast(PickledObject pipeline, Table x) {
        List<PickledObject> steps = Wrappers.steps(pipeline);
        Table value = x;
        for (PickledObject step : steps.subList(0, steps.size() - 1)) {
            value = transform(step, value);
        }
        return value;
    }

    private static Table sideBySide(PickledObject composite, Table x) {
        List<Table> parts = new ArrayList<>();
        for (ColumnChoice choice : ColumnChoice.of(composite, x.width())) {
            Table chosen = x.select(choice.columns());
            PickledObject transformer = choice.transformer();
            Table part = transformer == null ? chosen : transform(transformer, chosen);
            parts.add(choice.weight() == 1 ? part : Table.of(map(part.numbers(), v -> v * choice.weight())));
        }
        return Table.concat(x.rows(), parts);
    }

    interface Scalar {
        double of(double value);
    }

    static double[][] map(double[][] x, Scalar function) {
        return eachRow(x, row -> {
            double[] result = new double[row.length];
            for (int i = 0; i < row.length; i++) {
                result[i] = function.of(row[i]);
            }
            return result;
        });
    }

    static double[][] eachRow(double[][] x, UnaryOperator<double[]> function) {
        double[][] result = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            result[i] = function.apply(x[i]);
        }
        return result;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Rows times the rows of a matrix. */
    static double[] times(Matrix rows, double[] x) {
        if (rows.columns() != x.length) {
            throw new TranslationRefused(
                    Reason.DAMAGED, "weights of " + rows.columns() + " columns (expected: " + x.length + ")");
        }
        double[] result = new double[rows.rows()];
        for (int i = 0; i < result.length; i++) {
            for (int j = 0; j < x.length; j++) {
                result[i] += rows.at(i, j) * x[j];
            }
        }
        return result;
    }

    static double logistic(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    static double[] softmax(double[] x) {
        double highest = Double.NEGATIVE_INFINITY;
        for (double v : x) {
            highest = Math.max(highest, v);
        }
        double[] result = new double[x.length];
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            result[i] = Math.exp(x[i] - highest);
            sum += result[i];
        }
        for (int i = 0; i < x.length; i++) {
            result[i] /= sum;
        }
        return result;
    }

    static double[] shares(double[] x) {
        double sum = 0;
        for (double v : x) {
            sum += v;
        }
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = x[i] / sum;
        }
        return result;
    }

    static double[] pair(double p) {
        return new double[] {1 - p, p};
    }

    private static TranslationRefused unknown(PickledObject estimator) {
        return new TranslationRefused(
                Reason.UNSUPPORTED_OPERATOR,
                estimator.className() + " (expected: an estimator that has a translation)");
    }
}
