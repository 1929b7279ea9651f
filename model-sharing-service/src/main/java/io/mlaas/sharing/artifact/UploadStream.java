package io.mlaas.sharing.artifact;

import java.io.IOException;
import java.io.InputStream;

/** An upload on its way: computes the fingerprint and stops at the limit. */
final class UploadStream extends InputStream {
    private final InputStream in;
    private final long limit;
    private final Fingerprint fingerprint;

    /** @param limit in bytes */
    UploadStream(InputStream in, long limit) {
        this(in, limit, new Fingerprint());
    }

    UploadStream(InputStream in, long limit, Fingerprint fingerprint) {
        this.in = in;
        this.limit = limit;
        this.fingerprint = fingerprint;
    }

    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(long limit) {
            super("more than %d bytes (expected: <= %d bytes)".formatted(limit, limit));
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int read = read(one, 0, 1);
        return read < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, length);
        if (read > 0) {
            fingerprint.add(into, offset, read);
            if (fingerprint.size() > limit) {
                throw new TooLarge(limit);
            }
        }
        return read;
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }
}
