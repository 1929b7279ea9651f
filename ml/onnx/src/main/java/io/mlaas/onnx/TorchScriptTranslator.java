package io.mlaas.onnx;

import io.mlaas.onnx.evaluate.TorchScriptEvaluation;
import io.mlaas.onnx.torchscript.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Path;

/** Translates TorchScript archives, traced or scripted, to ONNX. Safe for concurrent use. */
public final class TorchScriptTranslator {
    private final ReadLimits limits;
    private final TranslationOptions options;

    public TorchScriptTranslator() {
        this(ReadLimits.DEFAULT, TranslationOptions.DEFAULT);
    }

    public TorchScriptTranslator(ReadLimits limits, TranslationOptions options) {
        this.limits = limits;
        this.options = options;
    }

    /**
     * The model has one input {@code x}, whose first axis {@code batch} may vary, and an output {@code y} (or {@code y_0},
     * {@code y_1} … for a tuple).
     *
     * @throws TranslationRefused when the file is no TorchScript archive, or holds what has no translation
     * @throws IOException when the file cannot be read
     */
    public OnnxTranslation translate(Path torchscript) throws IOException {
        return translate(TorchScriptArchive.read(torchscript, limits));
    }

    /** @throws TranslationRefused as {@link #translate(Path)} */
    public OnnxTranslation translate(byte[] torchscript) {
        return translate(TorchScriptArchive.read(torchscript, limits));
    }

    private OnnxTranslation translate(TorchScriptArchive archive) {
        return TorchScriptEvaluation.translate(archive, options);
    }
}
