package io.mlaas.sharing.artifact;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** An upload on its way: computes the fingerprint, stops at the limit, and remembers whether reading it failed. */
final class UploadStream extends InputStream {
    private final InputStream in;
    private final long limit;
    private final Fingerprint fingerprint = new Fingerprint();
    private volatile @Nullable IOException failure;

    /** @param limit in bytes; 0 for none */
    UploadStream(InputStream in, long limit) {
        this.in = in;
        this.limit = limit;
    }

    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(long limit) {
            super("more than " + limit + " bytes");
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
        try {
            int read = in.read(into, offset, length);
            if (read > 0) {
                fingerprint.add(into, offset, read);
                if (limit > 0 && fingerprint.size() > limit) {
                    throw new TooLarge(limit);
                }
            }
            return read;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }

    /** Why the sender's bytes could not be read, or null if they could. */
    @Nullable
    IOException failure() {
        return failure;
    }
}
