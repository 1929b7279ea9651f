package io.mlaas.translation.onnx;

import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** Translates models of one format; it compares what it wrote with the source before it says that it is done. */
interface Translator {

    /** The format as the registry names it. */
    String format();

    /**
     * @param sourceSha256 digest of the source, for the certificate
     * @param target where the ONNX model is written
     * @throws io.mlaas.kit.problem.ProblemException if the model cannot be translated, or not faithfully
     */
    Translated translate(Path source, String sourceSha256, Path target);

    /** @param certificate what was compared, and how close it was */
    record Translated(JsonNode certificate) {}
}
