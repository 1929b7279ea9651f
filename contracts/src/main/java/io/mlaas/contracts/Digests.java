package io.mlaas.contracts;

import java.util.regex.Pattern;

/** The two spellings of a digest that the contracts take. */
final class Digests {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");
    private static final String ZERO_SHA256 = "0".repeat(64);

    private Digests() {}

    static void requireSha256(String name, String value) {
        if (!SHA256.matcher(value).matches() || value.equals(ZERO_SHA256)) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: 64 lower-case hex digits, not all 0)");
        }
    }

    static void requireMd5(String name, String value) {
        if (!MD5.matcher(value).matches()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 32 lower-case hex digits)");
        }
    }
}
