package io.mlaas.translation.onnx;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.parity.Reference;
import java.io.IOException;
import java.nio.file.Path;

/** A source model that runs, to be compared with its translation. */
interface Judge extends Reference, AutoCloseable {

    @Override
    void close();

    /** Where judges come from. */
    interface Bench {
        /** @throws IOException when the file cannot be read */
        Judge open(Path source, OnnxTranslation translation) throws IOException;
    }
}
