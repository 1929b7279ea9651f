package io.mlaas.translation.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The files of one translation; all are gone when it is closed. */
record Workspace(Path directory) implements AutoCloseable {

    static Workspace of(Path parent, UUID id) {
        try {
            return new Workspace(Files.createDirectories(parent.resolve(id.toString())));
        } catch (IOException e) {
            throw new UncheckedIOException("no place for a translation", e);
        }
    }

    /** Of all that are in the directory. */
    static List<Workspace> all(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(parent)) {
            return directories.filter(Files::isDirectory).map(Workspace::new).toList();
        }
    }

    /** Of the translation; one that is no translation's is none that was asked for. */
    UUID id() {
        try {
            return UUID.fromString(directory.getFileName().toString());
        } catch (IllegalArgumentException e) {
            return new UUID(0, 0);
        }
    }

    Path source() {
        return directory.resolve("source");
    }

    Path target() {
        return directory.resolve("target.onnx");
    }

    Path reference() {
        return directory.resolve("reference.npz");
    }

    Path dataset(String fileName) {
        // its ending tells its format; nothing else of the name is used
        int dot = fileName.lastIndexOf('.');
        String ending = dot < 0 ? "" : fileName.substring(dot).replaceAll("[^.A-Za-z0-9]", "");
        return directory.resolve("dataset" + ending);
    }

    @Override
    public void close() {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("files of a translation stay behind in " + directory, e);
        }
    }
}
