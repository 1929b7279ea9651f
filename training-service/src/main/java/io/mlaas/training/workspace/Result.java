package io.mlaas.training.workspace;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What a job registers: the one file in its output directory, or, when there are several, a zip archive of them whose bytes
 * depend on their names and contents alone. {@code metrics.json} is told apart: it holds measurements, and timings in it
 * must not change the digest of the model.
 */
public record Result(Path file, String name, long size, String sha256) {
    public static final String METRICS = "metrics.json";

    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    /** Why there is no result, in a sentence for the model's owner. */
    public static final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        Missing(String message) {
            super(message);
        }
    }

    /** @throws Missing if the program wrote nothing that can be registered */
    public static Result collect(Workspace workspace) throws IOException, Missing {
        return collect(workspace.output(), workspace.result());
    }

    /**
     * @param output what the program wrote
     * @param made where an archive is made if it takes one
     * @throws Missing if the program wrote nothing that can be registered
     */
    public static Result collect(Path output, Path made) throws IOException, Missing {
        List<Path> files = files(output);
        if (files.isEmpty()) {
            throw new Missing("output: empty (expected: the model, written to the directory in MLAAS_OUTPUT_DIR)");
        }
        if (files.size() == 1) {
            Path only = files.getFirst();
            return of(only, SafeName.of(only.getFileName().toString(), "model"));
        }
        Files.createDirectories(made);
        Path archive = made.resolve("model.zip");
        pack(output, files, archive);
        return of(archive, "model.zip");
    }

    /** The SHA-256 of a file, in hexadecimal. */
    public static String digestOf(Path file) throws IOException {
        MessageDigest digest = newDigest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static Result of(Path file, String name) throws IOException {
        return new Result(file, name, Files.size(file), digestOf(file));
    }

    private static List<Path> files(Path output) throws IOException, Missing {
        Path metrics = output.resolve(METRICS);
        try (Stream<Path> walk = Files.walk(output)) {
            List<Path> found = walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> !path.equals(metrics))
                    .sorted()
                    .toList();
            for (Path path : found) {
                // a link would register whatever it points to
                if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new Missing(
                            "output: " + output.relativize(path) + " is not a regular file (expected: files only)");
                }
            }
            return found;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void pack(Path output, List<Path> files, Path archive) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Path file : files) {
                ZipEntry entry = new ZipEntry(output.relativize(file).toString());
                entry.setMethod(ZipEntry.STORED);
                entry.setTimeLocal(EPOCH);
                entry.setSize(Files.size(file));
                entry.setCompressedSize(Files.size(file));
                entry.setCrc(crc(file));
                zip.putNextEntry(entry);
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
    }

    private static long crc(Path file) throws IOException {
        CRC32 crc = new CRC32();
        try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return crc.getValue();
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
