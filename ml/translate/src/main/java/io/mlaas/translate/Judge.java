package io.mlaas.translate;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.parity.Reference;
import java.io.IOException;
import java.nio.file.Path;

/** A source model that runs, to be compared with its translation. */
public interface Judge extends Reference, AutoCloseable {

    @Override
    void close();

    /** Where judges come from. */
    interface Bench {
        /**
         * @throws IOException when the file cannot be read
         * @throws ai.djl.engine.EngineException when the framework refuses the model
         * @throws io.mlaas.onnx.TranslationRefused when the model cannot be run the way it was translated
         */
        Judge open(Path source, OnnxTranslation translation) throws IOException;
    }
}
