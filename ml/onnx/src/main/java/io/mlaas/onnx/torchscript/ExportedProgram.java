package io.mlaas.onnx.torchscript;

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
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program of {@code torch.export.save}: a graph in JSON, and tensors. In the layout PT2 that PyTorch writes since 2.8 these
 * are plain bytes, and no pickle is read; before, they are in files of {@code torch.save}, see {@link EarlierExport}.
 *
 * @param file the entry that holds the graph
 * @param program the JSON of that entry
 * @param tensors parameters, buffers and constants by name, such as {@code encoder.0.weight}
 * @param torchVersion that wrote it
 * @param version of the schema, such as {@code 8.20}
 * @param sha256 digest of the whole file
 */
public record ExportedProgram(
        String file,
        JsonNode program,
        Map<String, StoredTensor> tensors,
        String torchVersion,
        String version,
        String sha256) {

    /**
     * @throws TranslationRefused when the file is no such program, is damaged or too large
     * @throws IOException when the file cannot be read
     */
    public static ExportedProgram read(Path file, ReadLimits limits) throws IOException {
        try (ByteSource source = ByteSource.of(file)) {
            ZipIndex zip = ZipIndex.read(source, limits);
            String sha256 = SourceDigest.of(file);
            return zip.contains(EarlierExport.GRAPH)
                    ? of(
                            EarlierExport.GRAPH,
                            json(zip, EarlierExport.GRAPH, limits),
                            EarlierExport.tensors(zip, limits),
                            sha256)
                    : new Reader(zip, limits).read(sha256);
        }
    }

    /** Infinite numbers are written as Python writes them. */
    private static final class Json {
        static final JsonMapper MAPPER = JsonMapper.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build();
    }

    private static ExportedProgram of(String file, JsonNode json, Map<String, StoredTensor> tensors, String sha256) {
        JsonNode schema = json.path("schema_version");
        return new ExportedProgram(
                file,
                json,
                tensors,
                json.path("torch_version").asString(""),
                schema.path("major").asInt(0) + "." + schema.path("minor").asInt(0),
                sha256);
    }

    private static JsonNode json(ZipIndex zip, String name, ReadLimits limits) throws IOException {
        try {
            return Json.MAPPER.readTree(new String(zip.bytes(name, limits.codeBytes()), StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            throw new TranslationRefused(Reason.DAMAGED, name + " is no JSON", e);
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
        private static final String GRAPH = "models/model.json";

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
            tensors("data/weights/", "model_weights_config.json");
            tensors("data/constants/", "model_constants_config.json");
            return of(GRAPH, json(zip, top + GRAPH, limits), tensors, sha256);
        }

        private String topFolder() {
            for (String name : zip.names()) {
                if (name.endsWith("/" + GRAPH)) {
                    return name.substring(0, name.length() - GRAPH.length());
                }
            }
            throw new TranslationRefused(
                    Reason.DAMAGED, "an archive without models/model.json (expected: one of torch.export.save)");
        }

        private String text(String name) throws IOException {
            return new String(zip.bytes(name, limits.codeBytes()), StandardCharsets.UTF_8);
        }

        private void tensors(String folder, String list) throws IOException {
            if (!zip.contains(top + folder + list)) {
                return;
            }
            Map<String, ByteBuffer> storages = new HashMap<>();
            for (Map.Entry<String, JsonNode> entry :
                    json(zip, top + folder + list, limits).path("config").properties()) {
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
