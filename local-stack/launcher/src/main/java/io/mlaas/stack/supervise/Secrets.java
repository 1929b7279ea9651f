package io.mlaas.stack.supervise;

import io.mlaas.stack.server.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** Passwords and keys, each made once, in a file that only its owner can read. */
public final class Secrets {

    private static final int BYTES = 32;

    private final Path folder;
    private final SecureRandom random = new SecureRandom();

    public Secrets(Path folder) {
        this.folder = folder;
    }

    /** A password of 43 url-safe characters. */
    public String password(String name) {
        return of(name, Base64.getUrlEncoder().withoutPadding());
    }

    /** 32 random bytes, base64. */
    public String key(String name) {
        return of(name, Base64.getEncoder());
    }

    private synchronized String of(String name, Base64.Encoder encoder) {
        try {
            PrivateFile.folder(folder);
            Path file = folder.resolve(name);
            if (!Files.exists(file)) {
                byte[] bytes = new byte[BYTES];
                random.nextBytes(bytes);
                PrivateFile.write(file, encoder.encodeToString(bytes) + "\n");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
