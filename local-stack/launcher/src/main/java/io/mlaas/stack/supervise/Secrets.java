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

    /** The file of a master key: 32 random bytes in base64; while keys change, several, one in a line, newest first. */
    public String keyFile(String name) {
        of(name, Base64.getEncoder());
        return folder.resolve(name).toString();
    }

    /** Puts a new key above those that a master key's file holds. */
    public synchronized void addKey(String name) {
        String before = of(name, Base64.getEncoder());
        write(name, Base64.getEncoder().encodeToString(fresh()) + "\n" + before + "\n");
    }

    /**
     * Leaves only the newest key in a master key's file.
     *
     * @return how many keys are gone
     */
    public synchronized int dropOlderKeys(String name) {
        String[] keys = of(name, Base64.getEncoder()).split("\\R", -1);
        write(name, keys[0] + "\n");
        return keys.length - 1;
    }

    private byte[] fresh() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private void write(String name, String content) {
        try {
            PrivateFile.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized String of(String name, Base64.Encoder encoder) {
        try {
            PrivateFile.folder(folder);
            Path file = folder.resolve(name);
            if (!Files.exists(file)) {
                PrivateFile.write(file, encoder.encodeToString(fresh()) + "\n");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
