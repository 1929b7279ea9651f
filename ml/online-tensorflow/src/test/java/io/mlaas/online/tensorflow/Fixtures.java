package io.mlaas.online.tensorflow;

import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import io.mlaas.online.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** SavedModels that {@code src/test/python/make_fixtures.py} wrote, by their digests. */
final class Fixtures {
    static final Schema CLASSES = Schema.numeric(3, new Target.Classification(List.of("low", "middle", "high")));
    static final Schema SERIES =
            new Schema(List.of(new Input.Tensor("x", List.of(6, 1))), new Target.Regression(List.of("mean", "first")));

    private Fixtures() {}

    /** Whether the native library is there: with {@code -Ptensorflow}. */
    static boolean isThere() {
        return Fixtures.class
                        .getClassLoader()
                        .getResource("org/tensorflow/internal/c_api/linux-x86_64/libjnitensorflow.so")
                != null;
    }

    static byte[] bytes(String name) {
        try (InputStream in = Objects.requireNonNull(Fixtures.class.getResourceAsStream("/fixtures/" + name))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static TensorFlowTraining training(byte[]... archives) {
        return new TensorFlowTraining(digest -> {
            for (byte[] archive : archives) {
                if (sha256(archive).equals(digest)) {
                    return Optional.of(archive);
                }
            }
            return Optional.empty();
        });
    }

    static byte[] zip(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
