package io.mlaas.transform.document;

/** One mistake in a document: where ({@code $.steps[2].unit}) and what ({@code "kVV" (expected: one of V, kV)}). */
public record Problem(String path, String message) {
    @Override
    public String toString() {
        return path + ": " + message;
    }
}
