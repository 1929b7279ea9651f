package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Attention, Vaswani et al. (2017), and the fused kernels PyTorch replaces its transformer layers by in inference. */
final class AttentionOperators {
    private AttentionOperators() {}

    static void register(OperatorTable table) {
        table.add(
                "scaled_dot_product_attention",
                "query key value attn_mask=None dropout_p=0 is_causal=False scale=None enable_gqa=False",
                "MatMul, Softmax",
                AttentionOperators::scaledDotProduct);
        table.add(
                "_native_multi_head_attention",
                "query key value embed_dim num_head qkv_weight qkv_bias proj_weight proj_bias mask=None need_weights=True"
                        + " average_attn_weights=True mask_type=None",
                "MatMul, Softmax, Reshape, Transpose",
                AttentionOperators::nativeMultiHead);
        table.add(
                "_transformer_encoder_layer_fwd",
                "src embed_dim num_heads qkv_weight qkv_bias proj_weight proj_bias use_gelu norm_first eps norm_weight_1"
                        + " norm_bias_1 norm_weight_2 norm_bias_2 ffn_weight_1 ffn_bias_1 ffn_weight_2 ffn_bias_2 mask=None"
                        + " mask_type=None",
                "MatMul, Softmax, LayerNormalization, Relu",
                AttentionOperators::encoderLayer);
    }

    private static Value scaledDotProduct(Call call) {
        Tensor query = call.tensor("query");
        call.require(!call.bool("enable_gqa"), "grouped attention");
        Tensor mask = call.tensorOrNull("attn_mask");
        if (call.bool("is_causal")) {
            mask = causal(call, query.size(-2), call.tensor("key").size(-2));
        }
        if (mask != null && mask.type() == ElementType.BOOL) {
            mask = MathOperators.select(
                    call,
                    mask,
                    call.graph().scalar(query.type(), 0),
                    call.graph().scalar(query.type(), Double.NEGATIVE_INFINITY));
        }
        double scale = call.given("scale") ? call.real("scale") : 1 / Math.sqrt(headSize(call, query));
        return Values.of(attention(call, query, call.tensor("key"), call.tensor("value"), mask, scale));
    }

    /** Whether a key is not later than a query: (queries, keys). */
    private static Tensor causal(Call call, Dim queries, Dim keys) {
        Tensor rows = ShapeOperators.unsqueeze(call, CreationOperators.upTo(call, queries), 1);
        Tensor columns = ShapeOperators.unsqueeze(call, CreationOperators.upTo(call, keys), 0);
        return ArithmeticOperators.broadcast(call, "LessOrEqual", ElementType.BOOL, columns, rows);
    }

    private static double headSize(Call call, Tensor query) {
        call.require(query.size(-1).isConstant(), "a head size that depends on the input");
        return query.size(-1).value();
    }

    /** softmax(q · kᵀ · scale + mask) · v over the last two axes. */
    private static Tensor attention(
            Call call, Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
        int[] order = IntStream.range(0, key.rank()).toArray();
        order[key.rank() - 2] = key.rank() - 1;
        order[key.rank() - 1] = key.rank() - 2;
        Tensor scaled = ActivationOperators.times(call, query, scale);
        Tensor scores = LinearOperators.matmul(call, scaled, call.graph().transpose(key, order));
        Tensor masked = mask == null ? scores : MathOperators.combine(call, "Add", scores, mask);
        Tensor weights = call.like("Softmax", List.of(masked), Attribute.of("axis", scores.rank() - 1));
        return LinearOperators.matmul(call, weights, value);
    }

    /** One projection to queries, keys and values, attention per head, one projection back. */
    private static Tensor selfAttention(Call call, Tensor x, long heads) {
        call.require(
                x.rank() == 3 && x.size(2).isConstant(), "input " + x.shape() + " (expected: batch, time, features)");
        long features = x.size(2).value();
        long width = features / heads;
        Tensor all = LinearOperators.linear(call, x, call.tensor("qkv_weight"), call.tensorOrNull("qkv_bias"));
        Shape perHead = new Shape(List.of(x.size(0), x.size(1), Dim.of(heads), Dim.of(width)));
        List<Tensor> split = IntStream.range(0, 3)
                .mapToObj(i -> IndexOperators.range(call, all, 2, Dim.of(i * features), Dim.of((i + 1) * features), 1))
                .map(part -> call.graph().transpose(call.graph().reshape(part, perHead), 0, 2, 1, 3))
                .toList();
        Tensor attended =
                attention(call, split.get(0), split.get(1), split.get(2), mask(call, x), 1 / Math.sqrt((double) width));
        Tensor joined = call.graph().reshape(call.graph().transpose(attended, 0, 2, 1, 3), x.shape());
        return LinearOperators.linear(call, joined, call.tensor("proj_weight"), call.tensorOrNull("proj_bias"));
    }

    /**
     * What is added to the scores: minus infinity where the kernel's mask is True. The kind of the mask is 0 for one of
     * (queries, keys), 1 for one of (batch, keys), 2 for one of (batch, heads, queries, keys).
     */
    private static @Nullable Tensor mask(Call call, Tensor x) {
        Tensor mask = call.tensorOrNull("mask");
        if (mask == null) {
            return null;
        }
        Tensor hidden = call.graph().cast(mask, ElementType.BOOL);
        long kind = call.given("mask_type") ? call.integer("mask_type") : 2;
        if (kind == 1) {
            hidden = ShapeOperators.unsqueeze(call, ShapeOperators.unsqueeze(call, hidden, 1), 1);
        }
        return MathOperators.select(
                call,
                hidden,
                call.graph().scalar(x.type(), Double.NEGATIVE_INFINITY),
                call.graph().scalar(x.type(), 0));
    }

    private static Value nativeMultiHead(Call call) {
        Value query = call.value("query");
        call.require(
                query == call.value("key") && query == call.value("value"),
                "different query, key and value (expected: attention of a sequence to itself)");
        // the weights, which traced code asks for and drops, are None here: what uses them is refused
        return new Value.Tuple(
                List.of(Values.of(selfAttention(call, call.tensor("query"), call.integer("num_head"))), Value.NONE));
    }

    private static Value encoderLayer(Call call) {
        Tensor x = call.tensor("src");
        boolean normFirst = call.bool("norm_first");
        Tensor attended = selfAttention(call, normFirst ? norm(call, x, 1) : x, call.integer("num_heads"));
        Tensor sum = call.like("Add", List.of(x, attended));
        Tensor middle = normFirst ? sum : norm(call, sum, 1);
        Tensor hidden = LinearOperators.linear(
                call,
                normFirst ? norm(call, middle, 2) : middle,
                call.tensor("ffn_weight_1"),
                call.tensor("ffn_bias_1"));
        Tensor active = call.bool("use_gelu")
                ? ActivationOperators.gelu(call, hidden, false)
                : call.like("Relu", List.of(hidden));
        Tensor fed = LinearOperators.linear(call, active, call.tensor("ffn_weight_2"), call.tensor("ffn_bias_2"));
        Tensor result = call.like("Add", List.of(middle, fed));
        return Values.of(normFirst ? result : norm(call, result, 2));
    }

    private static Tensor norm(Call call, Tensor x, int which) {
        return call.like(
                "LayerNormalization",
                List.of(x, call.tensor("norm_weight_" + which), call.tensor("norm_bias_" + which)),
                Attribute.of("axis", -1),
                Attribute.of("epsilon", call.real("eps")));
    }
}
