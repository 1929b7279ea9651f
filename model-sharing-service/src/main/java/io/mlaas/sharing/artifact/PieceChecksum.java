package io.mlaas.sharing.artifact;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client says that the digest of a piece is ({@code Upload-Checksum} of tus). */
final class PieceChecksum {
    static final String ALGORITHMS = "sha1,sha256,md5";
    private static final Map<String, String> NAMES = Map.of("sha1", "SHA-1", "sha256", "SHA-256", "md5", "MD5");

    private final byte[] expected;
    private final MessageDigest digest;

    private PieceChecksum(byte[] expected, MessageDigest digest) {
        this.expected = expected;
        this.digest = digest;
    }

    /** @param header an algorithm and the digest in base64, between them a space */
    static @Nullable PieceChecksum parse(@Nullable String header) {
        if (header == null) {
            return null;
        }
        String[] words = header.strip().split(" ", 2);
        String algorithm = NAMES.get(words[0].toLowerCase(Locale.ROOT));
        if (algorithm != null && words.length == 2) {
            try {
                return new PieceChecksum(Base64.getDecoder().decode(words[1].strip()), Fingerprint.digest(algorithm));
            } catch (IllegalArgumentException e) {
                throw malformed(header);
            }
        }
        throw malformed(header);
    }

    private static RuntimeException malformed(String header) {
        String shown = header.length() > 100 ? header.substring(0, 100) + "…" : header;
        return UploadProblem.INVALID_UPLOAD_HEADER.because(
                "Upload-Checksum: %s (expected: one of %s, a space, the digest in base64)"
                        .formatted(shown, ALGORITHMS));
    }

    void add(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
    }

    void require() {
        byte[] found = digest.digest();
        if (!MessageDigest.isEqual(found, expected)) {
            throw UploadProblem.CHECKSUM_MISMATCH.because("Upload-Checksum: %s (expected, as declared: %s)"
                    .formatted(
                            Base64.getEncoder().encodeToString(found),
                            Base64.getEncoder().encodeToString(expected)));
        }
    }
}
