package io.mlaas.transform.document;

import io.mlaas.transform.document.JsonPath.Index;
import io.mlaas.transform.document.JsonPath.Name;
import io.mlaas.transform.document.JsonPath.Segment;
import io.mlaas.transform.document.JsonPath.Selector;
import io.mlaas.transform.document.JsonPath.Slice;
import io.mlaas.transform.document.JsonPath.Wildcard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the text of a {@link JsonPath}, character by character. */
final class JsonPathParser {
    private static final int LONGEST = 1000;

    private final String text;
    private int at;

    JsonPathParser(String text) {
        this.text = text;
    }

    JsonPath parse() {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a path of " + text.length() + " characters (expected: at most " + LONGEST + ")");
        }
        expect('$');
        List<Segment> segments = new ArrayList<>();
        while (at < text.length()) {
            segments.add(segment());
        }
        return new JsonPath(text, segments);
    }

    private Segment segment() {
        if (take('[')) {
            return new Segment(false, selectors());
        }
        expect('.');
        boolean descendant = take('.');
        if (descendant && take('[')) {
            return new Segment(true, selectors());
        }
        return new Segment(descendant, List.of(take('*') ? new Wildcard() : new Name(name())));
    }

    private List<Selector> selectors() {
        List<Selector> selectors = new ArrayList<>();
        do {
            space();
            selectors.add(selector());
            space();
        } while (take(','));
        expect(']');
        return selectors;
    }

    private Selector selector() {
        char next = peek();
        if (next == '*') {
            at++;
            return new Wildcard();
        }
        if (next == '\'' || next == '"') {
            at++;
            return new Name(quoted(next));
        }
        if (next == '?') {
            throw wrong("a filter, which is not supported");
        }
        return indexOrSlice();
    }

    private Selector indexOrSlice() {
        Integer start = integer();
        space();
        if (!take(':')) {
            if (start == null) {
                throw wrong("expected: a name in quotes, an index, a slice or *");
            }
            return new Index(start);
        }
        space();
        Integer end = integer();
        space();
        Integer step = null;
        if (take(':')) {
            space();
            step = integer();
        }
        return new Slice(start, end, step == null ? 1 : step);
    }

    private @Nullable Integer integer() {
        int from = at;
        take('-');
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
            at++;
        }
        if (from == at) {
            return null;
        }
        try {
            return Integer.valueOf(text.substring(from, at));
        } catch (NumberFormatException e) {
            throw wrong("expected: a whole number");
        }
    }

    private String quoted(char quote) {
        StringBuilder name = new StringBuilder();
        while (peek() != quote) {
            if (peek() == '\\') {
                at++;
                name.append(escaped(peek()));
            } else {
                name.append(peek());
            }
            at++;
        }
        at++;
        return name.toString();
    }

    private char escaped(char character) {
        return switch (character) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '\\', '/', '\'', '"' -> character;
            case 'u' -> unicode();
            default -> throw wrong("an unknown escape");
        };
    }

    private char unicode() {
        try {
            char character = (char) Integer.parseInt(text, at + 1, at + 5, 16);
            at += 4;
            return character;
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw wrong("expected: four hexadecimal digits");
        }
    }

    private String name() {
        int from = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        if (from == at || Character.isDigit(text.charAt(from))) {
            at = from;
            throw wrong("expected: a name");
        }
        return text.substring(from, at);
    }

    private static boolean isNamePart(char character) {
        return character == '_' || character > 127 || Character.isLetterOrDigit(character);
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("ends too early");
        }
        return text.charAt(at);
    }

    private boolean take(char character) {
        boolean there = at < text.length() && text.charAt(at) == character;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char character) {
        if (!take(character)) {
            throw wrong("expected: " + character);
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("\"" + text + "\", character " + (at + 1) + ": " + what);
    }
}
