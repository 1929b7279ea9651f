package io.mlaas.sharing.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, MD5 and length of bytes that pass by. */
public final class Fingerprint {
    private final MessageDigest sha256 = digest("SHA-256");
    private final MessageDigest md5 = digest("MD5");
    private long size;

    /** Reads all of a stream, keeping nothing. */
    public static Fingerprint of(InputStream in) throws IOException {
        Fingerprint fingerprint = new Fingerprint();
        byte[] chunk = new byte[64 * 1024];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            fingerprint.add(chunk, 0, read);
        }
        return fingerprint;
    }

    void add(byte[] bytes, int offset, int length) {
        sha256.update(bytes, offset, length);
        md5.update(bytes, offset, length);
        size += length;
    }

    long size() {
        return size;
    }

    /** Ends the computation: call it once. */
    public String sha256() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    public String md5() {
        return HexFormat.of().formatHex(md5.digest());
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has " + algorithm, e);
        }
    }
}
