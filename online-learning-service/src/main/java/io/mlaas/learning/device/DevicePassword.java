package io.mlaas.learning.device;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** A device's password: 256 random bits, so that a plain digest of it can be kept. */
record DevicePassword(String text) {
    static final String PREFIX = "mld_";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    static DevicePassword fresh() {
        byte[] secret = new byte[BYTES];
        RANDOM.nextBytes(secret);
        return new DevicePassword(
                PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** In hexadecimal. */
    String sha256() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "DevicePassword[…]";
    }
}
