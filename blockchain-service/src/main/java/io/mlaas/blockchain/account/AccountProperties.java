package io.mlaas.blockchain.account;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the keys are sealed with.
 *
 * @param masterKey 32 bytes in Base64; or
 * @param masterKeyFile a file that holds them, in Base64
 * @param registrarKey private key of the registrar in hexadecimal, only to take over a directory that another account
 *     deployed; taken in at the first start and not needed afterwards
 */
@ConfigurationProperties("mlaas.blockchain")
record AccountProperties(
        @Nullable String masterKey,
        @Nullable Path masterKeyFile,
        @Nullable String registrarKey) {
    private static final Pattern PRIVATE_KEY = Pattern.compile("(0x)?[0-9a-fA-F]{64}");

    AccountProperties {
        masterKey = masterKey == null || masterKey.isBlank() ? null : masterKey.strip();
        registrarKey = registrarKey == null || registrarKey.isBlank() ? null : registrarKey.strip();
        if ((masterKey == null) == (masterKeyFile == null)) {
            throw new IllegalArgumentException(
                    "mlaas.blockchain.master-key, mlaas.blockchain.master-key-file: %s set (expected: one of them)"
                            .formatted(masterKey == null ? "neither is" : "both are"));
        }
        decode(masterKey, masterKeyFile);
        if (registrarKey != null && !PRIVATE_KEY.matcher(registrarKey).matches()) {
            throw new IllegalArgumentException("mlaas.blockchain.registrar-key: (not shown) (expected: 64 hex digits)");
        }
    }

    byte[] masterKeyBytes() {
        return decode(masterKey, masterKeyFile);
    }

    private static byte[] decode(@Nullable String masterKey, @Nullable Path masterKeyFile) {
        String name = masterKey == null ? "master-key-file" : "master-key";
        byte[] key;
        try {
            key = Base64.getDecoder().decode(masterKey == null ? read(masterKeyFile) : masterKey);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "mlaas.blockchain." + name + ": (not shown) (expected: 32 bytes in Base64)", e);
        }
        if (key.length != 32) {
            throw new IllegalArgumentException(
                    "mlaas.blockchain." + name + ": " + key.length + " bytes (expected: 32 bytes in Base64)");
        }
        return key;
    }

    private static String read(@Nullable Path file) {
        if (file == null) {
            throw new IllegalArgumentException("mlaas.blockchain.master-key-file: null (expected: a readable file)");
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "mlaas.blockchain.master-key-file: " + file + " (expected: a readable file)", e);
        }
    }

    @Override
    public String toString() {
        return "AccountProperties[masterKey=…, masterKeyFile=" + masterKeyFile + ", registrarKey=…]";
    }
}
