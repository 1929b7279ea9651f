package io.mlaas.ppfl.client;

import ai.djl.engine.EngineException;
import ai.djl.util.Utils;
import io.mlaas.neural.engine.PyTorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where PyTorch's native libraries are. They are not part of the program: they have 450 MB. */
final class Engine {
    private static final String PROPERTY = "PYTORCH_LIBRARY_PATH";
    private static final String LIBRARY = "libtorch.so";
    private static final String ON_THE_CLASS_PATH = "native/lib/pytorch.properties";

    private Engine() {}

    /**
     * Loads the engine, so that its absence is told before anything else.
     *
     * @param directory null: the class path, or DJL's cache
     */
    static void use(@Nullable Path directory) {
        Path found = directory == null ? cached() : directory;
        if (directory != null && !Files.isRegularFile(directory.resolve(LIBRARY))) {
            throw ClientException.badInput(
                    "--engine: no " + LIBRARY + " in " + directory + " (expected: the folder of PyTorch's libraries)");
        }
        if (found != null && System.getProperty(PROPERTY) == null && System.getenv(PROPERTY) == null) {
            System.setProperty(PROPERTY, found.toAbsolutePath().toString());
        }
        try {
            ai.djl.engine.Engine unused = PyTorch.engine();
        } catch (EngineException | IllegalStateException | LinkageError e) {
            throw ClientException.badInput(
                    "PyTorch cannot be loaded" + (found == null ? "" : " from " + found) + ": " + why(e)
                            + " (expected: --engine DIR with " + LIBRARY + ", DJL's cache "
                            + Utils.getEngineCacheDir("pytorch") + ", or the jar pytorch-native-cpu on the class path)",
                    e);
        }
    }

    private static String why(Throwable failure) {
        Throwable cause = failure;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? "there is none" : cause.getMessage();
    }

    /** What an earlier program of this user unpacked, unless the class path has it. */
    private static @Nullable Path cached() {
        if (Engine.class.getClassLoader().getResource(ON_THE_CLASS_PATH) != null) {
            return null;
        }
        Path cache = Utils.getEngineCacheDir("pytorch");
        if (!Files.isDirectory(cache)) {
            return null;
        }
        try (Stream<Path> folders = Files.list(cache)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve(LIBRARY)))
                    .max(Comparator.naturalOrder())
                    .orElse(null);
        } catch (IOException e) {
            throw ClientException.badInput(cache + " cannot be read: " + e + " (expected: DJL's cache)", e);
        }
    }
}
