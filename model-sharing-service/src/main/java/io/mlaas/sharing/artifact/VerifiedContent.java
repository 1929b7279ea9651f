package io.mlaas.sharing.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The digests of the pieces of files that were read whole and had the digest on the chain. A piece that has its digest
 * is right, whatever happened to the object since: so a range of a large file is verified without reading the rest again,
 * and nothing has to be believed of the object store. Few kilobytes per file are remembered, for the files used last.
 */
@Component
final class VerifiedContent {
    /** What is verified at a time. */
    static final int PIECE = 256 * 1024;

    private static final int DIGEST = 32;
    private static final long REMEMBERED_BYTES = 16L << 20;

    private final StoredObjects objects;
    private final Map<String, byte[]> known = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, CompletableFuture<byte[]>> underWay = new ConcurrentHashMap<>();
    private long remembered;

    VerifiedContent(StoredObjects objects) {
        this.objects = objects;
    }

    /** Digests of all pieces of a file. */
    static final class Pieces {
        private final byte[] digests;

        private Pieces(byte[] digests) {
            this.digests = digests;
        }

        /** @param index from 0 */
        boolean has(long index, byte[] piece, int length) {
            MessageDigest sha256 = Fingerprint.digest("SHA-256");
            sha256.update(piece, 0, length);
            int at = Math.toIntExact(index * DIGEST);
            return Arrays.equals(sha256.digest(), 0, DIGEST, digests, at, at + DIGEST);
        }
    }

    /** The pieces of a file that was verified before, or null. */
    @Nullable
    Pieces known(String sha256) {
        synchronized (known) {
            byte[] digests = known.get(sha256);
            return digests == null ? null : new Pieces(digests);
        }
    }

    /** The pieces of a file; it is read whole if that has not been done yet. Those who ask meanwhile wait. */
    Pieces verified(Artifact artifact, String expected, Delivery.Suspect suspect) {
        Pieces before = known(expected);
        if (before != null) {
            return before;
        }
        String key = artifact.organizationId() + "/" + expected;
        CompletableFuture<byte[]> mine = new CompletableFuture<>();
        CompletableFuture<byte[]> other = underWay.putIfAbsent(key, mine);
        if (other != null) {
            return new Pieces(joined(other));
        }
        try {
            byte[] digests = read(artifact, expected, suspect);
            remember(expected, digests);
            mine.complete(digests);
            return new Pieces(digests);
        } catch (RuntimeException e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            underWay.remove(key);
            mine.cancel(false);
        }
    }

    private static byte[] joined(CompletableFuture<byte[]> other) {
        try {
            return other.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private byte[] read(Artifact artifact, String expected, Delivery.Suspect suspect) {
        long size = artifact.sizeBytes();
        byte[] digests = new byte[Math.toIntExact(Math.ceilDiv(size, PIECE) * DIGEST)];
        MessageDigest whole = Fingerprint.digest("SHA-256");
        MessageDigest one = Fingerprint.digest("SHA-256");
        byte[] piece = new byte[PIECE];
        long read = 0;
        try (InputStream in = objects.open(artifact)) {
            int count = in.readNBytes(piece, 0, PIECE);
            while (count > 0 && read + count <= size) {
                whole.update(piece, 0, count);
                one.update(piece, 0, count);
                byte[] digest = one.digest();
                System.arraycopy(digest, 0, digests, Math.toIntExact(read / PIECE * DIGEST), DIGEST);
                read += count;
                count = in.readNBytes(piece, 0, PIECE);
            }
            if (count > 0) {
                whole.update(piece, 0, count);
                read += count;
            }
        } catch (StoredObjects.ObjectGone e) {
            throw suspect.tampered(null, "the stored object is gone");
        } catch (IOException e) {
            throw StoredObjects.unreadable(e);
        }
        String found = HexFormat.of().formatHex(whole.digest());
        if (read != size || !found.equals(expected)) {
            throw suspect.tampered(found, "the stored bytes do not have the digest that is on the chain");
        }
        return digests;
    }

    private void remember(String sha256, byte[] digests) {
        synchronized (known) {
            if (known.put(sha256, digests) == null) {
                remembered += digests.length;
            }
            var oldest = known.values().iterator();
            while (remembered > REMEMBERED_BYTES && known.size() > 1) {
                remembered -= oldest.next().length;
                oldest.remove();
            }
        }
    }
}
