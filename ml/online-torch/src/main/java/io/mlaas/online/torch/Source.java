package io.mlaas.online.torch;

import io.mlaas.neural.network.ElementType;
import io.mlaas.neural.network.TensorShape;
import io.mlaas.neural.training.EngineModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The network that learns.
 *
 * @param served the archive that is written again, with the weights of the one that learns
 * @param learning the archive that learns: the same tensors, without a softmax at the end that the loss has in it
 * @param kind what the outputs of {@code learning} are
 * @param input shape of one sample
 */
record Source(Archive served, Archive learning, OutputKind kind, TensorShape input, ElementType type) {

    /** A module that learns {@code trained}, and shows all its tensors. */
    EngineModule forLearning(Archive archive, List<String> trained) {
        return load(archive.showingBuffers(), trained);
    }

    /** A module that only answers. */
    EngineModule forAnswers(Archive archive) {
        return load(archive.bytes(), List.of());
    }

    private EngineModule load(byte[] archive, List<String> trained) {
        try {
            Path file = Files.createTempFile("learner", ".pt");
            try {
                Files.write(file, archive);
                return EngineModule.load(file, input, type, trained);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the archive for the engine", e);
        }
    }
}
