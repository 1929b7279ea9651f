package io.mlaas.stack.mqtt;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;

/**
 * Whom the broker lets in: the operator account of its file ({@code name}, {@code password}), and whom the platform
 * knows, if the file says where to ask ({@code devices.url} and what that needs). A value <code>${NAME}</code> is that of an
 * environment variable.
 */
final class Accounts {

    private final String operator;
    private final byte[] operatorName;
    private final byte[] operatorPassword;
    private final Optional<Platform> platform;

    private Accounts(String name, String password, Optional<Platform> platform) {
        operator = name;
        operatorName = sha256(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
        operatorPassword = sha256(ByteBuffer.wrap(password.getBytes(StandardCharsets.UTF_8)));
        this.platform = platform;
    }

    static Accounts read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Optional<Platform> platform = properties.containsKey("devices.url")
                ? Optional.of(new Platform(
                        required(file, properties, "devices.url"),
                        new ServiceToken(
                                required(file, properties, "devices.token-url"),
                                required(file, properties, "devices.client-id"),
                                required(file, properties, "devices.client-secret"))))
                : Optional.empty();
        return new Accounts(required(file, properties, "name"), required(file, properties, "password"), platform);
    }

    boolean isOperator(String name) {
        return operator.equals(name);
    }

    /** @return empty if nobody has this name and password; it fails if that cannot be asked now */
    CompletableFuture<Optional<Identity>> find(String name, ByteBuffer password) {
        boolean sameName =
                MessageDigest.isEqual(operatorName, sha256(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8))));
        boolean samePassword = MessageDigest.isEqual(operatorPassword, sha256(password.duplicate()));
        if (sameName) {
            return CompletableFuture.completedFuture(
                    samePassword ? Optional.of(new Identity.Operator()) : Optional.empty());
        }
        return platform.map(asked -> asked.find(
                                name,
                                StandardCharsets.UTF_8
                                        .decode(password.duplicate())
                                        .toString())
                        .thenApply(member -> member.map(Identity.class::cast)))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    private static String required(Path file, Properties properties, String key) throws IOException {
        String value = ofEnvironment(properties.getProperty(key, "").strip());
        if (value.isEmpty()) {
            throw new IOException(file + ": " + key
                    + ": empty (expected: a value, or ${NAME} of an environment variable that has one)");
        }
        return value;
    }

    private static String ofEnvironment(String value) {
        return value.startsWith("${") && value.endsWith("}")
                ? Objects.requireNonNullElse(System.getenv(value.substring(2, value.length() - 1)), "")
                : value;
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
