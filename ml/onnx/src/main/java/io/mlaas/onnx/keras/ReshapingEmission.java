package io.mlaas.onnx.keras;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.keras.Walk.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Layers that move elements. */
final class ReshapingEmission {
    private ReshapingEmission() {}

    static void register(Emission.Table table) {
        table.one("Flatten", ReshapingEmission::flatten);
        table.one(
                "Reshape",
                (e, c) -> reshape(e, c.layer(), c.input(0), c.layer().config().get("target_shape"), true));
        table.one("Permute", (e, c) -> {
            JsonNode dims = c.layer().config().get("dims");
            int[] order = new int[dims.size() + 1];
            IntStream.range(0, dims.size())
                    .forEach(i -> order[i + 1] = dims.get(i).asInt());
            return e.graph().transpose(c.input(0), order);
        });
        table.one("RepeatVector", (e, c) -> {
            Tensor x = e.nodes().unsqueeze(c.input(0), 1);
            return e.nodes().expand(x, x.shape().with(1, Dim.of(c.layer().integer("n", 1))));
        });
        for (int axes = 1; axes <= 3; axes++) {
            int count = axes;
            table.one("ZeroPadding" + axes + "D", (e, c) -> padded(e, c, "padding", count, 1));
            table.one("Cropping" + axes + "D", (e, c) -> padded(e, c, "cropping", count, -1));
        }
    }

    private static Tensor flatten(Emission e, Call<Tensor> call) {
        Tensor x = call.input(0);
        if (call.layer().channelsFirst() && x.rank() > 2) {
            int[] order = new int[x.rank()];
            IntStream.range(1, x.rank() - 1).forEach(i -> order[i] = i + 1);
            order[x.rank() - 1] = 1;
            x = e.graph().transpose(x, order);
        }
        Dim width = x.shape().without(0).elements();
        return e.graph().reshape(x, new Shape(List.of(x.size(0), width)));
    }

    /** @param afterBatch whether the sizes are those after the batch */
    static Tensor reshape(Emission e, Layer layer, Tensor x, JsonNode target, boolean afterBatch) {
        List<Dim> dims = new ArrayList<>();
        Dim known = Dim.of(1);
        int open = -1;
        if (afterBatch) {
            dims.add(x.size(0));
            known = x.size(0);
        }
        for (JsonNode each : target) {
            if (each.asInt() == -1 || each.isNull()) {
                layer.require(open < 0, "shape " + target + " (expected: at most one open size)");
                open = dims.size();
                dims.add(Dim.of(1));
            } else {
                dims.add(Dim.of(each.asInt()));
                known = known.times(each.asInt());
            }
        }
        if (open >= 0) {
            int at = open;
            dims.set(
                    at,
                    x.shape()
                            .elements()
                            .dividedBy(known)
                            .orElseThrow(() -> layer.refuse("shape " + target + " of " + x.shape())));
        }
        Shape shape = new Shape(dims);
        layer.require(shape.elements().equals(x.shape().elements()), "shape " + target + " of " + x.shape());
        return e.graph().reshape(x, shape);
    }

    private static Tensor padded(Emission e, Call<Tensor> call, String setting, int axes, int sign) {
        Layer layer = call.layer();
        Tensor x = call.input(0);
        int[][] pairs = layer.pairs(setting, axes);
        int first = layer.channelsFirst() ? 2 : 1;
        int[] before = new int[x.rank()];
        int[] after = new int[x.rank()];
        for (int i = 0; i < axes; i++) {
            before[i + first] = sign * pairs[i][0];
            after[i + first] = sign * pairs[i][1];
        }
        return e.nodes().pad(x, before, after, 0);
    }
}
