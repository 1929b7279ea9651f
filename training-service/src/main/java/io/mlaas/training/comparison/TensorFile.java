package io.mlaas.training.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A result whose tensors can be read.
 *
 * @param tensors in the order of the file
 */
record TensorFile(String format, SequencedMap<String, TensorView> tensors) {

    /** Something that is not as its format demands; it is then compared byte by byte. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /** @return nothing if it is of no format that is known here, or damaged */
    static Optional<TensorFile> read(Path file) throws IOException {
        for (TensorFormat format : TensorFormat.values()) {
            if (format.looksLike(file)) {
                try {
                    return Optional.of(new TensorFile(format.word(), format.read(file)));
                } catch (Unreadable e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
