package io.mlaas.kit.seal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's master keys: the first one seals, every one opens. Several are known while one replaces another. They
 * come from a property, or from a file that is read again while the service runs.
 */
public final class MasterKeys {
    private static final Logger log = LoggerFactory.getLogger(MasterKeys.class);
    private static final int BYTES = 32;

    /** @param id what is told about a key: a fingerprint */
    record Key(String id, SecretKeySpec secret) {
        @Override
        public String toString() {
            return "Key[" + id + "]";
        }
    }

    /** @param configured how many of the keys the configuration still has; the rest was read from it earlier */
    private record Ring(List<Key> keys, int configured) {}

    private final String property;
    private final @Nullable Path file;
    private volatile Ring ring;

    private MasterKeys(String property, @Nullable Path file, List<Key> keys) {
        this.property = property;
        this.file = file;
        this.ring = new Ring(List.copyOf(keys), keys.size());
    }

    /**
     * @param property the configuration property of the keys, for messages; the file's is the same with {@code -file}
     * @param keys 32 bytes each in Base64, separated by commas or spaces; or
     * @param file a file that holds them, one in a line
     * @throws IllegalArgumentException naming what is wrong, never a key
     */
    public static MasterKeys from(String property, @Nullable String keys, @Nullable Path file) {
        String given = keys == null || keys.isBlank() ? null : keys;
        if ((given == null) == (file == null)) {
            throw new IllegalArgumentException("%s, %s-file: %s set (expected: one of them)"
                    .formatted(property, property, given == null ? "neither is" : "both are"));
        }
        return file == null
                ? new MasterKeys(property, null, parse(property, String.valueOf(given)))
                : new MasterKeys(property, file, read(property, file));
    }

    static MasterKeys of(byte[] key) {
        return new MasterKeys("master key", null, List.of(key("master key", key)));
    }

    /** Names the key that seals, without telling anything about it. */
    public String currentId() {
        return current().id();
    }

    Key current() {
        return ring.keys().getFirst();
    }

    /** Names of all keys that open, the current one first. */
    public List<String> ids() {
        return ring.keys().stream().map(Key::id).toList();
    }

    /** Whether the configuration has a key, or had it only earlier in this process's life. */
    boolean isConfigured(String id) {
        Ring now = ring;
        return now.keys().subList(0, now.configured()).stream()
                .anyMatch(key -> key.id().equals(id));
    }

    List<Key> all() {
        return ring.keys();
    }

    /** The key of that name; the file is read again if it is not known. */
    Optional<Key> find(String id) {
        Optional<Key> known = known(id);
        if (known.isEmpty() && file != null) {
            reload();
            known = known(id);
        }
        return known;
    }

    private Optional<Key> known(String id) {
        return ring.keys().stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /**
     * Reads the file again. A file that cannot be used changes nothing; a key that is no longer in it still opens until
     * this process ends, so that an early removal loses no secret.
     */
    synchronized void reload() {
        if (file == null) {
            return;
        }
        List<Key> read;
        try {
            read = read(property, file);
        } catch (IllegalArgumentException e) {
            log.error("the master keys stay as they were: {}", e.getMessage());
            return;
        }
        Ring before = ring;
        List<Key> keys = new ArrayList<>(read);
        before.keys().stream()
                .filter(key -> read.stream().noneMatch(one -> one.id().equals(key.id())))
                .forEach(keys::add);
        Ring after = new Ring(List.copyOf(keys), read.size());
        ring = after;
        if (!after.keys().getFirst().id().equals(before.keys().getFirst().id())) {
            log.info("master key {} seals from now on (keys: {})", currentId(), ids());
        }
    }

    private static List<Key> read(String property, Path file) {
        String content;
        try {
            content = Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(property + "-file: " + file + " (expected: a readable file)", e);
        }
        return parse(property + "-file", content);
    }

    private static List<Key> parse(String property, String text) {
        List<Key> keys = new ArrayList<>();
        for (String one : text.strip().split("[\\s,]+", -1)) {
            byte[] bytes;
            try {
                bytes = Base64.getDecoder().decode(one);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(property + ": (not shown) (expected: 32 bytes in Base64)", e);
            }
            Key key = key(property, bytes);
            if (keys.stream().noneMatch(known -> known.id().equals(key.id()))) {
                keys.add(key);
            }
        }
        return keys;
    }

    private static Key key(String property, byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(
                    property + ": " + bytes.length + " bytes (expected: 32 bytes in Base64)");
        }
        return new Key(fingerprint(bytes), new SecretKeySpec(bytes, "AES"));
    }

    private static String fingerprint(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("mlaas master key".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(key), 0, Seal.KEY_ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }

    @Override
    public String toString() {
        return "MasterKeys" + ids();
    }
}
