package io.mlaas.onnx.keras;

import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.numeric.Array.Reduction;
import io.mlaas.onnx.numeric.Einsum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/** Dense layers, merging, normalisation and reshaping. */
final class CoreEvaluation {
    private CoreEvaluation() {}

    static void register(Evaluation.Table table) {
        for (String nothing : TrainingLayers.NAMES) {
            table.one(nothing, c -> c.input(0));
        }
        table.one("Dense", c -> {
            Array y = product(c.input(0), c.layer().weight("0"));
            y = c.layer().flag("use_bias", true) ? y.plus(c.layer().weight("1")) : y;
            return ActivationEvaluation.apply(c.layer().activation("activation", "linear"), y);
        });
        table.one("EinsumDense", c -> {
            Layer layer = c.layer();
            String equation =
                    CoreEmission.letters(layer.text("equation", ""), c.input(0).rank());
            Array y = Einsum.einsum(equation, c.input(0), layer.weight("0"));
            y = layer.has("bias_axes") ? y.plus(layer.weight("1")) : y;
            return ActivationEvaluation.apply(layer.activation("activation", "linear"), y);
        });
        table.many(
                "Embedding",
                (e, c) -> List.of(new Flow<>(
                        c.layer().weight("0").gather(c.input(0), 0),
                        c.layer().flag("mask_zero", false) ? c.input(0).map(i -> i != 0 ? 1 : 0) : null)));
        table.many("Masking", (e, c) -> {
            float padding = (float) c.layer().real("mask_value", 0);
            Array any = c.input(0).map(v -> (float) v != padding ? 1 : 0).reduce(Reduction.MAX, true, -1);
            return List.of(new Flow<>(c.input(0).times(any), any.select(any.rank() - 1, 0)));
        });
        table.one("Add", c -> fold(c, Array::plus));
        table.one("Subtract", c -> fold(c, Array::minus));
        table.one("Multiply", c -> fold(c, Array::times));
        table.one("Maximum", c -> fold(c, (a, b) -> a.with(b, Math::max)));
        table.one("Minimum", c -> fold(c, (a, b) -> a.with(b, Math::min)));
        table.one("Average", c -> fold(c, Array::plus).map(v -> v / c.inputs().size()));
        table.one("Concatenate", c -> Array.concat(c.inputs(), c.layer().integer("axis", -1)));
        table.one("Dot", CoreEvaluation::dot);
        table.many("TimeDistributed", CoreEvaluation::timeDistributed);
        normalizations(table);
        shapes(table);
    }

    /** The last axis times a matrix. */
    static Array product(Array x, Array matrix) {
        int[] shape = x.shape();
        Array y = x.reshape(-1, x.size(-1)).matmul(matrix);
        shape[shape.length - 1] = matrix.size(1);
        return y.reshape(shape);
    }

    private static Array fold(Call<Array> call, BinaryOperator<Array> function) {
        int rank = call.inputs().stream().mapToInt(Array::rank).max().orElse(0);
        return call.inputs().stream()
                .map(x -> {
                    Array wide = x;
                    while (wide.rank() < rank) {
                        wide = wide.expand(1);
                    }
                    return wide;
                })
                .reduce(function)
                .orElseThrow();
    }

    private static Array unit(Array x, int... axes) {
        return x.with(x.times(x).reduce(Reduction.SUM, true, axes), (v, sum) -> v / Math.sqrt(Math.max(sum, 1e-24)));
    }

    private static Array dot(Call<Array> call) {
        int[] axes = call.layer().sizes("axes", 2, -1);
        Array a = call.input(0);
        Array b = call.input(1);
        int first = a.axis(axes[0]);
        int second = b.axis(axes[1]);
        if (call.layer().flag("normalize", false)) {
            a = unit(a, first);
            b = unit(b, second);
        }
        int[] leftOrder = moved(a.rank(), first, a.rank() - 1);
        int[] rightOrder = moved(b.rank(), second, 1);
        Array left = a.transpose(leftOrder).reshape(a.size(0), -1, a.size(first));
        Array right = b.transpose(rightOrder).reshape(b.size(0), b.size(second), -1);
        Array y = left.matmul(right);
        int[] shape = new int[1 + a.rank() - 2 + b.rank() - 2];
        shape[0] = a.size(0);
        int next = 1;
        for (int i = 1; i < a.rank(); i++) {
            if (i != first) {
                shape[next++] = a.size(i);
            }
        }
        for (int i = 1; i < b.rank(); i++) {
            if (i != second) {
                shape[next++] = b.size(i);
            }
        }
        return shape.length == 1 ? y.reshape(a.size(0), 1) : y.reshape(shape);
    }

    /** The order of axes that puts one of them in another place. */
    private static int[] moved(int rank, int from, int to) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        order.remove(from);
        order.add(to, from);
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Each time step by itself. */
    private static List<Flow<Array>> timeDistributed(Evaluation e, Call<Array> call) {
        Layer inner = call.layer().child("layer");
        Network network = inner.network();
        Array x = call.input(0);
        List<Array> steps = new ArrayList<>();
        for (int t = 0; t < x.size(1); t++) {
            Array step = x.select(1, t);
            steps.add((network == null ? e.call(call.of(inner, step)) : e.run(network, List.of(new Flow<>(step, null))))
                    .getFirst()
                    .value());
        }
        return List.of(new Flow<>(Array.stack(steps, 1), call.mask(0)));
    }

