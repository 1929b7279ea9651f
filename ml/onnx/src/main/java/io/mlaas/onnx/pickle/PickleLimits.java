package io.mlaas.onnx.pickle;

/**
 * How much a pickle may make of itself.
 *
 * @param maxBytes of the file after decompression
 * @param maxObjects objects that the pickle may create
 */
public record PickleLimits(long maxBytes, int maxObjects) {
    /** Enough for a model of 2 GiB. */
    public static final PickleLimits DEFAULT = new PickleLimits(1L << 31, 5_000_000);

    public PickleLimits {
        if (maxBytes < 1 || maxObjects < 1) {
            throw new IllegalArgumentException(
                    "limits: " + maxBytes + " bytes, " + maxObjects + " objects (expected: >= 1)");
        }
    }
}
