package io.mlaas.sharing.artifact;

import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** The content type that a file came with, made harmless. */
final class MediaTypes {
    private MediaTypes() {}

    static String sanitised(@Nullable String given) {
        if (given == null || given.length() > 255) {
            return MediaType.APPLICATION_OCTET_STREAM_VALUE;
        }
        try {
            return MediaType.parseMediaType(given).toString();
        } catch (InvalidMediaTypeException e) {
            return MediaType.APPLICATION_OCTET_STREAM_VALUE;
        }
    }
}
