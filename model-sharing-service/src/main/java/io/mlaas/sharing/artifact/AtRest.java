package io.mlaas.sharing.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads stored files for the sake of looking at them. */
@Component
public class AtRest {
    private final StoredObjects objects;

    AtRest(StoredObjects objects) {
        this.objects = objects;
    }

    /** Told of every piece that was read; it may take its time. */
    public interface Pace {
        void read(int bytes);
    }

    /**
     * What is there.
     *
     * @param sha256 64 lower-case hex, or null when the object is gone
     */
    public record Found(@Nullable String sha256, long bytes) {}

    /** Reads a file from its first byte to its last; a problem if the object store does not answer. */
    public Found read(Artifact artifact, Pace pace) {
        MessageDigest sha256 = Fingerprint.digest("SHA-256");
        byte[] chunk = new byte[64 * 1024];
        long bytes = 0;
        try (InputStream in = objects.open(artifact)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                sha256.update(chunk, 0, read);
                bytes += read;
                pace.read(read);
            }
        } catch (StoredObjects.ObjectGone e) {
            return new Found(null, 0);
        } catch (IOException e) {
            throw StoredObjects.unreadable(e);
        }
        return new Found(HexFormat.of().formatHex(sha256.digest()), bytes);
    }
}
