package io.mlaas.learning.learner;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/** A transformer elsewhere, of KServe's protocol: twice the number; for all tests together. */
final class Doubler {
    static final AtomicInteger CALLS = new AtomicInteger();
    private static final HttpServer SERVER = start();
    private static volatile int status = 200;

    private Doubler() {}

    static String host() {
        return "127.0.0.1:" + SERVER.getAddress().getPort();
    }

    /** What it answers with from now on. */
    static void status(int other) {
        status = other;
    }

    private static HttpServer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", Doubler::answer);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        CALLS.incrementAndGet();
        double asked = JsonMapper.shared()
                .readTree(exchange.getRequestBody().readAllBytes())
                .at("/instances/0")
                .asDouble();
        byte[] body = ("{\"predictions\": [" + 2 * asked + "]}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
