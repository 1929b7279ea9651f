package io.mlaas.sharing.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A sender's bytes, as long as they come fast enough. Only the time that is spent waiting for the sender counts, so that
 * a slow object store is not held against it.
 */
final class PacedStream extends InputStream {
    private final InputStream in;
    private final long slowest;
    private final long window;
    private final LongSupplier clock;
    private long waited;
    private long arrived;
    private @Nullable TooSlow tooSlow;

    /** @param slowest bytes per second, averaged over each window; 0 for no limit */
    PacedStream(InputStream in, long slowest, Duration window) {
        this(in, slowest, window, System::nanoTime);
    }

    PacedStream(InputStream in, long slowest, Duration window, LongSupplier clock) {
        this.in = in;
        this.slowest = slowest;
        this.window = window.toNanos();
        this.clock = clock;
    }

    /** The sender is too slow, or silent. */
    static final class TooSlow extends IOException {
        private static final long serialVersionUID = 1L;

        TooSlow(String message, @Nullable IOException cause) {
            super(message, cause);
        }
    }

    // Whoever reads on, to find the end of a part say, does not wait again.
    private TooSlow end(String message, @Nullable IOException cause) {
        TooSlow over = new TooSlow(message, cause);
        tooSlow = over;
        return over;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        TooSlow over = tooSlow;
        if (over != null) {
            throw over;
        }
        long before = clock.getAsLong();
        int count;
        try {
            count = in.read(into, offset, length);
        } catch (IOException e) {
            // Tomcat wraps it.
            if (e instanceof SocketTimeoutException || e.getCause() instanceof SocketTimeoutException) {
                throw end("nothing arrived for a while", e);
            }
            throw e;
        }
        if (slowest > 0 && count >= 0) {
            waited += clock.getAsLong() - before;
            arrived += count;
            if (waited >= window) {
                double rate = arrived * 1e9 / waited;
                if (rate < slowest) {
                    throw end("%.0f bytes per second (expected: >= %d)".formatted(rate, slowest), null);
                }
                waited = 0;
                arrived = 0;
            }
        }
        return count;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }
}
