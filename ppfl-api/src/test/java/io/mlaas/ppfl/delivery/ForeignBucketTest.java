package io.mlaas.ppfl.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mlaas.kit.net.AllowedAddresses;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Buckets of people who mean no good. */
class ForeignBucketTest {
    private static final byte[] MODEL = "a model".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private static final long ENDLESS = 1L << 40;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong given = new AtomicLong();
    private volatile Duration pause = Duration.ZERO;
    private HttpServer server;

    /** What is answered to a GET of the object. */
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private volatile Answer answer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            rest();
            boolean object = exchange.getRequestURI().getPath().endsWith("model.pt");
            if (object && exchange.getRequestMethod().equals("GET")) {
                answer.to(exchange);
            } else if (exchange.getRequestMethod().equals("GET")) {
                byte[] region =
                        "<LocationConstraint>eu</LocationConstraint>".getBytes(java.nio.charset.StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, region.length);
                exchange.getResponseBody().write(region);
            } else {
                exchange.getResponseHeaders().add("ETag", "\"0\"");
                exchange.sendResponseHeaders(200, -1);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void readsNoMoreBackThanItTakesToSeeThatItIsAnother() throws Exception {
        answer = exchange -> endless(exchange, 200);
        String stored = bucket(Duration.ofHours(1)).store(target(), new ByteArrayInputStream(MODEL), MODEL.length);
        assertThat(stored)
                .isNotEqualTo(HexFormat.of().formatHex(ForeignBucket.sha256().digest(MODEL)));
        assertThat(given).hasValueLessThan(ENDLESS);
    }

    @Test
    void keepsNoEndlessErrorInMemory() {
        answer = exchange -> endless(exchange, 500);
        assertThatThrownBy(() ->
                        bucket(Duration.ofHours(1)).store(target(), new ByteArrayInputStream(MODEL), MODEL.length))
                .isInstanceOf(Exception.class);
    }

    @Test
    void waitsForNobodyWhoDripsForever() {
        answer = exchange -> {
            exchange.sendResponseHeaders(200, ENDLESS);
            for (int i = 0; i < MODEL.length; i++) {
                exchange.getResponseBody().write(MODEL[i]);
                exchange.getResponseBody().flush();
                pause = Duration.ofSeconds(2);
                rest();
            }
        };
        assertThatThrownBy(() ->
                        bucket(Duration.ofSeconds(8)).store(target(), new ByteArrayInputStream(MODEL), MODEL.length))
                .hasStackTraceContaining("timeout");
    }

    @Test
    void manySlowCallsDoNotAddUpToMoreThanTheLease() {
        pause = Duration.ofMillis(1_500);
        answer = exchange -> endless(exchange, 200);
        assertThatThrownBy(() ->
                        bucket(Duration.ofSeconds(8)).store(target(), new ByteArrayInputStream(MODEL), MODEL.length))
                .hasStackTraceContaining("the copy has not ended within PT4S");
    }

    private void endless(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, ENDLESS);
        byte[] piece = new byte[1 << 16];
        while (given.addAndGet(piece.length) < ENDLESS) {
            exchange.getResponseBody().write(piece);
        }
    }

    private void rest() throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the test has ended", e);
        }
    }

    private DeliveryTarget target() {
        return new DeliveryTarget(
                "http://127.0.0.1:" + server.getAddress().getPort(), "bucket", "model.pt", "access", "secret-key");
    }

    private static ForeignBucket bucket(Duration lease) {
        Duration second = Duration.ofSeconds(1);
        return new ForeignBucket(
                new AllowedAddresses("mlaas.ppfl.delivery.allowed-networks", List.of("127.0.0.0/8")),
                new DeliveryProperties(
                        List.of(),
                        List.of("127.0.0.0/8"),
                        true,
                        "models",
                        second,
                        lease,
                        second,
                        second,
                        second,
                        Duration.ofSeconds(30),
                        1));
    }
}
