package io.mlaas.sharing.artifact;

import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The SHA-256 in a {@code Content-Digest} or {@code Repr-Digest} field (RFC 9530). */
final class DeclaredDigest {
    private static final Pattern SHA_256 = Pattern.compile("(?:^|[,\\s])sha-256=:([A-Za-z0-9+/=]*):");

    private DeclaredDigest() {}

    /** @return 64 lower-case hex, or null where the field is missing or has other algorithms only */
    static @Nullable String sha256(@Nullable String field) {
        Matcher matcher = SHA_256.matcher(field == null ? "" : field);
        if (!matcher.find()) {
            return null;
        }
        try {
            byte[] digest = Base64.getDecoder().decode(matcher.group(1));
            if (digest.length == 32) {
                return HexFormat.of().formatHex(digest);
            }
        } catch (IllegalArgumentException e) {
            throw malformed(matcher.group(1));
        }
        throw malformed(matcher.group(1));
    }

    private static RuntimeException malformed(String given) {
        return UploadProblem.MALFORMED_UPLOAD.because(
                "sha-256: %s (expected: 32 bytes in base64 between colons)".formatted(given));
    }

    /** @param field names what the digest is of */
    static void require(@Nullable String declared, String actual, String field) {
        if (declared != null && !declared.equals(actual)) {
            throw UploadProblem.DECLARED_DIFFERS.because(
                    "%s: sha256 %s (expected, as declared: %s)".formatted(field, actual, declared));
        }
    }
}
