package io.mlaas.onnx.trees;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON text. */
final class JsonText {
    private final JsonParser parser;

    private JsonText(JsonParser parser) {
        this.parser = parser;
    }

    static Document read(InputStream in) {
        try (JsonParser parser = JsonFactory.builder()
                .enable(tools.jackson.core.json.JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build()
                .createParser(tools.jackson.core.ObjectReadContext.empty(), in)) {
            Object value = new JsonText(parser).value(parser.nextToken(), 0);
            if (value == null) {
                throw Tree.damaged("the document is empty (expected: an object)");
            }
            return new Document(value, "");
        } catch (JacksonException e) {
            throw new TranslationRefused(
                    Reason.DAMAGED, "the file is no complete JSON document: " + e.getOriginalMessage(), e);
        }
    }

    private @Nullable Object value(@Nullable JsonToken token, int depth) {
        if (depth > Document.MAX_DEPTH) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "nesting: more than " + Document.MAX_DEPTH + " levels (expected: at most that)");
        }
        if (token == null) {
            throw Tree.damaged("the document ends early");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    map.put(name, value(parser.nextToken(), depth + 1));
                }
                yield map;
            }
            case START_ARRAY -> elements(depth);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw Tree.damaged("the document has " + token + " where a value is expected");
        };
    }

    private Object elements(int depth) {
        Document.Elements elements = new Document.Elements();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
                elements.number(parser.getDoubleValue());
            } else if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
                // older versions of XGBoost write flags so
                elements.number(token == JsonToken.VALUE_TRUE ? 1 : 0);
            } else {
                elements.other(value(token, depth + 1));
            }
        }
        return elements.finish();
    }
}
