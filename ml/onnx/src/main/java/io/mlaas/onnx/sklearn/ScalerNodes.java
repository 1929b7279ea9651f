package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledGlobal;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Map;

/** Preprocessing of numbers. */
final class ScalerNodes {
    private ScalerNodes() {}

    private interface Scaler {
        Tensor emit(Ops ops, PickledObject scaler, Tensor x);
    }

    static void register(Map<String, Emission.Transformer> transformers) {
        Map<String, Scaler> scalers = Map.of(
                "StandardScaler", ScalerNodes::standard,
                "MinMaxScaler", ScalerNodes::minMax,
                "MaxAbsScaler", (ops, s, x) -> ops.div(x, row(ops, s, "scale_")),
                "RobustScaler", ScalerNodes::robust,
                "Normalizer", ScalerNodes::normalizer,
                "Binarizer", (ops, s, x) -> ops.asNumber(ops.compare("Greater", x, ops.scalar(s.number("threshold")))),
                "PolynomialFeatures", ScalerNodes::polynomial,
                "PowerTransformer", ScalerNodes::power);
        scalers.forEach((name, scaler) ->
                transformers.put(name, (to, s, x) -> Features.of(to.ops, scaler.emit(to.ops, s, x.numbers()))));
        transformers.put("FunctionTransformer", ScalerNodes::function);
    }

    private static Tensor row(Ops ops, PickledObject scaler, String attribute) {
        return ops.row(Matrix.of(scaler, attribute).values());
    }

    private static Tensor standard(Ops ops, PickledObject scaler, Tensor x) {
        Tensor result = x;
        if (scaler.flag("with_mean", true)) {
            result = ops.sub(result, row(ops, scaler, "mean_"));
        }
        return scaler.has("scale_") ? ops.div(result, row(ops, scaler, "scale_")) : result;
    }

    private static Tensor minMax(Ops ops, PickledObject scaler, Tensor x) {
        Tensor result = ops.add(ops.mul(x, row(ops, scaler, "scale_")), row(ops, scaler, "min_"));
        if (!scaler.flag("clip", false)) {
            return result;
        }
        double low = ((Number) Wrappers.present(scaler.list("feature_range").get(0))).doubleValue();
        double high = ((Number) Wrappers.present(scaler.list("feature_range").get(1))).doubleValue();
        return ops.binary("Min", ops.binary("Max", result, ops.scalar(low)), ops.scalar(high));
    }

    private static Tensor robust(Ops ops, PickledObject scaler, Tensor x) {
        Tensor centred = scaler.has("center_") ? ops.sub(x, row(ops, scaler, "center_")) : x;
        return scaler.has("scale_") ? ops.div(centred, row(ops, scaler, "scale_")) : centred;
    }

    private static Tensor normalizer(Ops ops, PickledObject scaler, Tensor x) {
        Tensor largest = ops.max(ops.unary("Abs", x), true);
        Tensor none = ops.compare("Equal", largest, ops.scalar(0));
        // by its largest first: squares of small numbers do not fit 32 bits
        Tensor scaled = ops.div(x, ops.where(none, ops.scalar(1), largest));
        Tensor size =
                switch (scaler.text("norm", "l2")) {
                    case "l1" -> ops.sum(ops.unary("Abs", scaled), 1, true);
                    case "max" -> ops.scalar(1);
                    default -> ops.unary("Sqrt", ops.sum(ops.mul(scaled, scaled), 1, true));
                };
        return ops.div(scaled, ops.where(none, ops.scalar(1), size));
    }

    private static Tensor polynomial(Ops ops, PickledObject scaler, Tensor x) {
        Combinations combinations = Combinations.of(scaler, (int) x.size(1).value());
        List<Tensor> parts = new java.util.ArrayList<>();
        if (combinations.bias()) {
            parts.add(ops.add(ops.mul(ops.columns(x, 0), ops.scalar(0)), ops.scalar(1)));
        }
        combinations.byDegree().forEach(sets -> {
            Tensor product = null;
            for (int place = 0; place < sets.getFirst().length; place++) {
                int which = place;
                Tensor factor =
                        ops.columns(x, sets.stream().mapToInt(s -> s[which]).toArray());
                product = product == null ? factor : ops.mul(product, factor);
            }
            parts.add((Tensor) Wrappers.present(product));
        });
        return ops.concat(parts);
    }

