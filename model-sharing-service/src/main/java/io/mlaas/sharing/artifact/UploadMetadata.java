package io.mlaas.sharing.artifact;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * {@code Upload-Metadata} of tus: pairs of a key and a value in base64, between them commas.
 *
 * @param raw as it came
 */
record UploadMetadata(
        String raw, @Nullable String fileName, @Nullable String mediaType) {
    private static final int LIMIT = 4096;

    static UploadMetadata parse(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return new UploadMetadata("", null, null);
        }
        if (header.length() > LIMIT) {
            throw invalid("more than %d characters".formatted(LIMIT), "at most " + LIMIT + " characters");
        }
        String fileName = null;
        String mediaType = null;
        for (String pair : header.split(",", -1)) {
            String[] words = pair.strip().split(" ", 2);
            String value = words.length == 2 ? decoded(words[1].strip()) : "";
            switch (words[0]) {
                case "" -> throw invalid(pair, "a key, a space and a value in base64");
                case "filename", "name" -> fileName = value;
                case "filetype", "type", "content_type" -> mediaType = value;
                default -> {}
            }
        }
        return new UploadMetadata(
                header,
                fileName == null ? null : FileName.sanitised(fileName, "upload"),
                mediaType == null ? null : MediaTypes.sanitised(mediaType));
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid(base64.length() > 100 ? base64.substring(0, 100) + "…" : base64, "base64");
        }
    }

    private static RuntimeException invalid(String given, String expected) {
        return UploadProblem.INVALID_UPLOAD_HEADER.because(
                "Upload-Metadata: %s (expected: %s)".formatted(given, expected));
    }
}
