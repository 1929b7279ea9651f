package io.mlaas.gateway;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A service behind the gateway that records what reaches it; handlers for single paths take precedence. */
final class StubService {

    /** @param size of the body in bytes; {@code text} holds its beginning; -1 when it broke off */
    record Received(String method, String uri, Headers headers, long size, String text) {
        String header(String name) {
            return headers.getFirst(name);
        }
    }

    interface Handler {
        void handle(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final String name;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();

    StubService(String name) {
        this.name = name;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        on("/", exchange -> {
            record(exchange);
            answer(exchange, 200, "application/json", "{\"service\":\"" + name + "\"}");
        });
        server.start();
    }

    void on(String path, Handler handler) {
        server.createContext(path, exchange -> {
            try {
                handler.handle(exchange);
                // After a failure the server closes the connection instead, in the middle of the answer.
                exchange.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Like {@link #on}, any number of times. */
    void replace(String path, Handler handler) {
        if (handlers.put(path, handler) == null) {
            on(path, exchange -> handlers.get(path).handle(exchange));
        }
    }

    void record(HttpExchange exchange) {
        Headers headers = new Headers();
        headers.putAll(exchange.getRequestHeaders());
        long size = 0;
        StringBuilder text = new StringBuilder();
        try (InputStream body = exchange.getRequestBody()) {
            byte[] piece = new byte[65_536];
            for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
                size += count;
                if (text.length() < 10_000) {
                    text.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
                }
            }
        } catch (IOException e) {
            size = -1;
        }
        received.add(new Received(
                exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, size, text.toString()));
    }

    static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    String name() {
        return name;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Received> received() {
        return received;
    }

    Received latest() {
        return received.getLast();
    }

    void forget() {
        received.clear();
    }

    /** An address at which nobody listens. */
    static String nobody() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
