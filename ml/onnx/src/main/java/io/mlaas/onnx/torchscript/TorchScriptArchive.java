package io.mlaas.onnx.torchscript;

import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript archive as {@code torch.jit.save} writes it (file format versions 3 and up), read as data: the module
 * tree with its tensors, the constants, and the text of the code.
 *
 * @param module the model itself
 * @param constants what the code calls {@code CONSTANTS.c0}, {@code CONSTANTS.c1} …
 * @param code text of each file under {@code code/} by its path, such as {@code __torch__/torch/nn/functional.py}
 * @param card the text of {@code extra/mlaas.json}, where the trainer left its description of the model
 * @param version of the file format
 * @param sha256 digest of the whole file
 */
public record TorchScriptArchive(
        ScriptObject module,
        List<?> constants,
        SortedMap<String, String> code,
        Optional<String> card,
        String version,
        String sha256) {

    static final Map<String, ElementType> STORAGES = Map.of(
            "FloatStorage", ElementType.FLOAT32,
            "DoubleStorage", ElementType.FLOAT64,
            "HalfStorage", ElementType.FLOAT16,
            "BFloat16Storage", ElementType.BFLOAT16,
            "LongStorage", ElementType.INT64,
            "IntStorage", ElementType.INT32,
            "ShortStorage", ElementType.INT16,
            "CharStorage", ElementType.INT8,
            "ByteStorage", ElementType.UINT8,
            "BoolStorage", ElementType.BOOL);

    /**
     * @throws TranslationRefused when the file is no such archive, is damaged, too large, or names a forbidden constructor
     * @throws IOException when the file cannot be read
     */
    public static TorchScriptArchive read(Path file, ReadLimits limits) throws IOException {
        try (ByteSource source = ByteSource.of(file)) {
            return new Reader(source, limits).read();
        }
    }

    /** @throws TranslationRefused as {@link #read(Path, ReadLimits)} */
    public static TorchScriptArchive read(byte[] file, ReadLimits limits) {
        try (ByteSource source = ByteSource.of(file)) {
            return new Reader(source, limits).read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Reader {
        private final ByteSource source;
        private final ReadLimits limits;
        private final ZipIndex zip;
        private final String top;
        private final boolean bigEndian;
        private final Map<String, ByteBuffer> storages = new HashMap<>();

        Reader(ByteSource source, ReadLimits limits) throws IOException {
            this.source = source;
            this.limits = limits;
            requireZip(source);
            zip = ZipIndex.read(source, limits);
            top = topFolder();
            bigEndian = zip.contains(top + "byteorder")
                    && text(top + "byteorder").strip().equals("big");
        }

        TorchScriptArchive read() throws IOException {
            SortedMap<String, String> code = new TreeMap<>();
            long codeBytes = 0;
            for (String name : zip.names()) {
                if (name.startsWith(top + "code/") && name.endsWith(".py")) {
                    codeBytes += zip.size(name);
                    if (codeBytes > limits.codeBytes()) {
                        throw new TranslationRefused(
                                Reason.TOO_LARGE, "code: more than " + limits.codeBytes() + " bytes at " + name);
                    }
                    code.put(name.substring((top + "code/").length()), text(name));
                }
            }
            if (code.isEmpty()) {
                throw new TranslationRefused(
                        Reason.PICKLED_MODULE,
                        "a file of torch.save: it holds a pickled object without the code to run it, and rebuilding that"
                                + " would execute its author's Python; save with torch.jit.script(model).save(file) instead");
            }
            Object module = unpickle("data.pkl", "data/");
            if (!(module instanceof ScriptObject object)) {
                throw new TranslationRefused(Reason.NOT_TORCHSCRIPT, "data.pkl holds no module");
            }
            Object constants =
                    zip.contains(top + "constants.pkl") ? unpickle("constants.pkl", "constants/") : new Object[0];
            String card = top + "extra/mlaas.json";
            return new TorchScriptArchive(
                    object,
                    sequence(constants),
                    code,
                    zip.contains(card) ? Optional.of(text(card)) : Optional.empty(),
                    zip.contains(top + "version") ? text(top + "version").strip() : "",
                    sha256());
        }

        private static List<?> sequence(@Nullable Object constants) {
            if (constants instanceof Object[] tuple) {
                return java.util.Arrays.asList(tuple);
            }
            return constants instanceof List<?> list ? list : List.of();
        }

        private static void requireZip(ByteSource source) throws IOException {
            if (source.size() < 4) {
                throw new TranslationRefused(
                        Reason.NOT_TORCHSCRIPT, "the file has " + source.size() + " bytes (expected: a zip archive)");
            }
            ByteBuffer magic = source.read(0, 4);
            if (magic.getInt(0) == 0x04034b50) {
                return;
            }
            if (magic.get(0) == (byte) 0x80) {
                throw new TranslationRefused(
                        Reason.PICKLED_MODULE,
                        "a bare pickle, as torch.save wrote it before PyTorch 1.6: rebuilding it would execute its author's"
                                + " Python; save with torch.jit.script(model).save(file) instead");
            }
            throw new TranslationRefused(
                    Reason.NOT_TORCHSCRIPT,
                    "the file begins with " + HexFormat.of().formatHex(bytes(magic))
                            + " (expected: a zip archive of torch.jit.save)");
        }

        private static byte[] bytes(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(buffer.position(), bytes);
            return bytes;
        }

        private String topFolder() {
            for (String name : zip.names()) {
                if (name.endsWith("/data.pkl") && name.indexOf('/') == name.length() - "/data.pkl".length()) {
                    return name.substring(0, name.length() - "data.pkl".length());
                }
            }
            throw new TranslationRefused(
                    Reason.NOT_TORCHSCRIPT, "a zip archive without data.pkl (expected: one of torch.jit.save)");
        }

        private String text(String name) throws IOException {
            return new String(zip.bytes(name, limits.codeBytes()), StandardCharsets.UTF_8);
        }

        private @Nullable Object unpickle(String file, String folder) throws IOException {
            byte[] pickle = zip.bytes(top + file, limits.codeBytes());
            return PickleReader.read(pickle, file, (id, offset, sizes, strides) -> {
                ElementType type = STORAGES.get(id.kind());
                if (type == null) {
                    throw new TranslationRefused(
                            Reason.UNSUPPORTED_CODE,
                            file + ": tensors of " + id.kind() + " (expected: one of "
                                    + new TreeMap<>(STORAGES).keySet() + ")");
                }
                return new StoredTensor(
                        folder + id.key(), type, storage(folder + id.key(), type), offset, sizes, strides);
            });
        }

        private ByteBuffer storage(String name, ElementType type) {
            return storages.computeIfAbsent(name, n -> {
                try {
                    return bigEndian
                            ? ByteBuffer.wrap(reversed(zip.bytes(top + n, limits.totalBytes()), type.bytes()))
                            : zip.content(top + n, limits.totalBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        private static byte[] reversed(byte[] bytes, int width) {
            for (int start = 0; start + width <= bytes.length; start += width) {
                for (int i = 0; i < width / 2; i++) {
                    byte swapped = bytes[start + i];
                    bytes[start + i] = bytes[start + width - 1 - i];
                    bytes[start + width - 1 - i] = swapped;
                }
            }
            return bytes;
        }

        private String sha256() throws IOException {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                for (long at = 0; at < source.size(); at += 1 << 20) {
                    digest.update(source.read(at, (int) Math.min(1 << 20, source.size() - at)));
                }
                return HexFormat.of().formatHex(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
