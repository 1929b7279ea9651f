package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.PickledGlobal;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Preprocessing of numbers, projections and selections in 64-bit floats. */
final class ScalerNumbers {
    private ScalerNumbers() {}

    private interface Row {
        double[] of(double[] x);
    }

    private interface Scaler {
        Row prepare(PickledObject scaler);
    }

    static void register(Map<String, Evaluation.Transformer> transformers) {
        Map<String, Scaler> scalers = new java.util.HashMap<>();
        scalers.put("StandardScaler", ScalerNumbers::standard);
        scalers.put("MinMaxScaler", ScalerNumbers::minMax);
        scalers.put("MaxAbsScaler", s -> linear(null, optional(s, "scale_")));
        scalers.put("RobustScaler", s -> linear(optional(s, "center_"), optional(s, "scale_")));
        scalers.put("Normalizer", ScalerNumbers::normalizer);
        scalers.put("Binarizer", s -> each(v -> v > s.number("threshold") ? 1 : 0));
        scalers.put("PolynomialFeatures", ScalerNumbers::polynomial);
        scalers.put("PowerTransformer", ScalerNumbers::power);
        scalers.put("FunctionTransformer", ScalerNumbers::function);
        List.of("PCA", "IncrementalPCA", "FastICA", "TruncatedSVD")
                .forEach(n -> scalers.put(n, ScalerNumbers::projection));
        scalers.put("LinearDiscriminantAnalysis", ScalerNumbers::discriminant);
        List.of("KMeans", "MiniBatchKMeans")
                .forEach(n -> scalers.put(n, s -> {
                    Matrix centres = Matrix.of(s, "cluster_centers_");
                    return x -> NeighborNumbers.distances(centres, x);
                }));
        scalers.forEach((name, scaler) -> transformers.put(name, (s, x) -> {
            if (name.equals("FunctionTransformer") && Wrappers.passes(s)) {
                return x;
            }
            Row row = scaler.prepare(s);
            return Table.of(Evaluation.eachRow(x.numbers(), row::of));
        }));
        Selection.NAMES.forEach(name -> transformers.put(name, (s, x) -> x.select(Selection.columns(s, x.width()))));
    }

    private static double @org.jspecify.annotations.Nullable [] optional(PickledObject scaler, String attribute) {
        return scaler.has(attribute) ? Matrix.of(scaler, attribute).values() : null;
    }

    private static Row each(Evaluation.Scalar function) {
        return x -> Arrays.stream(x).map(function::of).toArray();
    }

    /** {@code (x - centre) / scale}. */
    private static Row linear(
            double @org.jspecify.annotations.Nullable [] centre, double @org.jspecify.annotations.Nullable [] scale) {
        return x -> {
            double[] result = x.clone();
            for (int i = 0; i < x.length; i++) {
                result[i] = (x[i] - (centre == null ? 0 : centre[i])) / (scale == null ? 1 : scale[i]);
            }
            return result;
        };
    }

    private static Row standard(PickledObject scaler) {
        return linear(scaler.flag("with_mean", true) ? optional(scaler, "mean_") : null, optional(scaler, "scale_"));
    }

