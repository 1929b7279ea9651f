package io.mlaas.sharing.artifact;

import java.util.HexFormat;
import org.bouncycastle.crypto.digests.MD5Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;

/** SHA-256 and MD5 of bytes that pass by, whose state can be stored and taken up again by another process. */
final class ResumableFingerprint {
    private final SHA256Digest sha256;
    private final MD5Digest md5;

    ResumableFingerprint() {
        sha256 = new SHA256Digest();
        md5 = new MD5Digest();
    }

    private ResumableFingerprint(SHA256Digest sha256, MD5Digest md5) {
        this.sha256 = sha256;
        this.md5 = md5;
    }

    static ResumableFingerprint restored(State state) {
        return new ResumableFingerprint(new SHA256Digest(state.sha256()), new MD5Digest(state.md5()));
    }

    /** What was computed so far, in the encoding of Bouncy Castle. */
    @SuppressWarnings("ArrayRecordComponent") // as the columns hold it; never compared
    record State(byte[] sha256, byte[] md5) {}

    State state() {
        return new State(sha256.getEncodedState(), md5.getEncodedState());
    }

    void add(byte[] bytes, int offset, int length) {
        sha256.update(bytes, offset, length);
        md5.update(bytes, offset, length);
    }

    String sha256() {
        byte[] digest = new byte[32];
        new SHA256Digest(sha256).doFinal(digest, 0);
        return HexFormat.of().formatHex(digest);
    }

    String md5() {
        byte[] digest = new byte[16];
        new MD5Digest(md5).doFinal(digest, 0);
        return HexFormat.of().formatHex(digest);
    }
}
