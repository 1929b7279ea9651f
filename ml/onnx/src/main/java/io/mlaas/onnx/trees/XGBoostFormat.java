package io.mlaas.onnx.trees;

import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceDigest;
import io.mlaas.onnx.SourceFormat;
import io.mlaas.onnx.SourceModel;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Models saved by XGBoost as JSON or as UBJSON. */
public final class XGBoostFormat implements SourceFormat {
    @Override
    public String name() {
        return "xgboost";
    }

    @Override
    public boolean recognizes(Path file, byte[] head) {
        String start = new String(head, StandardCharsets.ISO_8859_1);
        return isBinary(head) || (start.stripLeading().startsWith("{") && start.contains("\"learner\""));
    }

    /** A brace, the length of the first member's name, that name: {@code learner}, or another where it is not first. */
    private static boolean isBinary(byte... head) {
        String start = new String(head, StandardCharsets.ISO_8859_1);
        return start.startsWith("{")
                && start.length() > 3
                && "iUIlL".indexOf(start.charAt(1)) >= 0
                && (start.contains("learner") || start.contains("Config"));
    }

    @Override
    public SourceModel read(Path file, ReadLimits limits) throws IOException {
        FileSize.check(file, limits);
        String digest = SourceDigest.of(file);
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        if (isBinary(head)) {
            return XGBoostReader.read(UbjReader.read(ByteBuffer.wrap(Files.readAllBytes(file))), digest);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return XGBoostReader.read(JsonText.read(in), digest);
        }
    }
}
