package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Normalisation, in inference: batch norm by its running statistics. */
final class NormalizationOperators {
    private static final int MAX_CHANNELS = 1 << 20;

    private NormalizationOperators() {}

    static void register(OperatorTable table) {
        table.add(
                "batch_norm",
                "input weight bias running_mean running_var training momentum eps cudnn_enabled=False",
                "BatchNormalization",
                NormalizationOperators::batchNorm);
        table.add(
                "_native_batch_norm_legit_no_training",
                "input weight bias running_mean running_var momentum eps",
                "BatchNormalization",
                // the statistics of the batch are empty in inference
                c -> new Value.Tuple(List.of(inference(c), Value.NONE, Value.NONE)));
        table.add(
                "layer_norm",
                "input normalized_shape weight=None bias=None eps=1e-05 cudnn_enable=False",
                "LayerNormalization",
                NormalizationOperators::layerNorm);
        table.add(
                "group_norm",
                "input num_groups weight=None bias=None eps=1e-05 cudnn_enabled=False",
                "Reshape, InstanceNormalization, Mul, Add",
                NormalizationOperators::groupNorm);
        table.add(
                "instance_norm",
                "input weight bias running_mean running_var use_input_stats momentum eps cudnn_enabled=False",
                "InstanceNormalization",
                NormalizationOperators::instanceNorm);
    }

    private static Tensor channels(Call call, @Nullable Tensor given, Tensor input, double otherwise) {
        if (given != null) {
            return given;
        }
        call.require(
                input.size(1).isConstant() && input.size(1).value() <= MAX_CHANNELS,
                "input " + input.shape() + " (expected: a known number of channels, at most " + MAX_CHANNELS + ")");
        double[] values = new double[(int) input.size(1).value()];
        Arrays.fill(values, otherwise);
        return call.graph().numbers(input.type(), Shape.of(values.length), values);
    }

    private static Value batchNorm(Call call) {
        call.require(
                !call.bool("training"),
                "the model was traced in training mode (expected: model.eval() before tracing)");
        return inference(call);
    }

    private static Value inference(Call call) {
        Tensor input = call.tensor("input");
        call.require(
                call.given("running_mean") && call.given("running_var"),
                "no running statistics (expected: track_running_stats=True)");
        Tensor mean = call.tensor("running_mean");
        call.require(
                input.size(1).equals(mean.size(0)), "input " + input.shape() + " and statistics of " + mean.shape());
        return Values.of(call.like(
                "BatchNormalization",
                List.of(
                        input,
                        channels(call, call.tensorOrNull("weight"), input, 1),
                        channels(call, call.tensorOrNull("bias"), input, 0),
                        mean,
                        call.tensor("running_var")),
                Attribute.of("epsilon", call.real("eps"))));
    }

    private static Value layerNorm(Call call) {
        Tensor input = call.tensor("input");
        long[] normalized = call.integers("normalized_shape");
        call.require(
                input.rank() >= normalized.length
                        && new Shape(input.shape().dims().subList(input.rank() - normalized.length, input.rank()))
                                .equals(Shape.of(normalized)),
                "normalized_shape " + Arrays.toString(normalized) + " of an input of shape " + input.shape());
        Tensor weight = call.tensorOrNull("weight");
        if (weight == null) {
            Dim elements = Shape.of(normalized).elements();
            call.require(elements.value() <= MAX_CHANNELS, "normalized_shape of " + elements + " elements");
            double[] ones = new double[(int) elements.value()];
            Arrays.fill(ones, 1);
            weight = call.graph().numbers(input.type(), Shape.of(normalized), ones);
        }
        List<Tensor> inputs = new ArrayList<>(List.of(input, weight));
        Tensor bias = call.tensorOrNull("bias");
        if (bias != null) {
            inputs.add(bias);
        }
        return Values.of(call.like(
                "LayerNormalization",
                inputs,
                Attribute.of("axis", -normalized.length),
                Attribute.of("epsilon", call.real("eps"))));
    }

    /** Each group as one channel of an instance norm, then scale and shift per channel. */
    private static Value groupNorm(Call call) {
        Tensor input = call.tensor("input");
        long groups = call.integer("num_groups");
        Shape grouped = new Shape(List.of(
                input.size(0),
                Dim.of(groups),
                input.shape()
                        .without(0)
                        .elements()
                        .dividedBy(Dim.of(groups))
                        .orElseThrow(() -> call.refuse("num_groups: " + groups))));
        Tensor flat = call.graph().reshape(input, grouped);
        Tensor normal = call.like(
                "InstanceNormalization",
                List.of(flat, channels(call, null, flat, 1), channels(call, null, flat, 0)),
                Attribute.of("epsilon", call.real("eps")));
        Tensor result = call.graph().reshape(normal, input.shape());
        Tensor weight = call.tensorOrNull("weight");
        Tensor bias = call.tensorOrNull("bias");
        result = weight == null ? result : call.like("Mul", List.of(result, perChannel(call, weight, input.rank())));
        return Values.of(
                bias == null ? result : call.like("Add", List.of(result, perChannel(call, bias, input.rank()))));
    }

    private static Tensor perChannel(Call call, Tensor vector, int rank) {
        List<Dim> dims = new ArrayList<>(Collections.nCopies(rank - 1, Dim.of(1)));
        dims.set(0, vector.size(0));
        return call.graph().reshape(vector, new Shape(dims));
    }

    private static Value instanceNorm(Call call) {
        Tensor input = call.tensor("input");
        if (!call.bool("use_input_stats")) {
            return Values.of(call.like(
                    "BatchNormalization",
                    List.of(
                            input,
                            channels(call, call.tensorOrNull("weight"), input, 1),
                            channels(call, call.tensorOrNull("bias"), input, 0),
                            call.tensor("running_mean"),
                            call.tensor("running_var")),
                    Attribute.of("epsilon", call.real("eps"))));
        }
        return Values.of(call.like(
                "InstanceNormalization",
                List.of(
                        input,
                        channels(call, call.tensorOrNull("weight"), input, 1),
                        channels(call, call.tensorOrNull("bias"), input, 0)),
                Attribute.of("epsilon", call.real("eps"))));
    }
}
