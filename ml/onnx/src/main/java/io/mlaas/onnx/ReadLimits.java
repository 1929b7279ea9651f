package io.mlaas.onnx;

/**
 * Bounds on what is read, so that a small hostile file cannot take the memory or the time of the reader.
 *
 * @param entries files in the archive
 * @param totalBytes of all files together, unpacked
 * @param codeBytes of all code together, and of each pickle or other text
 */
public record ReadLimits(int entries, long totalBytes, int codeBytes) {
    /** 100,000 entries, 1.5 GiB (an ONNX file cannot exceed 2 GiB), 8 MiB of code. */
    public static final ReadLimits DEFAULT = new ReadLimits(100_000, 3L << 29, 8 << 20);

    public ReadLimits {
        if (entries < 1 || totalBytes < 1 || codeBytes < 1) {
            throw new IllegalArgumentException(
                    "limits: " + entries + ", " + totalBytes + ", " + codeBytes + " (expected: >= 1)");
        }
    }
}
