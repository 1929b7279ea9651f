package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.torchscript.ExportedProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The arguments of a node of an exported program: references to earlier values, numbers, lists of either. */
final class ExportedArguments {
    private static final Pattern SYMBOL = Pattern.compile("(?:Symbol\\(')?([A-Za-z_][A-Za-z_0-9]*)(?:'.*)?");

    private final Map<String, Value> values;

    ExportedArguments(Map<String, Value> values) {
        this.values = values;
    }

    Value named(String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new TranslationRefused(Reason.DAMAGED, "value " + name + " (expected: one that is computed before)");
        }
        return value;
    }

    /** @param argument an object with one field, whose name says its kind */
    Value value(JsonNode argument) {
        Map.Entry<String, JsonNode> only = kind(argument);
        JsonNode content = only.getValue();
        return switch (only.getKey()) {
            case "as_none", "as_layout" -> Value.NONE;
            case "as_memory_format" -> memoryFormat(content.asInt());
            case "as_tensor" -> named(content.path("name").asString(""));
            case "as_int" -> Value.Int.of(content.asLong());
            case "as_bool" -> new Value.Bool(content.asBoolean());
            case "as_float" -> new Value.Real(real(content));
            case "as_string" -> new Value.Text(content.asString());
            case "as_device" -> new Value.Text("cpu");
            case "as_scalar_type" ->
                Value.Int.of(ExportedProgram.typeOf(content.asLong()).torchCode());
            case "as_name" -> named(content.asString());
            case "as_sym_int", "as_sym_bool", "as_sym_float" -> value(content);
            case "as_tensors" -> list(content, item -> named(item.path("name").asString("")));
            case "as_ints" -> list(content, item -> Value.Int.of(item.asLong()));
            case "as_bools" -> list(content, item -> new Value.Bool(item.asBoolean()));
            case "as_floats" -> list(content, item -> new Value.Real(real(item)));
            case "as_strings" -> list(content, item -> new Value.Text(item.asString()));
            case "as_sym_ints", "as_optional_tensors", "as_sym_floats", "as_sym_bools" -> list(content, this::value);
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE,
                        "an argument of kind " + only.getKey() + " (expected: tensors and numbers)");
        };
    }

    /** From the schema's numbers (contiguous 1, channels last 2 and 3, as it was 4) to those of {@code c10::MemoryFormat}. */
    private static Value memoryFormat(int code) {
        return switch (code) {
            case 1 -> Value.Int.of(0);
            case 2, 3 -> Value.Int.of(code);
            case 4 -> Value.Int.of(1);
            default -> Value.NONE;
        };
    }

    private interface Item {
        Value of(JsonNode node);
    }

    private static Value list(JsonNode content, Item item) {
        List<Value> items = new ArrayList<>();
        for (JsonNode node : content) {
            items.add(item.of(node));
        }
        return Value.Items.of(items);
    }

    static Map.Entry<String, JsonNode> kind(JsonNode argument) {
        if (argument.size() != 1 || !argument.isObject()) {
            throw new TranslationRefused(Reason.DAMAGED, "an argument without a kind");
        }
        return argument.properties().iterator().next();
    }

    private static double real(JsonNode number) {
        if (number.isNumber()) {
            return number.asDouble();
        }
        return switch (number.asString("")) {
            case "Infinity", "inf" -> Double.POSITIVE_INFINITY;
            case "-Infinity", "-inf" -> Double.NEGATIVE_INFINITY;
            case "NaN", "nan" -> Double.NaN;
            default -> throw new TranslationRefused(Reason.DAMAGED, "number " + number);
        };
    }

    /** A size of an input: a number, or a symbol by itself. */
    static Dim size(JsonNode size, String input) {
        if (size.has("as_int")) {
            return Dim.of(size.path("as_int").asLong());
        }
        String expression = size.path("as_expr").path("expr_str").asString("");
        Matcher matcher = SYMBOL.matcher(expression);
        if (!matcher.matches()) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, input + ": size " + expression + " (expected: a number or one symbol)");
        }
        return Dim.symbol(matcher.group(1));
    }
}
