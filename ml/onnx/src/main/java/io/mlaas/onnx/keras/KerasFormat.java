package io.mlaas.onnx.keras;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.PlainJson;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceDigest;
import io.mlaas.onnx.SourceFormat;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.torchscript.ByteSource;
import io.mlaas.onnx.torchscript.ZipIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Archives of Keras 3 ({@code model.save("model.keras")}): a configuration and weights, no code. */
public final class KerasFormat implements SourceFormat {
    @Override
    public String name() {
        return "keras";
    }

    @Override
    public boolean recognizes(Path file, byte[] head) {
        boolean zip = head.length > 30 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
        String names = new String(head, StandardCharsets.ISO_8859_1);
        return zip
                && (names.contains("metadata.json") || names.contains("config.json"))
                && (names.contains("keras_version") || names.contains("config.json"));
    }

    @Override
    public SourceModel read(Path file, ReadLimits limits) throws IOException {
        try (ByteSource source = ByteSource.of(file)) {
            ZipIndex zip = ZipIndex.read(source, limits);
            JsonNode config = json(zip, "config.json", limits);
            JsonNode metadata = zip.contains("metadata.json")
                    ? json(zip, "metadata.json", limits)
                    : JsonNodeFactory.instance.objectNode();
            Weights weights = Weights.read(zip.content("model.weights.h5", limits.totalBytes()), limits);
            Network network = new ModelReader(weights).read(config);
            ModelSource origin = new ModelSource(
                    name(), "3", "Keras", metadata.path("keras_version").asString(""), SourceDigest.of(file));
            return new KerasModel(network, origin);
        } catch (StackOverflowError e) {
            throw new TranslationRefused(Reason.TOO_LARGE, "config.json is nested too deeply", e);
        }
    }

    private static JsonNode json(ZipIndex zip, String name, ReadLimits limits) throws IOException {
        try {
            return PlainJson.MAPPER.readTree(zip.bytes(name, limits.codeBytes()));
        } catch (JacksonException e) {
            throw new TranslationRefused(Reason.DAMAGED, name + ": " + e.getOriginalMessage(), e);
        }
    }
}
