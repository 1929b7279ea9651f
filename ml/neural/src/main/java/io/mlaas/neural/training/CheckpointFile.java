package io.mlaas.neural.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file with the last checkpoint. A checkpoint is written beside it, forced to the disk and moved over it, so that
 * whenever the process is killed one whole checkpoint is there; its digest goes with it.
 *
 * @param told hears why a checkpoint is not used
 */
public record CheckpointFile(Path path, Consumer<String> told) {
    private static final int DIGEST = 32;

    void write(byte[] checkpoint) {
        Path partial = path.resolveSibling(path.getFileName() + ".part");
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            try (FileChannel channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                ByteBuffer[] parts = {ByteBuffer.wrap(sha256(checkpoint)), ByteBuffer.wrap(checkpoint)};
                while (parts[1].hasRemaining()) {
                    channel.write(parts);
                }
                channel.force(true);
            }
            Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the checkpoint " + path, e);
        }
    }

    /** The checkpoint of this training, or null where there is none. */
    byte @Nullable [] read(String training) {
        try {
            if (!Files.exists(path)) {
                return null;
            }
            byte[] file = Files.readAllBytes(path);
            byte[] checkpoint = Arrays.copyOfRange(file, Math.min(DIGEST, file.length), file.length);
            if (!Arrays.equals(sha256(checkpoint), Arrays.copyOf(file, DIGEST))) {
                told.accept("checkpoint " + path + " is damaged and is not used");
                return null;
            }
            if (!Checkpoint.training(checkpoint).equals(training)) {
                told.accept("checkpoint " + path + " is of another network, other settings, data or number of workers"
                        + " and is not used");
                return null;
            }
            return checkpoint;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the checkpoint " + path, e);
        }
    }

    public void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the checkpoint " + path, e);
        }
    }

    static byte[] sha256(byte[] bytes) {
        return sha256().digest(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
