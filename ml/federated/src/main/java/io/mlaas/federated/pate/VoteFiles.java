package io.mlaas.federated.pate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each teacher said, one file for each: written beside its place, forced to the disk and moved there, so that a
 * teacher whose file is there need not be trained again. The votes are as private as the teachers' samples.
 */
final class VoteFiles {
    private static final int DIGEST = 32;

    private final Path directory;
    private final String run;

    /** @param run names settings, network and data: votes of another one are not taken */
    VoteFiles(Path directory, String run) {
        this.directory = directory;
        this.run = run;
    }

    void write(String teacher, int[] labels) {
        Path file = file(teacher);
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        ByteBuffer content = ByteBuffer.allocate(DIGEST + labels.length * Integer.BYTES);
        content.position(DIGEST);
        for (int label : labels) {
            content.putInt(label);
        }
        content.put(0, digest(teacher, content.array()));
        content.flip();
        try {
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                while (content.hasRemaining()) {
                    channel.write(content);
                }
                channel.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the votes " + file, e);
        }
    }

    /** Null where there are none, or none of this run. */
    int @Nullable [] read(String teacher, int count) {
        Path file = file(teacher);
        try {
            if (!Files.exists(file)) {
                return null;
            }
            byte[] content = Files.readAllBytes(file);
            boolean whole = content.length == DIGEST + count * Integer.BYTES
                    && Arrays.equals(Arrays.copyOf(content, DIGEST), digest(teacher, content));
            if (!whole) {
                return null;
            }
            int[] labels = new int[count];
            ByteBuffer.wrap(content, DIGEST, content.length - DIGEST)
                    .asIntBuffer()
                    .get(labels);
            return labels;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the votes " + file, e);
        }
    }

    private Path file(String teacher) {
        return directory.resolve("votes-" + teacher);
    }

    private byte[] digest(String teacher, byte[] content) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update((run + "\n" + teacher + "\n").getBytes(StandardCharsets.UTF_8));
            sha256.update(content, DIGEST, content.length - DIGEST);
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
