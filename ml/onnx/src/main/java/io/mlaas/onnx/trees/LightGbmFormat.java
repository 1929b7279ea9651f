package io.mlaas.onnx.trees;

import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceDigest;
import io.mlaas.onnx.SourceFormat;
import io.mlaas.onnx.SourceModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Models saved by LightGBM as text. */
public final class LightGbmFormat implements SourceFormat {
    @Override
    public String name() {
        return "lightgbm";
    }

    @Override
    public boolean recognizes(Path file, byte[] head) {
        String start = new String(head, StandardCharsets.ISO_8859_1);
        return start.startsWith("tree\n") || start.startsWith("tree\r\n");
    }

    @Override
    public SourceModel read(Path file, ReadLimits limits) throws IOException {
        FileSize.check(file, limits);
        // names of features may be in any encoding; all else is ASCII
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            return LightGbmReader.read(lines, SourceDigest.of(file));
        }
    }
}
