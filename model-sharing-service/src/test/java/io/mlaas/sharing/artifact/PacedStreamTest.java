package io.mlaas.sharing.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.kit.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacedStreamTest {
    private static final Duration WINDOW = Duration.ofSeconds(20);
    private final AtomicLong clock = new AtomicLong();

    /** Each read waits this long and brings this many bytes. */
    private InputStream sender(long millis, int bytes) {
        return new ByteArrayInputStream(new byte[1_000_000]) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                clock.addAndGet(millis * 1_000_000);
                return super.read(into, offset, Math.min(length, bytes));
            }
        };
    }

    private PacedStream paced(InputStream in) {
        return new PacedStream(in, 1024, WINDOW, clock::get);
    }

    @Test
    void letsASlowButSteadySenderThrough() throws IOException {
        assertThat(paced(sender(900, 1024)).readAllBytes()).hasSize(1_000_000);
    }

    @Test
    void cutsATricklingSenderOff() {
        assertThatThrownBy(() -> paced(sender(9_000, 1)).readAllBytes())
                .isInstanceOf(PacedStream.TooSlow.class)
                .hasMessage("0 bytes per second (expected: >= 1024)");
        assertThat(clock.get()).isEqualTo(Duration.ofSeconds(27).toNanos());
    }

    @Test
    void doesNotHoldASlowStoreAgainstTheSender() throws IOException {
        PacedStream stream = paced(sender(1, 10));
        byte[] some = new byte[10];
        for (int i = 0; i < 1000; i++) {
            clock.addAndGet(Duration.ofSeconds(5).toNanos());
            assertThat(stream.read(some)).isEqualTo(10);
        }
    }

    @Test
    void aSilentSenderIsASlowOne() {
        PacedStream stream = paced(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new SocketTimeoutException();
            }
        });
        assertThatThrownBy(() -> stream.read(new byte[1])).isInstanceOfSatisfying(IOException.class, e -> {
            ProblemException problem = UploadProblem.brokenOff("dataset", new IOException("wrapped", e));
            assertThat(problem.problem()).isEqualTo(UploadProblem.UPLOAD_TOO_SLOW);
            assertThat(problem.detail()).isEqualTo("dataset: nothing arrived for a while");
        });
    }
}
