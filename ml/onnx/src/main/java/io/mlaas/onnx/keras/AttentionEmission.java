package io.mlaas.onnx.keras;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention layers. */
final class AttentionEmission {
    private AttentionEmission() {}

    static void register(Emission.Table table) {
        table.many("Attention", (e, c) -> attention(e, c, false));
        table.many("AdditiveAttention", (e, c) -> attention(e, c, true));
        table.many("MultiHeadAttention", AttentionEmission::multiHead);
        table.many("GroupQueryAttention", AttentionEmission::groupedQuery);
    }

    /** Adds −10⁹ where a mask is false. */
    private static Tensor masked(Emission e, Tensor scores, Tensor mask) {
        Nodes n = e.nodes();
        return n.where(e.graph().cast(mask, ElementType.BOOL), scores, n.add(scores, n.number(-1e9)));
    }

    /** Query i sees keys up to i: (1, queries, keys), for sizes that may vary. */
    private static Tensor causal(Emission e, Dim queries, Dim keys) {
        Nodes n = e.nodes();
        Tensor rows = n.unsqueeze(range(e, queries), 1);
        Tensor columns = n.unsqueeze(range(e, keys), 0);
        return n.unsqueeze(n.compare("GreaterOrEqual", rows, columns), 0);
    }

    private static Tensor range(Emission e, Dim size) {
        Tensor end = e.nodes().squeeze(e.graph().size(size), 0);
        return e.graph()
                .node(
                        "Range",
                        ElementType.INT64,
                        new Shape(List.of(size)),
                        List.of(e.graph().index(0), end, e.graph().index(1)));
    }

    private static List<Flow<Tensor>> attention(Emission e, Call<Tensor> call, boolean additive) {
        Layer layer = call.layer();
        Nodes n = e.nodes();
        List<Tensor> inputs = call.inputs();
        Tensor query = inputs.get(0);
        Tensor value = inputs.get(1);
        Tensor key = inputs.size() > 2 ? inputs.get(2) : value;
        Tensor scores;
        if (additive || layer.text("score_mode", "dot").equals("concat")) {
            Tensor sum = n.add(n.unsqueeze(query, 2), n.unsqueeze(key, 1));
            if (additive) {
                Tensor tanh = n.unary("Tanh", sum);
                tanh = layer.flag("use_scale", true) ? n.mul(tanh, e.weight(layer, "0")) : tanh;
                scores = n.reduce("ReduceSum", tanh, false, -1);
            } else {
                boolean scale = layer.flag("use_scale", false);
                Tensor tanh = n.unary("Tanh", scale ? n.mul(sum, e.weight(layer, "0")) : sum);
                scores = n.mul(n.reduce("ReduceSum", tanh, false, -1), e.weight(layer, scale ? "1" : "0"));
            }
        } else {
            scores = n.matmul(query, n.transposedMatrix(key));
            scores = layer.flag("use_scale", false) ? n.mul(scores, e.weight(layer, "0")) : scores;
        }
        @Nullable Tensor valueMask = call.mask(1);
        @Nullable
        Tensor visible = valueMask == null ? null : n.unsqueeze(e.graph().cast(valueMask, ElementType.BOOL), 1);
        if (call.flag("use_causal_mask")) {
            Tensor causal = causal(e, query.size(1), key.size(1));
            visible = visible == null ? causal : n.compare("And", visible, causal);
        }
        if (visible != null) {
            scores = masked(e, scores, visible);
        }
        Tensor weights = n.softmax(scores, -1);
        Tensor result = n.matmul(weights, value);
        Tensor queryMask = call.mask(0);
        if (queryMask != null) {
            result = n.mul(result, n.unsqueeze(e.graph().cast(queryMask, n.real()), 2));
        }
        List<Flow<Tensor>> results = new ArrayList<>(List.of(new Flow<>(result, queryMask)));
        if (call.flag("return_attention_scores")) {
            results.add(new Flow<>(weights, null));
        }
        return results;
    }

    /** (batch, time, features) times (features, heads, size), as (batch, heads, time, size). */
    private static Tensor projected(Emission e, Layer layer, String name, Tensor x) {
        Nodes n = e.nodes();
        Array kernel = layer.weight(name + "/0");
        int heads = kernel.size(1);
        int size = kernel.size(2);
        Tensor y = n.matmul(x, n.stored(layer.path() + "/" + name, kernel.reshape(kernel.size(0), heads * size)));
        if (layer.optionalWeight(name + "/1").isPresent()) {
            y = n.add(
                    y,
                    n.stored(
                            layer.path() + "/" + name + "/bias",
                            layer.weight(name + "/1").reshape(heads * size)));
        }
        Shape split = new Shape(List.of(x.size(0), x.size(1), Dim.of(heads), Dim.of(size)));
        return e.graph().transpose(e.graph().reshape(y, split), 0, 2, 1, 3);
    }

