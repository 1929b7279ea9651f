package io.mlaas.sharing.artifact;

import org.jspecify.annotations.Nullable;

/** The name that a file had where it came from, made harmless: no path, no control characters, at most 255 characters. */
final class FileName {
    private static final int LIMIT = 255;

    private FileName() {}

    /** @param fallback the name of a file whose own has nothing left */
    static String sanitised(@Nullable String given, String fallback) {
        if (given == null) {
            return fallback;
        }
        int path = Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\'));
        StringBuilder name = new StringBuilder();
        given.substring(path + 1)
                .codePoints()
                .filter(c -> !Character.isISOControl(c) && !isSurrogate(c) && !reordersText(c))
                .forEach(c -> {
                    if (name.length() + Character.charCount(c) <= LIMIT) {
                        name.appendCodePoint(c);
                    }
                });
        String clean = name.toString().strip();
        return clean.isEmpty() || clean.equals(".") || clean.equals("..") ? fallback : clean;
    }

    private static boolean isSurrogate(int c) {
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    }

    // Bidirectional controls make "exe.gpj" look like "jpg.exe".
    private static boolean reordersText(int c) {
        return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
    }
}
