package io.mlaas.sharing.artifact;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that arrives in pieces.
 *
 * @param length of the whole file
 * @param offset how much of it is durable
 * @param metadata as the client sent it, to be told again
 * @param s3UploadId of the parts, null as long as there are none
 * @param completed whether the parts were put together
 * @param tailKey object with the bytes after the last part, null if there are none
 */
record ResumableUpload(
        UUID id,
        UUID organizationId,
        long length,
        long offset,
        String metadata,
        @Nullable String fileName,
        @Nullable String mediaType,
        @Nullable String s3UploadId,
        boolean completed,
        @Nullable String tailKey,
        int tailBytes,
        ResumableFingerprint.State digests,
        Instant expiresAt) {
    static final String PREFIX = "uploads/";

    boolean isWhole() {
        return offset == length;
    }

    /** Where the parts are put together, and stay. */
    String objectKey() {
        return objectKey(id);
    }

    static String objectKey(UUID id) {
        return PREFIX + id + "/object";
    }

    String tailKeyAt(long offset) {
        return PREFIX + id + "/tail-" + offset;
    }
}