    /** Yeo and Johnson 2000; Box and Cox 1964. */
    private static Tensor power(Ops ops, PickledObject scaler, Tensor x) {
        double[] lambdas = Matrix.of(scaler, "lambdas_").values();
        Tensor result;
        if (scaler.text("method", "yeo-johnson").equals("box-cox")) {
            result = raised(ops, x, lambdas);
        } else {
            double[] mirrored = lambdas.clone();
            for (int i = 0; i < mirrored.length; i++) {
                mirrored[i] = 2 - mirrored[i];
            }
            Tensor one = ops.scalar(1);
            Tensor zero = ops.scalar(0);
            Tensor above = raised(ops, ops.add(ops.binary("Max", x, zero), one), lambdas);
            Tensor below = raised(ops, ops.sub(one, ops.binary("Min", x, zero)), mirrored);
            result = ops.where(ops.compare("Less", x, zero), ops.unary("Neg", below), above);
        }
        return scaler.flag("standardize", true) ? standard(ops, scaler.object("_scaler"), result) : result;
    }

    /** {@code (x^λ - 1) / λ}, or the logarithm for λ = 0. */
    private static Tensor raised(Ops ops, Tensor x, double... lambdas) {
        double[] divisors = lambdas.clone();
        double[] logarithmic = new double[lambdas.length];
        boolean any = false;
        for (int i = 0; i < lambdas.length; i++) {
            if (Math.abs(lambdas[i]) < Math.ulp(1.0)) {
                divisors[i] = 1;
                logarithmic[i] = 1;
                any = true;
            }
        }
        Tensor power = ops.div(ops.sub(ops.binary("Pow", x, ops.row(lambdas)), ops.scalar(1)), ops.row(divisors));
        return any
                ? ops.where(ops.compare("Greater", ops.row(logarithmic), ops.scalar(0)), ops.unary("Log", x), power)
                : power;
    }

    private static Features function(Emission to, PickledObject transformer, Features x) {
        if (Wrappers.passes(transformer)) {
            return x;
        }
        Ops ops = to.ops;
        if (!(transformer.get("func") instanceof PickledGlobal function)
                || !function.module().equals("numpy")
                || (transformer.get("kw_args") instanceof Map<?, ?> arguments && !arguments.isEmpty())) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "FunctionTransformer of a function of one's own (expected: one of NumPy)");
        }
        return Features.of(ops, applied(ops, function.name(), x.numbers()));
    }

    /** One of NumPy's functions of a number. */
    static Tensor applied(Ops ops, String function, Tensor v) {
        return switch (function) {
            case "log" -> ops.unary("Log", v);
            case "log1p" -> ops.unary("Log", ops.add(v, ops.scalar(1)));
            case "log2" -> ops.div(ops.unary("Log", v), ops.scalar(Math.log(2)));
            case "log10" -> ops.div(ops.unary("Log", v), ops.scalar(Math.log(10)));
            case "exp" -> ops.unary("Exp", v);
            case "expm1" -> ops.sub(ops.unary("Exp", v), ops.scalar(1));
            case "sqrt" -> ops.unary("Sqrt", v);
            case "square" -> ops.mul(v, v);
            case "abs", "absolute" -> ops.unary("Abs", v);
            case "sin" -> ops.unary("Sin", v);
            case "cos" -> ops.unary("Cos", v);
            case "tanh" -> ops.unary("Tanh", v);
            case "floor" -> ops.unary("Floor", v);
            case "ceil" -> ops.unary("Ceil", v);
            case "negative" -> ops.unary("Neg", v);
            case "reciprocal" -> ops.div(ops.scalar(1), v);
            case "sign" -> ops.unary("Sign", v);
            default ->
                throw new TranslationRefused(Reason.UNSUPPORTED_OPERATOR, "FunctionTransformer of numpy." + function);
        };
    }
}
