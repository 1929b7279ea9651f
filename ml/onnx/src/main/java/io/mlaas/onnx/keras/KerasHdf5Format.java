package io.mlaas.onnx.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Group;
import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.PlainJson;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceDigest;
import io.mlaas.onnx.SourceFormat;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.torchscript.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Whole models of Keras 2 and 3 in one HDF5 file ({@code model.save("model.h5")}). */
public final class KerasHdf5Format implements SourceFormat {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

    @Override
    public String name() {
        return "keras-hdf5";
    }

    @Override
    public boolean recognizes(Path file, byte[] head) {
        return head.length > SIGNATURE.length
                && ByteBuffer.wrap(head, 0, SIGNATURE.length).equals(ByteBuffer.wrap(SIGNATURE));
    }

    @Override
    public SourceModel read(Path file, ReadLimits limits) throws IOException {
        ByteBuffer bytes = bytes(file, limits);
        try (HdfFile hdf5 = HdfFile.fromByteBuffer(bytes.slice())) {
            String version = text(hdf5, "keras_version");
            JsonNode config = new SavedConfig(version).read(config(hdf5, limits));
            if (!(hdf5.getChild("model_weights") instanceof Group group)) {
                throw new TranslationRefused(Reason.DAMAGED, "model_weights is missing (expected: a group)");
            }
            Network network = new ModelReader(NamedWeights.read(group, bytes.remaining(), limits)).read(config);
            ModelSource origin = new ModelSource(
                    name(), version.startsWith("3.") ? "3" : "2", "Keras", version, SourceDigest.of(file));
            return new KerasModel(network, origin);
        } catch (TranslationRefused e) {
            throw e;
        } catch (StackOverflowError e) {
            throw new TranslationRefused(Reason.TOO_LARGE, "model_config is nested too deeply", e);
        } catch (RuntimeException e) {
            throw new TranslationRefused(Reason.DAMAGED, file.getFileName() + ": " + e.getMessage(), e);
        }
    }

    private static ByteBuffer bytes(Path file, ReadLimits limits) throws IOException {
        try (ByteSource source = ByteSource.of(file)) {
            if (source.size() > Math.min(limits.totalBytes(), Integer.MAX_VALUE - 64)) {
                throw new TranslationRefused(
                        Reason.TOO_LARGE, source.size() + " bytes (expected: at most " + limits.totalBytes() + ")");
            }
            return source.view(0, (int) source.size());
        }
    }

    private static JsonNode config(HdfFile hdf5, ReadLimits limits) {
        String text = text(hdf5, "model_config");
        if (text.isEmpty()) {
            throw new TranslationRefused(
                    Reason.NOT_A_MODEL,
                    "an HDF5 file without model_config (expected: a whole model of Keras; weights alone do not say "
                            + "what is calculated with them)");
        }
        if (text.length() > limits.codeBytes()) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "model_config: " + text.length() + " (expected: <= " + limits.codeBytes() + ")");
        }
        try {
            return PlainJson.MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new TranslationRefused(Reason.DAMAGED, "model_config: " + e.getOriginalMessage(), e);
        }
    }

    private static String text(HdfFile hdf5, String name) {
        Attribute attribute = hdf5.getAttribute(name);
        return attribute != null && attribute.getData() instanceof String text ? text : "";
    }
}
