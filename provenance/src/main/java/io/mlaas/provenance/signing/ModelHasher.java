package io.mlaas.provenance.signing;

import io.mlaas.provenance.InvalidEvidenceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Hashes models in constant memory, with every core: files and shards side by side, and each is read by one thread while
 * another hashes what was read.
 */
public final class ModelHasher {
    private final int threads;

    public ModelHasher() {
        this(Runtime.getRuntime().availableProcessors());
    }

    /** @param threads how many pieces are hashed at once at most */
    public ModelHasher(int threads) {
        this.threads = threads;
    }

    /**
     * The manifest of a model.
     *
     * @param model a file, or a directory
     */
    public Manifest manifest(Path model, Serialization serialization) throws IOException {
        return Manifest.sorted(ModelFiles.name(model), hash(ModelFiles.pieces(model, serialization)), serialization);
    }

    /** SHA-256 of a file, in hexadecimal. */
    public String sha256(Path file) throws IOException {
        return hash(ModelFiles.pieces(file, Serialization.files().followingLinks()))
                .getFirst()
                .digest();
    }

    List<Resource> hash(List<ModelFiles.Piece> pieces) throws IOException {
        if (pieces.size() == 1) {
            return List.of(hash(pieces.getFirst()));
        }
        // The largest first, so that no thread begins it when the others are done.
        List<ModelFiles.Piece> ordered = pieces.stream()
                .sorted(Comparator.comparingLong(ModelFiles.Piece::size).reversed())
                .toList();
        try (ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, pieces.size()))) {
            List<Future<Resource>> futures = new ArrayList<>();
            ordered.forEach(piece -> futures.add(pool.submit(() -> hash(piece))));
            try {
                List<Resource> resources = new ArrayList<>();
                for (Future<Resource> future : futures) {
                    resources.add(future.get());
                }
                return resources;
            } catch (ExecutionException e) {
                pool.shutdownNow();
                throw rethrown(Objects.requireNonNull(e.getCause()));
            } catch (InterruptedException e) {
                pool.shutdownNow();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while hashing", e);
            }
        }
    }

    private static IOException rethrown(Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case InvalidEvidenceException e -> throw e;
            default -> new IOException("hashing failed", cause);
        };
    }

    private static Resource hash(ModelFiles.Piece piece) throws IOException {
        MessageDigest digest = sha256();
        long read = 0;
        try (FileChannel channel = FileChannel.open(piece.file(), StandardOpenOption.READ);
                ReadAhead ahead = new ReadAhead(channel, piece.begin(), piece.end())) {
            for (ByteBuffer buffer = ahead.next(); buffer != null; buffer = ahead.next()) {
                read += buffer.remaining();
                digest.update(buffer);
            }
        }
        if (piece.end() >= 0 && read != piece.end() - piece.begin()) {
            throw new InvalidEvidenceException(piece.name() + ": ends after " + read + " bytes; it changes now");
        }
        return new Resource(piece.name(), HexFormat.of().formatHex(digest.digest()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
