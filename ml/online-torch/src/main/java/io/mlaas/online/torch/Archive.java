package io.mlaas.online.torch;

import io.mlaas.neural.torchscript.StoredZip;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.torchscript.ScriptObject;
import io.mlaas.onnx.torchscript.StoredTensor;
import io.mlaas.onnx.torchscript.TorchScriptArchive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript archive whose tensors can be exchanged: everything else of it, code, constants, the card, stays as it
 * is. Equal archives and tensors give equal bytes.
 */
final class Archive {
    private final byte[] bytes;
    private final Map<String, byte[]> entries;
    private final String top;
    private final TorchScriptArchive content;
    private final ModuleCode code;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private final List<String> parameters = new ArrayList<>();

    private Archive(byte[] bytes, Map<String, byte[]> entries, TorchScriptArchive content) {
        this.bytes = bytes;
        this.entries = entries;
        this.content = content;
        this.code = ModuleCode.of(content.code());
        this.top = entries.keySet().stream()
                .filter(name -> name.endsWith("/data.pkl"))
                .map(name -> name.substring(0, name.length() - "data.pkl".length()))
                .findFirst()
                .orElseThrow();
        collect("", content.module());
    }

    /** @throws io.mlaas.onnx.TranslationRefused when the bytes are no TorchScript archive */
    static Archive read(byte[] bytes) {
        TorchScriptArchive content = TorchScriptArchive.read(bytes, ReadLimits.DEFAULT);
        try {
            return new Archive(bytes.clone(), entries(bytes), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> entries(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("archive", ".pt");
        try {
            Files.write(file, bytes);
            Map<String, byte[]> entries = new LinkedHashMap<>();
            try (ZipFile zip = new ZipFile(file.toFile())) {
                for (ZipEntry entry : Collections.list(zip.entries())) {
                    entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
                }
            }
            return entries;
        } finally {
            Files.delete(file);
        }
    }

    private void collect(String path, ScriptObject module) {
        Set<String> own = code.parameters(module.className());
        module.attributes().forEach((name, value) -> {
            if (value instanceof StoredTensor tensor) {
                tensors.put(path + name, tensor);
                if (own.contains(name) && tensor.type().isFloating()) {
                    parameters.add(path + name);
                }
            } else if (value instanceof ScriptObject inner) {
                collect(path + name + ".", inner);
            }
        });
    }

    byte[] bytes() {
        return bytes.clone();
    }

    String sha256() {
        return content.sha256();
    }

    /** The trainer's description of the model, if there is one. */
    Optional<String> card() {
        return content.card();
    }

    ModuleCode code() {
        return code;
    }

    /** Names of the tensors with floating-point elements that are no running statistics: what can be trained. */
    List<String> parameters() {
        return List.copyOf(parameters);
    }

    /** The first parts of the names of {@link #parameters()}, such as {@code gru} of {@code gru.weight_ih_l0}. */
    Set<String> layers() {
        Set<String> layers = new TreeSet<>();
        parameters.forEach(name -> layers.add(name.contains(".") ? name.substring(0, name.indexOf('.')) : name));
        return layers;
    }

    /** The same module with running statistics declared as parameters, because the engine shows no others to Java. */
    byte[] showingBuffers() {
        Map<String, byte[]> shown = new LinkedHashMap<>(entries);
        shown.replaceAll((name, entry) -> name.startsWith(top + "code/") && name.endsWith(".py")
                ? ModuleCode.buffersAsParameters(new String(entry, StandardCharsets.UTF_8))
                        .getBytes(StandardCharsets.UTF_8)
                : entry);
        return zip(shown);
    }

    /**
     * The same archive with other elements.
     *
     * @param elements by the tensor's name, row-major, little-endian; tensors that are not named stay as they are
     */
    Archive with(Map<String, byte[]> elements) {
        Map<String, byte[]> changed = new LinkedHashMap<>(entries);
        Map<String, byte[]> storages = new HashMap<>();
        elements.forEach((name, values) -> {
            StoredTensor tensor = tensor(name);
            byte[] storage = storages.computeIfAbsent(tensor.storage(), this::storage);
            write(tensor, values, storage);
        });
        storages.forEach((name, storage) -> changed.put(top + name, storage));
        return read(zip(changed));
    }

    /** A tensor's elements, row-major, little-endian. */
    ByteBuffer elements(String name) {
        return tensor(name).contents();
    }

    private StoredTensor tensor(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "no tensor named " + name + " (expected: one of " + tensors.keySet() + ")");
        }
        return tensor;
    }

    private byte[] storage(String name) {
        byte @Nullable [] storage = entries.get(top + name);
        if (storage == null) {
            throw new IllegalStateException("no entry " + top + name);
        }
        return storage.clone();
    }

    private static void write(StoredTensor tensor, byte[] values, byte[] storage) {
        int width = tensor.type().bytes();
        if (values.length != tensor.elements() * width) {
            throw new IllegalArgumentException(
                    "tensor: " + values.length + " bytes (expected: " + tensor.elements() * width + ")");
        }
        long[] sizes = tensor.sizes();
        long[] index = new long[sizes.length];
        for (int i = 0; i < tensor.elements(); i++) {
            long position = tensor.offset();
            for (int axis = 0; axis < sizes.length; axis++) {
                position += index[axis] * tensor.strides()[axis];
            }
            System.arraycopy(values, i * width, storage, Math.toIntExact(position * width), width);
            for (int axis = sizes.length - 1; axis >= 0 && ++index[axis] == sizes[axis]; axis--) {
                index[axis] = 0;
            }
        }
    }

    private static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (StoredZip zip = new StoredZip(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.entry(entry.getKey(), entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
