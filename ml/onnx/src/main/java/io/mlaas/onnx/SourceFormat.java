package io.mlaas.onnx;

import java.io.IOException;
import java.nio.file.Path;

/** A kind of model file. Safe for concurrent use. */
public interface SourceFormat {
    /** Bytes of a file's beginning that {@link #recognizes} is shown. */
    int HEAD_BYTES = 4096;

    /** As the registry and the certificate name it, such as {@code torchscript}. */
    String name();

    /**
     * Whether the file claims to be of this kind. Looks at little and throws nothing for a damaged file: {@link #read}
     * does the judging.
     *
     * @param file a file, or a folder where the format is one
     * @param head the file's first {@link #HEAD_BYTES} bytes or fewer; empty for a folder
     * @throws IOException when the file cannot be read
     */
    boolean recognizes(Path file, byte[] head) throws IOException;

    /**
     * Decodes a file; nothing in it is executed.
     *
     * @throws TranslationRefused when the file is damaged, beyond the limits, or holds what is not decoded
     * @throws IOException when the file cannot be read
     */
    SourceModel read(Path file, ReadLimits limits) throws IOException;
}
