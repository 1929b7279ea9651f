package io.mlaas.onnx;

import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.keras.KerasFormat;
import io.mlaas.onnx.keras.KerasHdf5Format;
import io.mlaas.onnx.sklearn.SklearnFormat;
import io.mlaas.onnx.tensorflow.SavedModelFormat;
import io.mlaas.onnx.torchscript.ExportedFormat;
import io.mlaas.onnx.torchscript.TorchScriptFormat;
import io.mlaas.onnx.trees.LightGbmFormat;
import io.mlaas.onnx.trees.XGBoostFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Translates trained models of every known format to ONNX. Safe for concurrent use. */
public final class OnnxTranslator {
    /** In the order in which they are asked; the first that recognises a file reads it. */
    private static final List<SourceFormat> FORMATS = List.of(
            new ExportedFormat(),
            new TorchScriptFormat(),
            new KerasFormat(),
            new KerasHdf5Format(),
            new SavedModelFormat(),
            new XGBoostFormat(),
            new LightGbmFormat(),
            new SklearnFormat());

    private final ReadLimits limits;

    public OnnxTranslator() {
        this(ReadLimits.DEFAULT);
    }

    public OnnxTranslator(ReadLimits limits) {
        this.limits = limits;
    }

    /** Every format, by its name. */
    public static List<String> formats() {
        return FORMATS.stream().map(SourceFormat::name).toList();
    }

    /** @throws IOException when the file cannot be read */
    public Optional<SourceFormat> formatOf(Path file) throws IOException {
        byte[] head = head(file);
        for (SourceFormat format : FORMATS) {
            if (format.recognizes(file, head)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /**
     * Decodes a model of any format.
     *
     * @throws TranslationRefused when it is of no known format, or cannot be decoded
     * @throws IOException when the file cannot be read
     */
    public SourceModel open(Path file) throws IOException {
        SourceFormat format = formatOf(file)
                .orElseThrow(() -> new TranslationRefused(
                        Reason.NOT_A_MODEL,
                        file.getFileName() + " is of no known format (expected: one of "
                                + formats().stream().collect(Collectors.joining(", ")) + ")"));
        return format.read(file, limits);
    }

    /**
     * Decodes and translates a model of any format.
     *
     * @throws TranslationRefused when it is of no known format, cannot be decoded, or has no translation
     * @throws IOException when the file cannot be read
     */
    public OnnxTranslation translate(Path file, TranslationOptions options) throws IOException {
        try (SourceModel model = open(file)) {
            return model.translate(options);
        }
    }

    private static byte[] head(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            return new byte[0];
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(SourceFormat.HEAD_BYTES);
        }
    }
}
