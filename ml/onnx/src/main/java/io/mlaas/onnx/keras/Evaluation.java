package io.mlaas.onnx.keras;

import io.mlaas.onnx.numeric.Array;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Computes a network in 64-bit floats with channels last, by the definitions of its layers: the other path to the same
 * numbers, which shares nothing with the one that writes ONNX.
 */
final class Evaluation extends Walk<Array> {
    interface Rule {
        List<Flow<Array>> apply(Evaluation evaluation, Call<Array> call);
    }

    static final class Table {
        private final Map<String, Rule> rules = new TreeMap<>();

        void one(String kind, Function<Call<Array>, Array> rule) {
            rules.put(
                    kind,
                    (e, call) ->
                            List.of(new Flow<>(rule.apply(call), Masks.passes(call.layer()) ? call.mask(0) : null)));
        }

        void many(String kind, Rule rule) {
            rules.put(kind, rule);
        }
    }

    private static final Table TABLE = table();

    private static Table table() {
        Table table = new Table();
        CoreEvaluation.register(table);
        ActivationEvaluation.register(table);
        SpatialEvaluation.register(table);
        RecurrentEvaluation.register(table);
        ConvolutionalEvaluation.register(table);
        AttentionEvaluation.register(table);
        OperationEvaluation.register(table);
        return table;
    }

    @Override
    List<Flow<Array>> call(Call<Array> call) {
        Rule rule = TABLE.rules.get(call.layer().kind());
        if (rule == null) {
            throw call.layer().refuse("is not evaluated");
        }
        return rule.apply(this, call);
    }
}
