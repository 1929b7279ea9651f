package io.mlaas.onnx.torchscript;

import io.mlaas.onnx.PlainJson;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceDigest;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A program of {@code torch.export.save} in the layout PT2 that PyTorch writes since 2.8: a graph in JSON, and the tensors as
 * plain bytes. There is nothing in it to execute, and no pickle is read.
 *
 * @param program the JSON of {@code models/model.json}
 * @param tensors parameters, buffers and constants by name, such as {@code encoder.0.weight}
 * @param torchVersion that wrote it
 * @param version of the schema, such as {@code 8.20}
 * @param sha256 digest of the whole file
 */
public record ExportedProgram(
        JsonNode program, Map<String, StoredTensor> tensors, String torchVersion, String version, String sha256) {

    /**
     * @throws TranslationRefused when the file is no such program, is damaged or too large
     * @throws IOException when the file cannot be read
     */
    public static ExportedProgram read(Path file, ReadLimits limits) throws IOException {
        try (ByteSource source = ByteSource.of(file)) {
            return new Reader(ZipIndex.read(source, limits), limits).read(SourceDigest.of(file));
        }
    }

    /** The type behind a number of the schema's ScalarType, which is not that of {@code c10::ScalarType}. */
    public static ElementType typeOf(long code) {
        return switch ((int) code) {
            case 1 -> ElementType.UINT8;
            case 2 -> ElementType.INT8;
            case 3 -> ElementType.INT16;
            case 4 -> ElementType.INT32;
            case 5 -> ElementType.INT64;
            case 6 -> ElementType.FLOAT16;
            case 7 -> ElementType.FLOAT32;
            case 8 -> ElementType.FLOAT64;
            case 12 -> ElementType.BOOL;
            case 13 -> ElementType.BFLOAT16;
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE, "element type " + code + " (expected: one that ONNX has)");
        };
    }

    private static final class Reader {
        private final ZipIndex zip;
        private final ReadLimits limits;
        private final String top;
        private final Map<String, StoredTensor> tensors = new HashMap<>();

        Reader(ZipIndex zip, ReadLimits limits) {
            this.zip = zip;
            this.limits = limits;
            this.top = topFolder();
        }

        ExportedProgram read(String sha256) throws IOException {
            String order = top + "byteorder";
            if (zip.contains(order) && !text(order).strip().equals("little")) {
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE, "byteorder: " + text(order).strip() + " (expected: little)");
            }
            JsonNode json = json("models/model.json");
            tensors("data/weights/", "model_weights_config.json");
            tensors("data/constants/", "model_constants_config.json");
            JsonNode schema = json.path("schema_version");
            return new ExportedProgram(
                    json,
                    tensors,
                    json.path("torch_version").asString(""),
                    schema.path("major").asInt(0) + "." + schema.path("minor").asInt(0),
                    sha256);
        }

        private String topFolder() {
            for (String name : zip.names()) {
                if (name.endsWith("/models/model.json")) {
                    return name.substring(0, name.length() - "models/model.json".length());
                }
                if (name.endsWith("serialized_exported_program.json")) {
                    throw new TranslationRefused(
                            Reason.UNSUPPORTED_CODE,
                            "a program of torch.export of PyTorch before 2.8, whose tensors are in a pickle (expected: one"
                                    + " saved by PyTorch 2.8 or newer, or torch.jit.save)");
                }
            }
            throw new TranslationRefused(
                    Reason.DAMAGED, "an archive without models/model.json (expected: one of torch.export.save)");
        }

        private String text(String name) throws IOException {
            return new String(zip.bytes(name, limits.codeBytes()), StandardCharsets.UTF_8);
        }

        private JsonNode json(String name) throws IOException {
            try {
                return PlainJson.MAPPER.readTree(text(top + name));
            } catch (JacksonException e) {
                throw new TranslationRefused(Reason.DAMAGED, name + " is no JSON", e);
            }
        }

        private void tensors(String folder, String list) throws IOException {
            if (!zip.contains(top + folder + list)) {
                return;
            }
            Map<String, ByteBuffer> storages = new HashMap<>();
            for (Map.Entry<String, JsonNode> entry :
                    json(folder + list).path("config").properties()) {
                JsonNode meta = entry.getValue().path("tensor_meta");
                String path = folder + entry.getValue().path("path_name").asString("");
                if (entry.getValue().path("use_pickle").asBoolean(false) || !meta.isObject()) {
                    throw new TranslationRefused(
                            Reason.UNSUPPORTED_CODE, entry.getKey() + " is stored as a pickle (expected: plain bytes)");
                }
                if (!zip.contains(top + path)) {
                    throw new TranslationRefused(
                            Reason.DAMAGED, path + " is missing (expected: " + entry.getKey() + ")");
                }
                ByteBuffer bytes = storages.get(path);
                if (bytes == null) {
                    bytes = zip.content(top + path, limits.totalBytes());
                    storages.put(path, bytes);
                }
                tensors.put(
                        entry.getKey(),
                        new StoredTensor(
                                path,
                                typeOf(meta.path("dtype").asLong(0)),
                                bytes,
                                meta.path("storage_offset").path("as_int").asLong(0),
                                sizes(meta.path("sizes")),
                                sizes(meta.path("strides"))));
            }
        }

        private static long[] sizes(JsonNode list) {
            long[] sizes = new long[list.size()];
            for (int i = 0; i < sizes.length; i++) {
                // a size that is no number becomes one that no tensor has
                sizes[i] = list.get(i).path("as_int").asLong(-1);
            }
            return sizes;
        }
    }
}
