package io.mlaas.onnx.torchscript;

import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tensors of a program of {@code torch.export.save} of PyTorch 2.3 to 2.7: parameters and buffers, and constants, each in a file
 * of {@code torch.save} within the archive. Of their pickles only dictionaries of tensors are read; nothing is executed.
 */
final class EarlierExport {
    static final String GRAPH = "serialized_exported_program.json";

    private static final String STATE = "serialized_state_dict.pt";
    private static final String CONSTANTS = "serialized_constants.pt";

    private final ZipIndex zip;
    private final ReadLimits limits;
    private final String file;
    private final Map<String, ByteBuffer> storages = new HashMap<>();

    private EarlierExport(ZipIndex zip, ReadLimits limits, String file) {
        this.zip = zip;
        this.limits = limits;
        this.file = file;
    }

    /** By the names that the program calls them. */
    static Map<String, StoredTensor> tensors(ZipIndex archive, ReadLimits limits) throws IOException {
        if (!archive.contains(STATE)) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "an archive of torch.export without " + STATE + " (expected: one of PyTorch 2.3 or newer)");
        }
        Map<String, StoredTensor> tensors = new HashMap<>(read(archive, STATE, limits));
        if (archive.contains(CONSTANTS)) {
            tensors.putAll(read(archive, CONSTANTS, limits));
        }
        return tensors;
    }

    private static Map<String, StoredTensor> read(ZipIndex archive, String file, ReadLimits limits) throws IOException {
        byte[] saved = archive.bytes(file, limits.totalBytes());
        if (saved.length == 0) { // what there is none of
            return Map.of();
        }
        try (ByteSource source = ByteSource.of(saved)) {
            return new EarlierExport(ZipIndex.read(source, limits), limits, file).tensors();
        }
    }

    private Map<String, StoredTensor> tensors() throws IOException {
        String top = topFolder();
        String order = top + "byteorder";
        if (zip.contains(order)) {
            String bytes = new String(zip.bytes(order, limits.codeBytes()), StandardCharsets.UTF_8).strip();
            if (!bytes.equals("little")) {
                throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "byteorder: " + bytes + " (expected: little)");
            }
        }
        Object saved = PickleReader.read(
                zip.bytes(top + "data.pkl", limits.codeBytes()),
                file,
                (id, offset, sizes, strides) -> view(top, id, offset, sizes, strides));
        if (!(saved instanceof Map<?, ?> named)) {
            throw new TranslationRefused(Reason.DAMAGED, file + " (expected: a dictionary of tensors)");
        }
        Map<String, StoredTensor> tensors = new HashMap<>();
        named.forEach((name, value) -> {
            if (!(value instanceof StoredTensor tensor)) {
                throw new TranslationRefused(Reason.UNSUPPORTED_CODE, file + ": " + name + " (expected: a tensor)");
            }
            tensors.put(String.valueOf(name), tensor);
        });
        return tensors;
    }

    private String topFolder() {
        for (String name : zip.names()) {
            if (name.endsWith("/data.pkl") && name.indexOf('/') == name.length() - "/data.pkl".length()) {
                return name.substring(0, name.length() - "data.pkl".length());
            }
        }
        throw new TranslationRefused(Reason.DAMAGED, file + " has no data.pkl (expected: a file of torch.save)");
    }

    private StoredTensor view(String top, PickleReader.StorageId id, long offset, long[] sizes, long... strides) {
        ElementType type = TorchScriptArchive.STORAGES.get(id.kind());
        if (type == null) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    file + ": tensors of " + id.kind() + " (expected: one of "
                            + new TreeMap<>(TorchScriptArchive.STORAGES).keySet() + ")");
        }
        String entry = top + "data/" + id.key();
        ByteBuffer bytes = storages.computeIfAbsent(entry, name -> {
            try {
                return zip.content(name, limits.totalBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return new StoredTensor(file + "/" + entry, type, bytes, offset, sizes, strides);
    }
}