    private static Array along(Array vector, int rank, int... axes) {
        int[] shape = new int[rank];
        Arrays.fill(shape, 1);
        for (int i = 0; i < axes.length; i++) {
            shape[axes[i]] = vector.size(i);
        }
        return vector.reshape(shape);
    }

    private static Array normalized(Array x, double epsilon, int... axes) {
        Array centred = x.minus(x.reduce(Reduction.MEAN, true, axes));
        Array variance = centred.times(centred).reduce(Reduction.MEAN, true, axes);
        return centred.with(variance, (v, s) -> v / Math.sqrt(s + epsilon));
    }

    private static Array affine(Layer layer, Array x, int... axes) {
        int next = 0;
        Array y = x;
        if (layer.flag("scale", true)) {
            y = y.times(along(layer.weight(Integer.toString(next++)), x.rank(), axes));
        }
        return layer.flag("center", true) ? y.plus(along(layer.weight(Integer.toString(next)), x.rank(), axes)) : y;
    }

    private static void normalizations(Evaluation.Table table) {
        table.one("BatchNormalization", c -> {
            Layer layer = c.layer();
            Array x = c.input(0);
            int[] axes = layer.axes("axis", x.rank(), -1);
            int statistics = (layer.flag("scale", true) ? 1 : 0) + (layer.flag("center", true) ? 1 : 0);
            double epsilon = layer.real("epsilon", 1e-3);
            Array mean = layer.weight(Integer.toString(statistics));
            Array factor = layer.weight(Integer.toString(statistics + 1)).map(v -> 1 / Math.sqrt(v + epsilon));
            Array gamma = layer.flag("scale", true) ? factor.times(layer.weight("0")) : factor;
            Array negative = mean.times(gamma).times(-1);
            Array beta = layer.flag("center", true)
                    ? negative.plus(layer.weight(Integer.toString(statistics - 1)))
                    : negative;
            return x.scaled(along(gamma, x.rank(), axes), along(beta, x.rank(), axes));
        });
        table.one("LayerNormalization", c -> {
            int[] axes = c.layer().axes("axis", c.input(0).rank(), -1);
            return affine(c.layer(), normalized(c.input(0), c.layer().real("epsilon", 1e-3), axes), axes);
        });
        table.one("GroupNormalization", c -> {
            Array x = c.input(0);
            int axis = c.layer().axes("axis", x.rank(), -1)[0];
            int given = c.layer().integer("groups", 32);
            int size = given == -1 ? 1 : x.size(axis) / given;
            List<Array> groups = new ArrayList<>();
            for (int from = 0; from < x.size(axis); from += size) {
                groups.add(normalized(
                        x.slice(axis, from, from + size, 1),
                        c.layer().real("epsilon", 1e-3),
                        IntStream.range(1, x.rank()).toArray()));
            }
            return affine(c.layer(), Array.concat(groups, axis), axis);
        });
        table.one("RMSNormalization", c -> {
            Array x = c.input(0);
            int[] axes = c.layer().axes("axis", x.rank(), -1);
            double epsilon = c.layer().real("epsilon", 1e-6);
            return x.with(x.times(x).reduce(Reduction.MEAN, true, axes), (v, s) -> v / Math.sqrt(s + epsilon))
                    .times(along(c.layer().weight("0"), x.rank(), axes));
        });
        table.one(
                "UnitNormalization",
                c -> unit(c.input(0), c.layer().axes("axis", c.input(0).rank(), -1)));
        table.one("Normalization", c -> {
            Array mean = NormalizationEmission.statistic(
                    c.layer(), "mean", "0", c.input(0).rank());
            Array deviation = NormalizationEmission.statistic(
                            c.layer(), "variance", "1", c.input(0).rank())
                    .map(v -> Math.max(Math.sqrt(v), 1e-7));
            return c.layer().flag("invert", false)
                    ? c.input(0).times(deviation).plus(mean)
                    : c.input(0).minus(mean).with(deviation, (v, d) -> v / d);
        });
        table.one("Rescaling", c -> c.input(0)
                .times(CoreEmission.numbers(c.layer(), c.layer().config().get("scale")))
                .plus(CoreEmission.numbers(c.layer(), c.layer().config().get("offset"))));
    }

    private static void shapes(Evaluation.Table table) {
        table.one("Flatten", c -> {
            Array x = c.input(0);
            if (c.layer().channelsFirst() && x.rank() > 2) {
                x = x.transpose(moved(x.rank(), 1, x.rank() - 1));
            }
            return x.reshape(x.size(0), x.size(0) == 0 ? 0 : x.length() / x.size(0));
        });
        table.one("Reshape", c -> {
            var target = c.layer().config().get("target_shape");
            int[] shape = new int[target.size() + 1];
            shape[0] = c.input(0).size(0);
            IntStream.range(0, target.size())
                    .forEach(i -> shape[i + 1] =
                            target.get(i).isNull() ? -1 : target.get(i).asInt());
            return c.input(0).reshape(shape);
        });
        table.one("Permute", c -> {
            var dims = c.layer().config().get("dims");
            int[] order = new int[dims.size() + 1];
            IntStream.range(0, dims.size())
                    .forEach(i -> order[i + 1] = dims.get(i).asInt());
            return c.input(0).transpose(order);
        });
        table.one("RepeatVector", c -> c.input(0).expand(1).repeat(1, c.layer().integer("n", 1)));
    }
}
