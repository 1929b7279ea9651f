package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Constant predictions, linear maps and transformed targets in 64-bit floats. */
final class BaselineNumbers {
    private BaselineNumbers() {}

    static void register(
            Map<String, Evaluation.Transformer> transformers, Map<String, Evaluation.Predictor> predictors) {
        predictors.put(
                "DummyClassifier",
                (m, x) -> Outcome.probable(Labels.of(m), Evaluation.eachRow(x, row -> BaselineNodes.shares(m)
                        .clone())));
        predictors.put(
                "DummyRegressor",
                (m, x) -> Outcome.values(
                        Evaluation.eachRow(x, row -> m.array("constant_").doubles())));
        predictors.put("TransformedTargetRegressor", (m, x) -> {
            double[][] values = Evaluation.predict(m.object("regressor_"), x).values();
            return Outcome.values(Evaluation.eachRow(values, y -> backwards(m.object("transformer_"), y)));
        });
        for (String name : List.of("PLSRegression", "PLSCanonical", "CCA")) {
            predictors.put(name, (m, x) -> {
                Matrix weights = BaselineNodes.partialWeights(m);
                double[] mean = Matrix.of(m, "_x_mean").values();
                double[] bias = Matrix.of(m, m.has("intercept_") ? "intercept_" : "_y_mean")
                        .values();
                return Outcome.values(Evaluation.eachRow(x, row -> {
                    double[] centred = new double[row.length];
                    Arrays.setAll(centred, i -> row[i] - mean[i]);
                    double[] y = Evaluation.times(weights, centred);
                    Arrays.setAll(y, i -> y[i] + bias[i]);
                    return y;
                }));
            });
        }
        for (String name : List.of("GaussianRandomProjection", "SparseRandomProjection")) {
            transformers.put(name, (m, x) -> {
                Matrix components = Matrix.of(m, "components_");
                return rows(x, row -> Evaluation.times(components, row));
            });
        }
        transformers.put("TfidfTransformer", BaselineNumbers::weighted);
        transformers.put("FeatureAgglomeration", (m, x) -> {
            Matrix pooling = BaselineNodes.pooling(m);
            return rows(x, row -> Evaluation.times(pooling, row));
        });
    }

    private static Table rows(Table x, java.util.function.UnaryOperator<double[]> function) {
        return Table.of(Evaluation.eachRow(x.numbers(), function));
    }

    static Table weighted(PickledObject transformer, Table counts) {
        return rows(counts, row -> frequencies(transformer, row));
    }

    private static double[] frequencies(PickledObject model, double... row) {
        double[] value = row.clone();
        double[] idf = model.flag("use_idf", true) ? BaselineNodes.inverseFrequencies(model) : new double[0];
        for (int i = 0; i < value.length; i++) {
            if (model.flag("sublinear_tf", false) && value[i] > 0) {
                value[i] = Math.log(value[i]) + 1;
            }
            value[i] *= idf.length == 0 ? 1 : idf[i];
        }
        return normed(model, value);
    }

    static double[] normed(PickledObject model, double... value) {
        boolean absolute = "l1".equals(model.get("norm"));
        double size =
                Arrays.stream(value).map(v -> absolute ? Math.abs(v) : v * v).sum();
        double divisor = !model.has("norm") || size == 0 ? 1 : absolute ? size : Math.sqrt(size);
        return Arrays.stream(value).map(v -> v / divisor).toArray();
    }

    private static double[] backwards(PickledObject transformer, double... y) {
        double[] result = y.clone();
        switch (transformer.simpleName()) {
            case "Pipeline" -> {
                double[] value = y;
                for (PickledObject step : Wrappers.steps(transformer).reversed()) {
                    value = backwards(step, value);
                }
                return value;
            }
            case "FunctionTransformer" -> {
                if (transformer.has("inverse_func")) {
                    Evaluation.Scalar inverse =
                            ScalerNumbers.applied("numpy." + BaselineNodes.function(transformer.get("inverse_func")));
                    Arrays.setAll(result, i -> inverse.of(y[i]));
                }
            }
            case "MinMaxScaler" ->
                Arrays.setAll(result, i -> (y[i] - at(transformer, "min_", i, 0)) / at(transformer, "scale_", i, 1));
            default -> {
                String centre = transformer.simpleName().equals("RobustScaler") ? "center_" : "mean_";
                boolean moved = transformer.flag("with_mean", true);
                Arrays.setAll(
                        result,
                        i -> y[i] * at(transformer, "scale_", i, 1) + (moved ? at(transformer, centre, i, 0) : 0));
            }
        }
        return result;
    }

    private static double at(PickledObject scaler, String attribute, int i, double otherwise) {
        return scaler.has(attribute) ? Matrix.of(scaler, attribute).values()[i] : otherwise;
    }
}
