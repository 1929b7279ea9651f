package io.mlaas.ppfl.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a client keeps: its key, its certificate, and its answers of the round at hand, so that after a restart it says the
 * same again. Only its owner may read it. A file is there with all its content or not at all.
 */
final class StateDirectory implements AutoCloseable {
    private final Path directory;
    private final FileChannel locked;
    private final FileLock lock;

    private StateDirectory(Path directory, FileChannel locked, FileLock lock) {
        this.directory = directory;
        this.locked = locked;
        this.lock = lock;
    }

    /** @throws ClientException if another process uses it, or it cannot be written */
    static StateDirectory open(Path directory) {
        try {
            Files.createDirectories(directory);
            closeToOthers(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw ClientException.badInput(
                        "--state: " + directory + " is used by another process (expected: one for each client)");
            }
            return new StateDirectory(directory, channel, lock);
        } catch (IOException e) {
            throw ClientException.badInput(
                    "--state: " + directory + " cannot be made or written to (expected: a directory of this user's)",
                    e);
        }
    }

    /** Keys are kept there: where others cannot be kept out, nothing is. */
    private static void closeToOthers(Path directory) throws IOException {
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        } catch (UnsupportedOperationException e) {
            throw ClientException.badInput(
                    "--state: " + directory
                            + " is on a file system without owners and permissions (expected: one that has"
                            + " them, as nobody else may read this client's key)",
                    e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException("used by another client in this process", e);
        }
    }

    Optional<String> text(String name) {
        return bytes(name).map(content -> new String(content, StandardCharsets.UTF_8));
    }

    Optional<byte[]> bytes(String name) {
        try {
            return Optional.of(Files.readAllBytes(directory.resolve(name)));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory.resolve(name), e);
        }
    }

    void write(String name, String content) {
        write(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** On disk when it returns. */
    void write(String name, byte[] content) {
        Path file = directory.resolve(name);
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            create(Objects.requireNonNull(file.getParent()));
            Files.deleteIfExists(next);
            try (FileChannel out = FileChannel.open(
                    next,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void create(Path parent) throws IOException {
        if (Files.isDirectory(parent)) {
            return;
        }
        try {
            Files.createDirectories(
                    parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            throw new IOException(parent + " is no directory", e);
        }
    }

    /** Folders below {@code name} but for the one that is kept. */
    void keepOnly(String name, String kept) {
        Path parent = directory.resolve(name);
        if (!Files.isDirectory(parent)) {
            return;
        }
        try (Stream<Path> folders = Files.list(parent)) {
            for (Path folder : folders.filter(f -> !f.getFileName().toString().equals(kept))
                    .toList()) {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tidy " + parent, e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    Path path() {
        return directory;
    }

    @Override
    public void close() {
        try {
            lock.release();
            locked.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot leave " + directory, e);
        }
    }
}
