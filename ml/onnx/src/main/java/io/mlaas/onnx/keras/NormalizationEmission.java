package io.mlaas.onnx.keras;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Normalisation, in inference, and the scaling of inputs. */
final class NormalizationEmission {
    private NormalizationEmission() {}

    static void register(Emission.Table table) {
        table.one("BatchNormalization", NormalizationEmission::batch);
        table.one("LayerNormalization", NormalizationEmission::layer);
        table.one("GroupNormalization", NormalizationEmission::group);
        table.one("RMSNormalization", NormalizationEmission::rootMeanSquare);
        table.one(
                "UnitNormalization",
                (e, c) -> unit(
                        e.nodes(), c.input(0), c.layer().axes("axis", c.input(0).rank(), -1)));
        table.one("Normalization", NormalizationEmission::normalization);
        table.one("Rescaling", (e, c) -> {
            Nodes n = e.nodes();
            Tensor x = e.graph().cast(c.input(0), n.real());
            Tensor scale =
                    n.numbers(CoreEmission.numbers(c.layer(), c.layer().config().get("scale")));
            Tensor offset =
                    n.numbers(CoreEmission.numbers(c.layer(), c.layer().config().get("offset")));
            return n.add(n.mul(x, scale), offset);
        });
    }

    /** A vector along one axis of a tensor with so many axes. */
    private static Array along(Array vector, int axis, int rank) {
        int[] shape = new int[rank];
        Arrays.fill(shape, 1);
        shape[axis] = vector.length();
        return vector.reshape(shape);
    }

    /** Mean, variance, scale and shift fold into one factor and one summand. */
    private static Tensor batch(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Tensor x = call.input(0);
        int axis = layer.axes("axis", x.rank(), -1)[0];
        int next = 0;
        layer.require(!layer.flag("renorm", false), "batch renormalisation");
        @Nullable Array gamma = layer.flag("scale", true) ? layer.weight(Integer.toString(next++)) : null;
        @Nullable Array beta = layer.flag("center", true) ? layer.weight(Integer.toString(next++)) : null;
        Array mean = layer.weight(Integer.toString(next++));
        Array variance = layer.weight(Integer.toString(next));
        double epsilon = layer.real("epsilon", 1e-3);
        layer.require(x.size(axis).is(mean.length()), "input " + x.shape() + " and " + mean.length() + " statistics");
        Array factor = variance.map(v -> 1 / Math.sqrt(v + epsilon));
        factor = gamma == null ? factor : factor.times(gamma);
        Array summand = mean.times(factor).times(-1);
        summand = beta == null ? summand : summand.plus(beta);
        Nodes n = e.nodes();
        return n.add(
                n.mul(x, n.stored(layer.path() + "/factor", along(factor, axis, x.rank()))),
                n.stored(layer.path() + "/summand", along(summand, axis, x.rank())));
    }

    /** Scale and shift as stored, with ones for the axes that they do not have. */
    private static Tensor scaledAndShifted(Emission e, Layer layer, Tensor y, int... axes) {
        Nodes n = e.nodes();
        int next = 0;
        Tensor result = y;
        if (layer.flag("scale", true)) {
            result = n.mul(result, over(e, layer, Integer.toString(next++), y.rank(), axes));
        }
        if (layer.flag("center", true)) {
            result = n.add(result, over(e, layer, Integer.toString(next), y.rank(), axes));
        }
        return result;
    }

    private static Tensor over(Emission e, Layer layer, String weight, int rank, int... axes) {
        Array values = layer.weight(weight);
        int[] shape = new int[rank];
        Arrays.fill(shape, 1);
        for (int i = 0; i < axes.length; i++) {
            shape[axes[i]] = values.size(i);
        }
        return e.nodes().stored(layer.path() + "/" + weight, values.reshape(shape));
    }

    private static Tensor layer(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Tensor x = call.input(0);
        int[] axes = layer.axes("axis", x.rank(), -1);
        layer.require(!layer.flag("rms_scaling", false), "rms_scaling (expected: RMSNormalization)");
        return scaledAndShifted(e, layer, e.nodes().normalized(x, layer.real("epsilon", 1e-3), axes), axes);
    }

    private static Tensor rootMeanSquare(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Nodes n = e.nodes();
        Tensor x = call.input(0);
        int[] axes = layer.axes("axis", x.rank(), -1);
        Tensor square = n.reduce("ReduceMean", n.mul(x, x), true, axes);
        Tensor y = n.div(x, n.unary("Sqrt", n.add(square, n.number(layer.real("epsilon", 1e-6)))));
        return n.mul(y, over(e, layer, "0", x.rank(), axes));
    }

    private static Tensor group(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Tensor x = call.input(0);
        int axis = layer.axes("axis", x.rank(), -1)[0];
        long channels = x.size(axis).value();
        long groups = layer.integer("groups", 32) == -1 ? channels : layer.integer("groups", 32);
        layer.require(groups > 0 && channels % groups == 0, "groups: " + groups + " of " + channels + " channels");
        List<Dim> dims = new ArrayList<>(x.shape().dims());
        dims.set(axis, Dim.of(groups));
        dims.add(axis + 1, Dim.of(channels / groups));
        int[] reduced = IntStream.range(1, x.rank() + 1).filter(i -> i != axis).toArray();
        Tensor normal =
                e.nodes().normalized(e.graph().reshape(x, new Shape(dims)), layer.real("epsilon", 1e-3), reduced);
        return scaledAndShifted(e, layer, e.graph().reshape(normal, x.shape()), axis);
    }

    /** x / √max(Σ x², ε²), with the ε of Keras' {@code ops.normalize}. */
    static Tensor unit(Nodes n, Tensor x, int... axes) {
        Tensor sum = n.reduce("ReduceSum", n.mul(x, x), true, axes);
        return n.div(x, n.unary("Sqrt", n.binary("Max", sum, n.number(1e-24))));
    }

    private static Tensor normalization(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Nodes n = e.nodes();
        Tensor x = e.graph().cast(call.input(0), n.real());
        Array mean = statistic(layer, "mean", "0", x.rank());
        Array deviation = statistic(layer, "variance", "1", x.rank()).map(v -> Math.max(Math.sqrt(v), 1e-7));
        if (layer.flag("invert", false)) {
            return n.add(n.numbers(mean), n.mul(x, n.numbers(deviation)));
        }
        return n.div(n.sub(x, n.numbers(mean)), n.numbers(deviation));
    }

    /** Given in the configuration or learnt by {@code adapt}; over the kept axes. */
    static Array statistic(Layer layer, String setting, String weight, int rank) {
        JsonNode given = layer.config().get(setting);
        Array values = given == null || given.isNull() ? layer.weight(weight) : CoreEmission.numbers(layer, given);
        JsonNode axis = layer.config().get("axis");
        if (values.length() == 1) {
            return Array.scalar(values.at(0));
        }
        layer.require(axis != null && !axis.isNull(), "statistics of " + values.length() + " without an axis");
        int[] axes = layer.axes("axis", rank, -1);
        int[] shape = new int[rank];
        Arrays.fill(shape, 1);
        for (int i = 0; i < axes.length; i++) {
            shape[axes[i]] = axes.length == 1 ? values.length() : values.size(i);
        }
        return values.reshape(shape);
    }
}
