package io.mlaas.stack.mqtt;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Whom the broker lets in. Today that is the operator account of the secrets file ({@code name},
 * {@code password}); a device's credential is unknown here and so refused.
 */
final class Accounts {

    private final byte[] operatorName;
    private final byte[] operatorPassword;

    private Accounts(String name, String password) {
        operatorName = sha256(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
        operatorPassword = sha256(ByteBuffer.wrap(password.getBytes(StandardCharsets.UTF_8)));
    }

    static Accounts read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return new Accounts(required(file, properties, "name"), required(file, properties, "password"));
    }

    Optional<Identity> find(@Nullable String name, @Nullable ByteBuffer password) {
        if (name == null || password == null) {
            return Optional.empty();
        }
        boolean sameName =
                MessageDigest.isEqual(operatorName, sha256(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8))));
        boolean samePassword = MessageDigest.isEqual(operatorPassword, sha256(password.duplicate()));
        return sameName && samePassword ? Optional.of(new Identity.Operator()) : Optional.empty();
    }

    private static String required(Path file, Properties properties, String key) throws IOException {
        String value = properties.getProperty(key, "").strip();
        if (value.isEmpty()) {
            throw new IOException(file + ": " + key + ": empty (expected: the operator's)");
        }
        return value;
    }

    private static byte[] sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
