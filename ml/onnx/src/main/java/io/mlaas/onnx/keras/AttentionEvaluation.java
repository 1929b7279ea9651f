package io.mlaas.onnx.keras;

import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.numeric.Array.Reduction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention, head by head. */
final class AttentionEvaluation {
    private AttentionEvaluation() {}

    static void register(Evaluation.Table table) {
        table.many("Attention", (e, c) -> attention(c, false));
        table.many("AdditiveAttention", (e, c) -> attention(c, true));
        table.many("MultiHeadAttention", (e, c) -> heads(c, "", c.layer().integer("key_dim", 1)));
        table.many("GroupQueryAttention", (e, c) -> heads(c, "_", c.layer().integer("head_dim", 1)));
    }

    private static Array transposed(Array x) {
        return x.transpose(0, 2, 1);
    }

    /** (batch or 1, queries or 1, keys): 1 where a query may see a key. */
    private static @Nullable Array visible(Call<Array> call, int queries, int keys, boolean queryMasks) {
        List<Array> masks = new ArrayList<>();
        if (call.flag("use_causal_mask")) {
            double[] lower = new double[queries * keys];
            for (int i = 0; i < lower.length; i++) {
                lower[i] = i / keys >= i % keys ? 1 : 0;
            }
            masks.add(Array.of(lower, 1, queries, keys));
        }
        Array query = call.mask(0);
        if (query != null && queryMasks) {
            masks.add(query.expand(2));
        }
        Array value = call.mask(1);
        if (value != null) {
            masks.add(value.expand(1));
        }
        Array key = call.flows().size() > 2 ? call.mask(2) : null;
        if (key != null && queryMasks) {
            masks.add(key.expand(1));
        }
        List<Array> given = call.tensors("attention_mask", 6);
        if (!given.isEmpty()) {
            masks.add(given.getFirst().map(v -> v != 0 ? 1 : 0));
        }
        return masks.stream().reduce(Array::times).orElse(null);
    }

    private static Array weights(Array scores, @Nullable Array visible) {
        Array masked = visible == null ? scores : scores.with(visible, (s, v) -> v != 0 ? s : s - 1e9);
        return masked.softmax(masked.rank() - 1);
    }

    private static List<Flow<Array>> attention(Call<Array> call, boolean additive) {
        Layer layer = call.layer();
        Array query = call.input(0);
        Array value = call.input(1);
        Array key = call.inputs().size() > 2 ? call.input(2) : value;
        Array scores;
        if (additive || layer.text("score_mode", "dot").equals("concat")) {
            Array sum = query.expand(2).plus(key.expand(1));
            boolean scale = layer.flag("use_scale", additive);
            if (additive) {
                Array tanh = sum.map(Math::tanh);
                scores = (scale ? tanh.times(layer.weight("0")) : tanh).reduce(Reduction.SUM, false, -1);
            } else {
                Array tanh = (scale ? sum.times(layer.weight("0")) : sum).map(Math::tanh);
                scores = tanh.reduce(Reduction.SUM, false, -1).times(layer.weight(scale ? "1" : "0"));
            }
        } else {
            scores = query.matmul(transposed(key));
            scores = layer.flag("use_scale", false) ? scores.times(layer.weight("0")) : scores;
        }
        Array weights = weights(scores, visible(call, query.size(1), key.size(1), false));
        Array result = weights.matmul(value);
        Array mask = call.mask(0);
        result = mask == null ? result : result.times(mask.expand(2));
        List<Flow<Array>> results = new ArrayList<>(List.of(new Flow<>(result, mask)));
        if (call.flag("return_attention_scores")) {
            results.add(new Flow<>(weights, null));
        }
        return results;
    }

    private static Array head(Layer layer, String name, Array x, int head) {
        Array y = CoreEvaluation.product(x, layer.weight(name + "/0").select(1, head));
        return layer.optionalWeight(name + "/1")
                .map(b -> y.plus(b.select(0, head)))
                .orElse(y);
    }

    private static List<Flow<Array>> heads(Call<Array> call, String prefix, int size) {
        Layer layer = call.layer();
        Array query = call.input(0);
        Array value = call.input(1);
        Array key = call.inputs().size() > 2 ? call.input(2) : value;
        int count = layer.weight(prefix + "query_dense/0").size(1);
        int shared = count / layer.weight(prefix + "key_dense/0").size(1);
        Array visible = visible(call, query.size(1), key.size(1), true);
        Array output = layer.weight(prefix + "output_dense/0");
        List<Array> parts = new ArrayList<>();
        List<Array> scores = new ArrayList<>();
        for (int head = 0; head < count; head++) {
            Array q = head(layer, prefix + "query_dense", query, head);
            Array k = head(layer, prefix + "key_dense", key, head / shared);
            Array weights = weights(q.matmul(transposed(k)).times(1 / Math.sqrt(size)), visible);
            scores.add(weights);
            Array seen = weights.matmul(head(layer, prefix + "value_dense", value, head / shared));
            parts.add(CoreEvaluation.product(seen, output.select(0, head)));
        }
        Array sum = parts.stream().reduce(Array::plus).orElseThrow();
        Array result =
                layer.optionalWeight(prefix + "output_dense/1").map(sum::plus).orElse(sum);
        List<Flow<Array>> results = new ArrayList<>(List.of(new Flow<>(result, call.mask(0))));
        if (call.flag("return_attention_scores")) {
            results.add(new Flow<>(Array.stack(scores, 1), null));
        }
        return results;
    }
}
