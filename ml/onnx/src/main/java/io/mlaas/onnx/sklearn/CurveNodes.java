package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Curves of one column: quantiles, splines, isotonic regression. */
final class CurveNodes {
    /** What the quantiles of a normal distribution are kept within: scikit-learn's {@code BOUNDS_THRESHOLD}. */
    static final double BOUND = 1e-7;

    private static final double[] CENTRAL_ABOVE = {
        3.3871328727963665,
        133.14166789178438,
        1971.5909503065513,
        13731.69376550946,
        45921.95393154987,
        67265.7709270087,
        33430.57558358813,
        2509.0809287301227
    };
    private static final double[] CENTRAL_BELOW = {
        1.0,
        42.31333070160091,
        687.1870074920579,
        5394.196021424751,
        21213.794301586597,
        39307.89580009271,
        28729.085735721943,
        5226.495278852854
    };
    private static final double[] TAIL_ABOVE = {
        1.4234371107496835,
        4.630337846156546,
        5.769497221460691,
        3.6478483247632045,
        1.2704582524523684,
        0.2417807251774506,
        0.022723844989269184,
        0.0007745450142783414
    };
    private static final double[] TAIL_BELOW = {
        1.0,
        2.053191626637759,
        1.6763848301838038,
        0.6897673349851,
        0.14810397642748008,
        0.015198666563616457,
        0.0005475938084995345,
        1.0507500716444169E-9
    };

    private CurveNodes() {}

    static void register(Map<String, Emission.Transformer> transformers, Map<String, Emission.Predictor> predictors) {
        transformers.put("QuantileTransformer", CurveNodes::quantiles);
        transformers.put("SplineTransformer", CurveNodes::splines);
        predictors.put("IsotonicRegression", CurveNodes::isotonic);
    }

    /** In 64 bits: many quantiles lie close together. */
    private static Features quantiles(Emission to, PickledObject transformer, Features x) {
        Ops wide = new Ops(to.ops.graph, ElementType.FLOAT64);
        double[] references = Matrix.of(transformer, "references_").values();
        Matrix quantiles = Matrix.of(transformer, "quantiles_").transposed();
        Tensor input = wide.asNumber(x.numbers());
        boolean normal = transformer.text("output_distribution", "uniform").equals("normal");
        List<Tensor> columns = new ArrayList<>();
        for (int i = 0; i < quantiles.rows(); i++) {
            double[] own = quantiles.row(i);
            Tensor column = wide.columns(input, i);
            Tensor share = wide.mul(
                    wide.add(
                            interpolated(wide, "GreaterOrEqual", column, own, references),
                            interpolated(wide, "Greater", column, own, references)),
                    wide.scalar(0.5));
            Tensor lowest = wide.scalar(own[0]);
            Tensor highest = wide.scalar(own[own.length - 1]);
            Tensor bound = wide.scalar(BOUND);
            Tensor low = normal
                    ? wide.compare("Less", wide.sub(column, bound), lowest)
                    : wide.compare("LessOrEqual", column, lowest);
            Tensor high = normal
                    ? wide.compare("Greater", wide.add(column, bound), highest)
                    : wide.compare("GreaterOrEqual", column, highest);
            share = wide.where(low, wide.scalar(0), wide.where(high, wide.scalar(1), share));
            columns.add(to.ops.asNumber(normal ? normalQuantile(wide, share) : share));
        }
        return Features.of(to.ops, to.ops.concat(columns));
    }

    /** Linear between points, of which several may lie above one another. */
    private static Tensor interpolated(Ops ops, String comparison, Tensor x, double[] at, double... value) {
        int n = at.length;
        double[] base = new double[n + 1];
        double[] start = new double[n + 1];
        double[] slope = new double[n + 1];
        base[0] = value[0];
        for (int piece = 1; piece <= n; piece++) {
            base[piece] = value[piece - 1];
            start[piece] = at[piece - 1];
            boolean rises = piece < n && at[piece] > at[piece - 1];
            slope[piece] = rises ? (value[piece] - value[piece - 1]) / (at[piece] - at[piece - 1]) : 0;
        }
        Tensor passed = ops.sum(ops.asNumber(ops.compare(comparison, x, ops.row(at))), 1, false);
        Tensor piece = ops.graph.cast(passed, ElementType.INT64);
        Tensor beyond = ops.sub(x, ops.column(ops.lookUp(vector(ops, start), piece)));
        return ops.add(
                ops.column(ops.lookUp(vector(ops, base), piece)),
                ops.mul(beyond, ops.column(ops.lookUp(vector(ops, slope), piece))));
    }

    private static Tensor vector(Ops ops, double... values) {
        return ops.graph.numbers(ops.type, Shape.of(values.length), values);
    }

