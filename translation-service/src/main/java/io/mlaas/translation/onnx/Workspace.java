package io.mlaas.translation.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The two files of one translation; both are gone when it is closed. */
record Workspace(Path directory) implements AutoCloseable {

    static Workspace in(@Nullable Path parent) {
        try {
            if (parent == null) {
                return new Workspace(Files.createTempDirectory("mlaas-translation-"));
            }
            return new Workspace(Files.createTempDirectory(Files.createDirectories(parent), "translation-"));
        } catch (IOException e) {
            throw new UncheckedIOException("no place for a translation", e);
        }
    }

    Path source() {
        return directory.resolve("source");
    }

    Path target() {
        return directory.resolve("target.onnx");
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(source());
            Files.deleteIfExists(target());
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("files of a translation stay behind in " + directory, e);
        }
    }
}
