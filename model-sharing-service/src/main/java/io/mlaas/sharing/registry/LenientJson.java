package io.mlaas.sharing.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads metadata: JSON, with commas before a closing brace allowed; and, where that fails, the notation that the published
 * curl commands arrive in after a shell took their quotes away:
 *
 * <pre>{ sample_dimension: (500,500), sample_num : 606}}</pre>
 *
 * There a name or a value needs no quotes, quotes may be {@code "}, {@code '} or {@code ''}, a comma inside parentheses
 * does not separate, and surplus closing braces at the end are ignored.
 */
final class LenientJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int DEEPEST = 32;

    private final String text;
    private int at;

    private LenientJson(String text) {
        this.text = text;
    }

    /** @param name of the text, for problems */
    static Map<String, Object> object(String name, String text) {
        JacksonException malformed;
        try {
            return objectIn(name, JSON.readValue(text, Object.class));
        } catch (JacksonException e) {
            malformed = e;
        }
        try {
            return objectIn(name, new LenientJson(text).document());
        } catch (NotThisNotation e) {
            var location = malformed.getLocation();
            String where = location == null || location.getLineNr() < 1
                    ? ""
                    : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
            throw RegistryProblem.MALFORMED_METADATA.because(
                    "%s: not JSON%s (expected: a JSON object)".formatted(name, where), malformed);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> objectIn(String name, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            requireText(name, map);
            return (Map<String, Object>) map;
        }
        throw RegistryProblem.MALFORMED_METADATA.because(name + ": not an object (expected: a JSON object)");
    }

    // PostgreSQL's jsonb takes every character but these.
    private static void requireText(String name, @Nullable Object value) {
        switch (value) {
            case Map<?, ?> map ->
                map.forEach((key, member) -> {
                    requireText(name, key);
                    requireText(name, member);
                });
            case List<?> list -> list.forEach(item -> requireText(name, item));
            case String text -> {
                if (text.codePoints().anyMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE)) {
                    throw RegistryProblem.MALFORMED_METADATA.because(
                            name + ": a text with U+0000 or half a surrogate pair (expected: Unicode text)");
                }
            }
            case null, default -> {}
        }
    }

    private static final class NotThisNotation extends Exception {
        private static final long serialVersionUID = 1L;

        NotThisNotation() {
            super("not this notation", null, false, false);
        }
    }

    private @Nullable Object document() throws NotThisNotation {
        Object value = value(0);
        space();
        while (at < text.length() && text.charAt(at) == '}') {
            at++;
            space();
        }
        if (at < text.length()) {
            throw new NotThisNotation();
        }
        return value;
    }

    private @Nullable Object value(int depth) throws NotThisNotation {
        if (depth > DEEPEST) {
            throw new NotThisNotation();
        }
        space();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"', '\'' -> quoted();
            default -> bare();
        };
    }

    private Map<String, @Nullable Object> object(int depth) throws NotThisNotation {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        at++;
        while (true) {
            space();
            if (peek() == '}') {
                at++;
                return members;
            }
            String name = peek() == '"' || peek() == '\'' ? quoted() : until(":");
            space();
            take(':');
            if (name.isEmpty() || !name.equals(name.strip()) || members.containsKey(name)) {
                throw new NotThisNotation();
            }
            members.put(name, value(depth + 1));
            separator('}');
        }
    }

    private List<@Nullable Object> array(int depth) throws NotThisNotation {
        List<@Nullable Object> items = new ArrayList<>();
        at++;
        while (true) {
            space();
            if (peek() == ']') {
                at++;
                return items;
            }
            items.add(value(depth + 1));
            separator(']');
        }
    }

    private void separator(char closing) throws NotThisNotation {
        space();
        if (peek() != closing) {
            take(',');
        }
    }

    private String quoted() throws NotThisNotation {
        String quote = text.startsWith("''", at) ? "''" : text.substring(at, at + 1);
        int end = text.indexOf(quote, at + quote.length());
        if (end < 0) {
            throw new NotThisNotation();
        }
        String content = text.substring(at + quote.length(), end);
        if (content.indexOf('\\') >= 0) {
            throw new NotThisNotation();
        }
        at = end + quote.length();
        return content;
    }

    private @Nullable Object bare() throws NotThisNotation {
        String word = until(",}]");
        return switch (word) {
            case "" -> throw new NotThisNotation();
            case "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> number(word);
        };
    }

    private static Object number(String word) {
        try {
            if (word.matches("-?\\d{1,18}")) {
                return Long.valueOf(word);
            }
            double number = Double.parseDouble(word);
            return Double.isFinite(number) ? (Object) number : word;
        } catch (NumberFormatException e) {
            return word;
        }
    }

    /** Up to one of these characters, but not to one in parentheses. */
    private String until(String ends) throws NotThisNotation {
        int start = at;
        int open = 0;
        while (open > 0 || ends.indexOf(peek()) < 0) {
            switch (peek()) {
                case '(' -> open++;
                case ')' -> open--;
                case '{', '}', '[', ']', '"', '\'', '\\' -> throw new NotThisNotation();
                default -> {}
            }
            at++;
        }
        return text.substring(start, at).strip();
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private char peek() throws NotThisNotation {
        if (at >= text.length()) {
            throw new NotThisNotation();
        }
        return text.charAt(at);
    }

    private void take(char expected) throws NotThisNotation {
        if (peek() != expected) {
            throw new NotThisNotation();
        }
        at++;
    }
}