    private static Tensor output(Emission e, Layer layer, String name, Tensor heads) {
        Nodes n = e.nodes();
        Array kernel = layer.weight(name + "/0");
        layer.require(kernel.rank() == 3, "output of several axes");
        int inner = kernel.size(0) * kernel.size(1);
        Tensor joined = e.graph()
                .reshape(
                        e.graph().transpose(heads, 0, 2, 1, 3),
                        new Shape(List.of(heads.size(0), heads.size(2), Dim.of(inner))));
        Tensor y = n.matmul(joined, n.stored(layer.path() + "/" + name, kernel.reshape(inner, kernel.size(2))));
        return layer.optionalWeight(name + "/1").isPresent() ? n.add(y, e.weight(layer, name + "/1")) : y;
    }

    private static List<Flow<Tensor>> scaledDot(
            Emission e, Call<Tensor> call, Tensor q, Tensor k, Tensor v, int size, String output) {
        Nodes n = e.nodes();
        Tensor scores = n.matmul(n.scaled(q, 1 / Math.sqrt(size)), n.transposedMatrix(k));
        @Nullable Tensor mask = mask(e, call, q.size(2), k.size(2));
        if (mask != null) {
            scores = masked(e, scores, mask);
        }
        Tensor weights = n.softmax(scores, -1);
        Tensor result = output(e, call.layer(), output, n.matmul(weights, v));
        List<Flow<Tensor>> results = new ArrayList<>(List.of(new Flow<>(result, call.mask(0))));
        if (call.flag("return_attention_scores")) {
            results.add(new Flow<>(weights, null));
        }
        return results;
    }

    /** Everything that hides a key from a query, as (batch or 1, 1, queries or 1, keys). */
    private static @Nullable Tensor mask(Emission e, Call<Tensor> call, Dim queries, Dim keys) {
        Nodes n = e.nodes();
        List<Tensor> masks = new ArrayList<>();
        List<Tensor> given = call.tensors("attention_mask", 6);
        if (!given.isEmpty()) {
            masks.add(n.unsqueeze(e.graph().cast(given.getFirst(), ElementType.BOOL), 1));
        }
        Tensor queryMask = call.mask(0);
        if (queryMask != null) {
            masks.add(n.unsqueeze(n.unsqueeze(queryMask, 1), 3));
        }
        Tensor valueMask = call.mask(1);
        if (valueMask != null) {
            masks.add(n.unsqueeze(n.unsqueeze(valueMask, 1), 1));
        }
        Tensor keyMask = call.flows().size() > 2 ? call.mask(2) : null;
        if (keyMask != null) {
            masks.add(n.unsqueeze(n.unsqueeze(keyMask, 1), 1));
        }
        if (call.flag("use_causal_mask")) {
            masks.add(n.unsqueeze(causal(e, queries, keys), 1));
        }
        @Nullable Tensor all = null;
        for (Tensor each : masks) {
            all = all == null ? each : n.compare("And", all, each);
        }
        return all;
    }

    private static List<Flow<Tensor>> multiHead(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        List<Tensor> inputs = call.inputs();
        Tensor query = inputs.get(0);
        Tensor value = inputs.get(1);
        Tensor key = inputs.size() > 2 ? inputs.get(2) : value;
        layer.require(
                query.rank() == 3 && !layer.flag("use_gate", false) && !layer.has("sliding_window"),
                "attention over several axes, with gates or a window");
        return scaledDot(
                e,
                call,
                projected(e, layer, "query_dense", query),
                projected(e, layer, "key_dense", key),
                projected(e, layer, "value_dense", value),
                layer.integer("key_dim", 1),
                "output_dense");
    }

    private static List<Flow<Tensor>> groupedQuery(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        List<Tensor> inputs = call.inputs();
        Tensor value = inputs.get(1);
        Tensor key = inputs.size() > 2 ? inputs.get(2) : value;
        layer.require(!layer.flag("use_gate", false) && !layer.has("sliding_window"), "gates or a window");
        int repeats = layer.integer("num_query_heads", 1) / layer.integer("num_key_value_heads", 1);
        return scaledDot(
                e,
                call,
                projected(e, layer, "_query_dense", inputs.get(0)),
                repeated(e, projected(e, layer, "_key_dense", key), repeats),
                repeated(e, projected(e, layer, "_value_dense", value), repeats),
                layer.integer("head_dim", 1),
                "_output_dense");
    }

    /** Each head several times in a row. */
    private static Tensor repeated(Emission e, Tensor heads, int times) {
        Tensor wide = e.nodes().unsqueeze(heads, 2);
        Tensor copies = e.nodes().expand(wide, wide.shape().with(2, Dim.of(times)));
        return e.graph().reshape(copies, heads.shape().with(1, heads.size(1).times(times)));
    }
}
