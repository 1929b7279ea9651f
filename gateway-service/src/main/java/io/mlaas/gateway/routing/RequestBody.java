package io.mlaas.gateway.routing;

import io.mlaas.gateway.limit.BodyLimits;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way to a service, in pieces, as fast as the service takes them. A body that breaks off
 * makes the request to the service fail; {@code BodyPublishers.ofInputStream} could end it as if it were whole.
 */
final class RequestBody implements BodyPublisher {
    private static final int PIECE = 32 * 1024;

    private final InputStream in;
    private final long length;
    private final long most;
    private final BodyLimits.Pace pace;
    private final Semaphore demand = new Semaphore(0);
    private volatile @Nullable Thread pump;
    private volatile @Nullable IOException broken;
    private volatile boolean stopped;
    private volatile long lastMoved = System.nanoTime();

    /**
     * @param length in bytes, or -1 where the client did not say
     * @param most bytes that are taken
     */
    RequestBody(InputStream in, long length, long most, BodyLimits.Pace pace) {
        this.in = in;
        this.length = length;
        this.most = most;
        this.pace = pace;
    }

    /** The request's body, or null without one. */
    static @Nullable RequestBody of(HttpServletRequest request, long most, BodyLimits.Pace pace) throws IOException {
        long length = request.getContentLengthLong();
        boolean chunked = request.getHeader("Transfer-Encoding") != null;
        if (length > most) {
            throw new TooLargeException();
        }
        return length > 0 || chunked ? new RequestBody(request.getInputStream(), length, most, pace) : null;
    }

    /** More came than is taken. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** The client sends, but so slowly that it seems to mean harm. */
    static final class TooSlowException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public long contentLength() {
        return length;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                demand.release((int) Math.min(n, 1024));
            }

            @Override
            public void cancel() {
                stopped = true;
                demand.release();
            }
        });
        pump = Thread.ofVirtual().name("request-body").start(() -> move(subscriber));
    }

    private void move(Flow.Subscriber<? super ByteBuffer> to) {
        long came = 0;
        try {
            while (!stopped) {
                byte[] piece = new byte[PIECE];
                long asked = System.nanoTime();
                int count = in.read(piece);
                lastMoved = System.nanoTime();
                if (count < 0) {
                    to.onComplete();
                    return;
                }
                came += count;
                if (came > most) {
                    throw new TooLargeException();
                }
                if (pace.isTooSlow(count, lastMoved - asked)) {
                    throw new TooSlowException();
                }
                demand.acquire();
                if (!stopped) {
                    to.onNext(ByteBuffer.wrap(piece, 0, count));
                }
            }
        } catch (IOException e) {
            broken = e;
            to.onError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            to.onError(e);
        }
    }

    /** Why the client's body broke off, if it did. */
    @Nullable
    IOException broken() {
        return broken;
    }

    Duration idle() {
        return Duration.ofNanos(System.nanoTime() - lastMoved);
    }

    /**
     * Waits until the client's stream is not read any more: the container reuses it for the next request. A read that
     * blocks ends with the container's own timeout.
     */
    void release() throws InterruptedException {
        stopped = true;
        demand.release();
        Thread moving = pump;
        if (moving != null) {
            moving.join();
        }
    }
}
