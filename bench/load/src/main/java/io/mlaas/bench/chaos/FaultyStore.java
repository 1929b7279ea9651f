package io.mlaas.bench.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands before an object store and makes it slow or faulty. Requests pass unchanged (their signatures cover the Host
 * header, which is kept), so this process needs {@code -Djdk.httpclient.allowRestrictedHeaders=host,content-length}.
 */
final class FaultyStore implements AutoCloseable {
    private static final Set<String> NOT_PASSED =
            Set.of("connection", "content-length", "transfer-encoding", "expect", "upgrade", "http2-settings");

    /**
     * What is done to the calls.
     *
     * @param delay before each
     * @param failEvery which ones fail: half of them answer 500 without reaching the store, half reach it and are cut off
     *     before their answer; 0 for none
     */
    record Fault(Duration delay, int failEvery) {
        static final Fault NONE = new Fault(Duration.ZERO, 0);
    }

    private final HttpServer server;
    private final URI store;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile Fault fault = Fault.NONE;

    FaultyStore(int port, URI store) throws IOException {
        this.store = store;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    void become(Fault now) {
        fault = now;
    }

    String counts() {
        return "calls of the object store %d, failed on purpose %d".formatted(calls.get(), failed.get());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Fault now = fault;
            long number = calls.incrementAndGet();
            Thread.sleep(now.delay());
            boolean fails = now.failEvery() > 0 && number % now.failEvery() == 0;
            if (fails && failed.incrementAndGet() % 2 == 0) {
                exchange.getRequestBody().skip(Long.MAX_VALUE);
                exchange.sendResponseHeaders(500, -1);
                return;
            }
            HttpResponse<InputStream> answer = http.send(passedOn(exchange), BodyHandlers.ofInputStream());
            if (fails) {
                answer.body().close();
                throw new IOException("cut off on purpose");
            }
            answer(exchange, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest passedOn(HttpExchange exchange) {
        String path = exchange.getRequestURI().toString();
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        InputStream body = exchange.getRequestBody();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(store + path))
                .timeout(Duration.ofMinutes(2))
                .method(
                        exchange.getRequestMethod(),
                        length == null || length.equals("0")
                                ? BodyPublishers.noBody()
                                : BodyPublishers.fromPublisher(
                                        BodyPublishers.ofInputStream(() -> body), Long.parseLong(length)));
        for (Map.Entry<String, List<String>> header :
                exchange.getRequestHeaders().entrySet()) {
            if (!NOT_PASSED.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                header.getValue().forEach(value -> request.header(header.getKey(), value));
            }
        }
        return request.build();
    }

    private static void answer(HttpExchange exchange, HttpResponse<InputStream> answer) throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!NOT_PASSED.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        boolean empty = exchange.getRequestMethod().equals("HEAD") || answer.statusCode() == 204 || length == 0;
        if (exchange.getRequestMethod().equals("HEAD") && length >= 0) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
        }
        exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : Math.max(0, length));
        try (InputStream body = answer.body();
                OutputStream out = exchange.getResponseBody()) {
            if (!empty) {
                body.transferTo(out);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        http.close();
    }
}
