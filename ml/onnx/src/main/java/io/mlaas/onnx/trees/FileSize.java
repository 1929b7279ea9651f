package io.mlaas.onnx.trees;

import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Refuses files that are larger than the limits allow. */
final class FileSize {
    private FileSize() {}

    static void check(Path file, ReadLimits limits) throws IOException {
        long size = Files.size(file);
        if (size > limits.totalBytes()) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "size: " + size + " bytes (expected: at most " + limits.totalBytes() + ")");
        }
    }
}