    /** Wichura, The Percentage Points of the Normal Distribution, Applied Statistics 37, 1988; the shares are kept off 0 and 1. */
    private static Tensor normalQuantile(Ops ops, Tensor share) {
        double least = BOUND - Math.ulp(1.0);
        Tensor kept = ops.binary("Min", ops.binary("Max", share, ops.scalar(least)), ops.scalar(1 - least));
        Tensor central = ops.sub(kept, ops.scalar(0.5));
        Tensor squared = ops.sub(ops.scalar(0.180625), ops.mul(central, central));
        Tensor near = ops.mul(
                central, ops.div(polynomial(ops, squared, CENTRAL_ABOVE), polynomial(ops, squared, CENTRAL_BELOW)));
        Tensor smaller = ops.binary("Min", kept, ops.sub(ops.scalar(1), kept));
        Tensor far = ops.sub(ops.unary("Sqrt", ops.unary("Neg", ops.unary("Log", smaller))), ops.scalar(1.6));
        Tensor tail = ops.mul(
                ops.unary("Sign", central),
                ops.div(polynomial(ops, far, TAIL_ABOVE), polynomial(ops, far, TAIL_BELOW)));
        return ops.where(ops.compare("LessOrEqual", ops.unary("Abs", central), ops.scalar(0.425)), near, tail);
    }

    /** Coefficients from that of the constant on. */
    static Tensor polynomial(Ops ops, Tensor x, double... coefficients) {
        Tensor sum = ops.scalar(coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) {
            sum = ops.add(ops.mul(sum, x), ops.scalar(coefficients[i]));
        }
        return sum;
    }

    /** The recursion of Cox and de Boor. */
    private static Features splines(Emission to, PickledObject transformer, Features x) {
        if (!List.of("constant", "error").contains(transformer.text("extrapolation", "constant"))) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "SplineTransformer.extrapolation: " + transformer.get("extrapolation") + " (expected: constant)");
        }
        if (transformer.text("extrapolation", "constant").equals("error")) {
            to.warnings.add(
                    "SplineTransformer refuses values beyond its knots in scikit-learn; here they count as the ends");
        }
        Ops ops = to.ops;
        int degree = transformer.integer("degree");
        List<Tensor> all = new ArrayList<>();
        List<?> splines = transformer.list("bsplines_");
        for (int i = 0; i < splines.size(); i++) {
            double[] knots = knots((PickledObject) Wrappers.present(splines.get(i)));
            int last = knots.length - degree - 1;
            Tensor within = ops.binary(
                    "Min", ops.binary("Max", x.column(i), ops.scalar(knots[degree])), ops.scalar(knots[last]));
            Tensor basis = basis(ops, within, degree, knots);
            int kept = (int) basis.size(1).value() - (transformer.flag("include_bias", true) ? 0 : 1);
            all.add(ops.columns(basis, IntStream.range(0, kept).toArray()));
        }
        return Features.of(ops, ops.concat(all));
    }

    static double[] knots(PickledObject spline) {
        double[] knots = Matrix.of(spline, spline.has("t") ? "t" : "_t").values();
        for (int i = 1; i < knots.length; i++) {
            if (!(knots[i] > knots[i - 1])) {
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE, "SplineTransformer with equal knots (expected: ascending ones)");
            }
        }
        return knots;
    }

    private static Tensor basis(Ops ops, Tensor x, int degree, double... knots) {
        int pieces = knots.length - 1;
        Tensor from = ops.asNumber(ops.compare("GreaterOrEqual", x, ops.row(Arrays.copyOf(knots, pieces))));
        Tensor upTo = ops.asNumber(ops.compare("Less", x, ops.row(Arrays.copyOfRange(knots, 1, pieces + 1))));
        Tensor basis = ops.mul(from, upTo);
        for (int order = 1; order <= degree; order++) {
            int n = pieces - order;
            double[] rising = new double[n];
            double[] falling = new double[n];
            for (int i = 0; i < n; i++) {
                rising[i] = 1 / (knots[i + order] - knots[i]);
                falling[i] = 1 / (knots[i + order + 1] - knots[i + 1]);
            }
            Tensor up = ops.mul(ops.sub(x, ops.row(Arrays.copyOf(knots, n))), ops.row(rising));
            Tensor down =
                    ops.mul(ops.sub(ops.row(Arrays.copyOfRange(knots, order + 1, order + 1 + n)), x), ops.row(falling));
            basis = ops.add(
                    ops.mul(up, ops.columns(basis, IntStream.range(0, n).toArray())),
                    ops.mul(down, ops.columns(basis, IntStream.range(1, n + 1).toArray())));
        }
        return basis;
    }

    private static Prediction isotonic(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        double[] at = Matrix.of(model, "X_thresholds_").values();
        double[] value = Matrix.of(model, "y_thresholds_").values();
        Tensor result = MetaNodes.isotonic(ops, x.numbers(), at, value);
        if (model.text("out_of_bounds", "nan").equals("clip")) {
            return Prediction.values(result);
        }
        if (model.text("out_of_bounds", "nan").equals("raise")) {
            to.warnings.add("IsotonicRegression refuses values out of bounds in scikit-learn; here they give NaN");
        }
        // in 64 bits, so that no bound is rounded
        Ops wide = new Ops(ops.graph, ElementType.FLOAT64);
        Tensor input = wide.asNumber(x.numbers());
        Tensor below = wide.compare("Less", input, wide.scalar(at[0]));
        Tensor above = wide.compare("Greater", input, wide.scalar(at[at.length - 1]));
        return Prediction.values(
                ops.where(below, ops.scalar(Double.NaN), ops.where(above, ops.scalar(Double.NaN), result)));
    }
}