    private static Row minMax(PickledObject scaler) {
        double[] scale = Matrix.of(scaler, "scale_").values();
        double[] offset = Matrix.of(scaler, "min_").values();
        List<?> range = scaler.list("feature_range");
        double low = ((Number) Wrappers.present(range.get(0))).doubleValue();
        double high = ((Number) Wrappers.present(range.get(1))).doubleValue();
        boolean clip = scaler.flag("clip", false);
        return x -> {
            double[] result = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                double value = x[i] * scale[i] + offset[i];
                result[i] = clip ? Math.max(low, Math.min(high, value)) : value;
            }
            return result;
        };
    }

    private static Row normalizer(PickledObject scaler) {
        String norm = scaler.text("norm", "l2");
        return x -> {
            double size = 0;
            for (double v : x) {
                size = switch (norm) {
                    case "l1" -> size + Math.abs(v);
                    case "max" -> Math.max(size, Math.abs(v));
                    default -> size + v * v;
                };
            }
            double divisor = size == 0 ? 1 : norm.equals("l2") ? Math.sqrt(size) : size;
            return Arrays.stream(x).map(v -> v / divisor).toArray();
        };
    }

    private static Row polynomial(PickledObject scaler) {
        return x -> {
            Combinations combinations = Combinations.of(scaler, x.length);
            java.util.stream.DoubleStream products = combinations.byDegree().stream()
                    .flatMap(List::stream)
                    .mapToDouble(
                            set -> Arrays.stream(set).mapToDouble(i -> x[i]).reduce(1, (a, b) -> a * b));
            return combinations.bias()
                    ? java.util.stream.DoubleStream.concat(java.util.stream.DoubleStream.of(1), products)
                            .toArray()
                    : products.toArray();
        };
    }

    private static Row power(PickledObject scaler) {
        double[] lambdas = Matrix.of(scaler, "lambdas_").values();
        boolean boxCox = scaler.text("method", "yeo-johnson").equals("box-cox");
        Row after = scaler.flag("standardize", true) ? standard(scaler.object("_scaler")) : x -> x;
        return x -> {
            double[] result = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                result[i] = boxCox
                        ? raised(x[i], lambdas[i])
                        : x[i] >= 0 ? raised(x[i] + 1, lambdas[i]) : -raised(1 - x[i], 2 - lambdas[i]);
            }
            return after.of(result);
        };
    }

    private static double raised(double x, double lambda) {
        return Math.abs(lambda) < Math.ulp(1.0) ? Math.log(x) : (Math.pow(x, lambda) - 1) / lambda;
    }

    private static Row function(PickledObject transformer) {
        return each(applied(transformer.get("func") instanceof PickledGlobal global ? global.fullName() : ""));
    }

    /** One of NumPy's functions of a number. */
    static Evaluation.Scalar applied(String name) {
        return v -> switch (name) {
            case "numpy.log" -> Math.log(v);
            case "numpy.log1p" -> Math.log1p(v);
            case "numpy.log2" -> Math.log(v) / Math.log(2);
            case "numpy.log10" -> Math.log10(v);
            case "numpy.exp" -> Math.exp(v);
            case "numpy.expm1" -> Math.expm1(v);
            case "numpy.sqrt" -> Math.sqrt(v);
            case "numpy.square" -> v * v;
            case "numpy.abs", "numpy.absolute" -> Math.abs(v);
            case "numpy.sin" -> Math.sin(v);
            case "numpy.cos" -> Math.cos(v);
            case "numpy.tanh" -> Math.tanh(v);
            case "numpy.floor" -> Math.floor(v);
            case "numpy.ceil" -> Math.ceil(v);
            case "numpy.negative" -> -v;
            case "numpy.reciprocal" -> 1 / v;
            case "numpy.sign" -> Math.signum(v);
            default -> throw new TranslationRefused(Reason.UNSUPPORTED_OPERATOR, "FunctionTransformer of " + name);
        };
    }

    private static Row projection(PickledObject projection) {
        Matrix components = Matrix.of(projection, "components_");
        Row centre =
                linear(projection.simpleName().equals("TruncatedSVD") ? null : optional(projection, "mean_"), null);
        boolean whiten = projection.simpleName().endsWith("PCA") && projection.flag("whiten", false);
        double[] variance =
                whiten ? Matrix.of(projection, "explained_variance_").values() : new double[0];
        return x -> {
            double[] result = Evaluation.times(components, centre.of(x));
            for (int i = 0; i < variance.length; i++) {
                result[i] /= Math.sqrt(Math.max(variance[i], Math.ulp(1.0)));
            }
            return result;
        };
    }

    private static Row discriminant(PickledObject model) {
        Matrix scalings = Matrix.of(model, "scalings_").transposed();
        Row centre = linear("svd".equals(model.text("solver", "svd")) ? optional(model, "xbar_") : null, null);
        return x -> {
            double[] all = Evaluation.times(scalings, centre.of(x));
            return Arrays.copyOf(all, Math.min(all.length, model.integer("_max_components")));
        };
    }
}
