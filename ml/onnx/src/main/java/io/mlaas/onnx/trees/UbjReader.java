package io.mlaas.onnx.trees;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads Universal Binary JSON, draft 12 (ubjson.org): big-endian numbers behind a letter for their type; arrays may name
 * the type of all elements and their number beforehand.
 */
final class UbjReader {
    private final ByteBuffer bytes;

    private UbjReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    static Document read(ByteBuffer bytes) {
        try {
            UbjReader reader = new UbjReader(bytes);
            Object value = reader.value(reader.marker(), 0);
            if (value == null) {
                throw Tree.damaged("the document is empty (expected: an object)");
            }
            return new Document(value, "");
        } catch (BufferUnderflowException e) {
            throw new TranslationRefused(
                    Reason.DAMAGED, "the document ends early, after " + bytes.limit() + " bytes", e);
        }
    }

    private char marker() {
        char marker;
        do {
            marker = (char) bytes.get();
        } while (marker == 'N');
        return marker;
    }

    private @Nullable Object value(char marker, int depth) {
        if (depth > Document.MAX_DEPTH) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "nesting: more than " + Document.MAX_DEPTH + " levels (expected: at most that)");
        }
        return switch (marker) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case 'S', 'H' -> text();
            case 'C' -> String.valueOf((char) bytes.get());
            case 'T' -> true;
            case 'F' -> false;
            case 'Z' -> null;
            default -> number(marker);
        };
    }

    private double number(char marker) {
        return switch (marker) {
            case 'i' -> bytes.get();
            case 'U' -> Byte.toUnsignedInt(bytes.get());
            case 'I' -> bytes.getShort();
            case 'l' -> bytes.getInt();
            case 'L' -> bytes.getLong();
            case 'd' -> bytes.getFloat();
            case 'D' -> bytes.getDouble();
            default ->
                throw Tree.damaged(
                        "byte " + (bytes.position() - 1) + ": " + (int) marker + " (expected: the letter of a type)");
        };
    }

    private int length() {
        int at = bytes.position();
        double length = number(marker());
        // each element takes a byte at least, so nothing is reserved for what is not there
        if (length != (int) length || length < 0 || length > bytes.remaining()) {
            throw Tree.damaged("byte " + at + ": a length of " + (long) length + " (expected: at most the "
                    + bytes.remaining() + " bytes that follow)");
        }
        return (int) length;
    }

    private String text() {
        byte[] text = new byte[length()];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        if (peek() == '#' || peek() == '$') {
            throw Tree.damaged("byte " + bytes.position() + ": an object of counted members (expected: a plain one)");
        }
        while (peek() != '}') {
            String name = text();
            map.put(name, value(marker(), depth + 1));
        }
        bytes.get();
        return map;
    }

    private Object array(int depth) {
        Document.Elements elements = new Document.Elements();
        char type = 0;
        if (peek() == '$') {
            bytes.get();
            type = (char) bytes.get();
        }
        if (peek() == '#') {
            bytes.get();
            int count = length();
            for (int i = 0; i < count; i++) {
                element(elements, type == 0 ? marker() : type, depth);
            }
        } else if (type != 0) {
            throw Tree.damaged("byte " + bytes.position() + ": an array of a type without a length (expected: #)");
        } else {
            while (peek() != ']') {
                element(elements, marker(), depth);
            }
            bytes.get();
        }
        return elements.finish();
    }

    private void element(Document.Elements elements, char marker, int depth) {
        switch (marker) {
            case 'T' -> elements.number(1);
            case 'F' -> elements.number(0);
            case '{', '[', 'S', 'H', 'C', 'Z' -> elements.other(value(marker, depth + 1));
            default -> elements.number(number(marker));
        }
    }

    private char peek() {
        while (bytes.get(checked()) == 'N') {
            bytes.get();
        }
        return (char) bytes.get(checked());
    }

    private int checked() {
        if (!bytes.hasRemaining()) {
            throw new BufferUnderflowException();
        }
        return bytes.position();
    }
}
