package io.mlaas.onnx.pickle;

import java.nio.charset.StandardCharsets;

/** Texts as the old protocols write them. */
final class PickledText {
    private PickledText() {}

    static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static double real(String line) {
        return switch (line) {
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(line);
        };
    }

    /** Python's raw-unicode-escape: only backslash-u sequences are escapes. */
    static String rawUnicode(String line) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char next = i + 1 < line.length() ? line.charAt(i + 1) : ' ';
            int digits = next == 'u' ? 4 : next == 'U' ? 8 : 0;
            if (line.charAt(i) == '\\' && digits > 0 && i + 2 + digits <= line.length()) {
                text.appendCodePoint(Integer.parseInt(line.substring(i + 2, i + 2 + digits), 16));
                i += 1 + digits;
            } else {
                text.append(line.charAt(i));
            }
        }
        return text.toString();
    }

    /** A text in quotes, as {@code repr} writes it. */
    static String quoted(String line) {
        String trimmed = line.strip();
        if (trimmed.length() < 2
                || "'\"".indexOf(trimmed.charAt(0)) < 0
                || trimmed.charAt(0) != trimmed.charAt(trimmed.length() - 1)) {
            throw new MalformedPickle("a text without quotes");
        }
        StringBuilder text = new StringBuilder();
        int end = trimmed.length() - 1;
        for (int i = 1; i < end; i++) {
            char c = trimmed.charAt(i);
            if (c != '\\' || i + 1 >= end) {
                text.append(c);
                continue;
            }
            char escape = trimmed.charAt(++i);
            switch (escape) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'x' -> {
                    if (i + 3 > end) {
                        throw new MalformedPickle("a text whose escape is cut off");
                    }
                    text.append((char) Integer.parseInt(trimmed.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> text.append(escape);
            }
        }
        return text.toString();
    }
}
