package io.mlaas.onnx.tensorflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The model as a folder, as TensorFlow wants it; a zip is unpacked when that is first asked for. */
final class SavedFolder implements AutoCloseable {
    private final @Nullable Path given;
    private final List<String> parts;
    private final Function<String, ByteBuffer> contents;
    private @Nullable Path unpacked;

    /**
     * @param given the folder, if there is one
     * @param parts else, names of the files in it
     */
    SavedFolder(@Nullable Path given, List<String> parts, Function<String, ByteBuffer> contents) {
        this.given = given;
        this.parts = List.copyOf(parts);
        this.contents = contents;
    }

    /** Nothing where TensorFlow is not there to read it. */
    Optional<Path> path() {
        if (!isReadable()) {
            return Optional.empty();
        }
        if (given == null && unpacked == null) {
            unpacked = unpack();
        }
        return Optional.ofNullable(given == null ? unpacked : given);
    }

    /** Whether the bindings and the native library are on the class path: the library alone is a large jar. */
    static boolean isReadable() {
        ClassLoader loader = SavedFolder.class.getClassLoader();
        return loader.getResource("org/tensorflow/SavedModelBundle.class") != null
                && loader.getResource("org/tensorflow/internal/c_api/linux-x86_64/libjnitensorflow.so") != null;
    }

    private Path unpack() {
        try {
            Path folder = Files.createTempDirectory("saved-model");
            Files.createDirectory(folder.resolve("variables"));
            for (String part : parts) {
                try (FileChannel out = FileChannel.open(
                        folder.resolve(part), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = contents.apply(part).duplicate();
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (unpacked == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(unpacked)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
