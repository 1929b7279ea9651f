package io.mlaas.gateway.edge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.AbstractProcessor;
import org.apache.coyote.Constants;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/1.1 with a time for the whole head of a request. Tomcat itself only limits each pause in it: a client that sends a
 * byte now and then keeps its connection for days.
 */
public final class HeadDeadlineProtocol extends Http11NioProtocol {
    private static final Logger log = LoggerFactory.getLogger(HeadDeadlineProtocol.class);
    private static final byte[] TOO_SLOW =
            "HTTP/1.1 408 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile long deadlineNanos = Long.MAX_VALUE;

    void setHeadTimeout(Duration timeout) {
        deadlineNanos = timeout.toNanos();
    }

    @Override
    public void start() throws Exception {
        super.start();
        Thread.ofVirtual().name("head-deadline").start(this::watch);
    }

    @Override
    public void stop() throws Exception {
        stopped.countDown();
        super.stop();
    }

    /** A request whose head is still coming, told from the next one of its connection by the processor's count. */
    private record Head(AbstractProcessor processor, int requestsBefore, long sinceNanos) {
        boolean isSameAs(Head other) {
            return processor == other.processor && requestsBefore == other.requestsBefore;
        }
    }

    private void watch() {
        long pause = Math.clamp(deadlineNanos / 4, TimeUnit.MILLISECONDS.toNanos(50), TimeUnit.SECONDS.toNanos(1));
        Map<SocketWrapperBase<NioChannel>, Head> coming = new HashMap<>();
        try {
            while (!stopped.await(pause, TimeUnit.NANOSECONDS)) {
                coming = look(coming);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<SocketWrapperBase<NioChannel>, Head> look(Map<SocketWrapperBase<NioChannel>, Head> before) {
        Map<SocketWrapperBase<NioChannel>, Head> now = new HashMap<>();
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            Head head = head(connection);
            if (head != null) {
                Head earlier = before.get(connection);
                Head known = earlier != null && earlier.isSameAs(head) ? earlier : head;
                if (head.sinceNanos() - known.sinceNanos() > deadlineNanos) {
                    close(connection);
                } else {
                    now.put(connection, known);
                }
            }
        }
        return now;
    }

    /**
     * A connection whose next read must go on in the middle of a head keeps its processor, between two reads in the stage
     * "ended"; one that waits for a new request has none.
     */
    private static @Nullable Head head(SocketWrapperBase<NioChannel> connection) {
        if (connection.getCurrentProcessor() instanceof AbstractProcessor processor
                && !processor.isAsync()
                && processor.getRequest().getRequestProcessor().getStage() == Constants.STAGE_ENDED) {
            int requests = processor.getRequest().getRequestProcessor().getRequestCount();
            return new Head(processor, requests, System.nanoTime());
        }
        return null;
    }

    private static void close(SocketWrapperBase<NioChannel> connection) {
        log.info("{} did not finish the head of its request", connection.getRemoteAddr());
        try {
            connection.write(true, TOO_SLOW, 0, TOO_SLOW.length);
            connection.flush(true);
        } catch (IOException e) {
            log.debug("{} does not listen either", connection.getRemoteAddr(), e);
        } finally {
            connection.close();
        }
    }
}
