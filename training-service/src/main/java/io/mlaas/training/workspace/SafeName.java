package io.mlaas.training.workspace;

import java.nio.charset.StandardCharsets;

/** A file name that somebody else chose, made harmless: one path segment, no control characters, of bounded length. */
public final class SafeName {
    private static final int LONGEST = 200;

    private SafeName() {}

    /** @return the last segment of {@code name} without what a file name cannot hold, or {@code fallback} if none is left */
    public static String of(String name, String fallback) {
        String segment = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        StringBuilder safe = new StringBuilder();
        segment.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .forEach(safe::appendCodePoint);
        while (safe.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            // the extension, at the end, tells programs what the file is: shorten at the front
            safe.delete(0, safe.offsetByCodePoints(0, 1));
        }
        String result = safe.toString().strip();
        return result.isEmpty() || result.chars().allMatch(c -> c == '.') ? fallback : result;
    }
}
