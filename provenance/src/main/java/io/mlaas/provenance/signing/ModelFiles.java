package io.mlaas.provenance.signing;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.json.StrictJson;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

/** The files of a model, a file itself or a directory (section 6.1). */
final class ModelFiles {
    private ModelFiles() {}

    /**
     * A range of a file that is hashed by itself.
     *
     * @param name the resource's
     * @param end behind the last byte; -1 for the end of the file
     */
    record Piece(String name, Path file, long begin, long end, long size) {}

    /** The pieces of a model, of which there is at least one. */
    static List<Piece> pieces(Path model, Serialization serialization) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        if (Files.isRegularFile(model)) {
            if (Files.isSymbolicLink(model) && !serialization.allowSymlinks()) {
                throw refused(model.toString(), "a symbolic link (expected: none, as the signature says)");
            }
            add(pieces, name(model), model, Files.size(model), serialization);
        } else if (Files.isDirectory(model)) {
            walk(model, serialization, pieces);
        } else {
            throw new InvalidEvidenceException(model + ": no file and no directory");
        }
        if (pieces.isEmpty()) {
            throw new InvalidEvidenceException(model + ": no files (expected: at least one)");
        }
        return pieces;
    }

    /** The model's name for people: the last component of its path. */
    static String name(Path model) {
        Path name = model.toAbsolutePath().normalize().getFileName();
        return name == null ? "model" : name.toString();
    }

    private static void walk(Path root, Serialization serialization, List<Piece> pieces) throws IOException {
        List<String> ignored = Stream.concat(
                        Serialization.ALWAYS_IGNORED.stream(), serialization.ignorePaths().stream())
                .toList();
        EnumSet<FileVisitOption> options = serialization.allowSymlinks()
                ? EnumSet.of(FileVisitOption.FOLLOW_LINKS)
                : EnumSet.noneOf(FileVisitOption.class);
        Files.walkFileTree(root, options, Integer.MAX_VALUE, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return !directory.equals(root) && RelativePath.isBelow(relative(root, directory), ignored)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String path = relative(root, file);
                if (!RelativePath.isBelow(path, ignored)) {
                    if (attributes.isSymbolicLink()) {
                        throw refused(path, "a symbolic link (expected: none, since links are not followed)");
                    }
                    if (!attributes.isRegularFile()) {
                        throw refused(path, "neither a file nor a directory");
                    }
                    add(pieces, path, file, attributes.size(), serialization);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof FileSystemLoopException) {
                    throw refused(relative(root, file), "a symbolic link to a directory above it");
                }
                throw e;
            }
        });
    }

    private static void add(List<Piece> pieces, String name, Path file, long size, Serialization serialization) {
        if (!serialization.isSharded()) {
            pieces.add(new Piece(name, file, 0, -1, size));
            return;
        }
        for (long begin = 0; begin < size; begin += serialization.shardSize()) {
            long end = Math.min(size, begin + serialization.shardSize());
            pieces.add(new Piece(name + ":" + begin + ":" + end, file, begin, end, end - begin));
        }
    }

    private static String relative(Path root, Path file) {
        return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }

    private static InvalidEvidenceException refused(String path, String why) {
        return new InvalidEvidenceException(StrictJson.shown(path) + ": " + why);
    }
}
