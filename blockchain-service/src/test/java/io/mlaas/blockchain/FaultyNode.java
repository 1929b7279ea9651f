package io.mlaas.blockchain;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Test double of a bad network and a bad node: stands before the real node's JSON-RPC, passes everything on, and injects
 * the faults that a test switches on.
 */
public final class FaultyNode {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SEND = "eth_sendRawTransaction";

    /** What happens to one call. */
    @FunctionalInterface
    public interface Fault {
        /** @return the answer's body, or null for a connection that breaks */
        String answer(Call call) throws IOException, InterruptedException;
    }

    /** A call that may be passed on. */
    public static final class Call {
        private final FaultyNode proxy;
        private final byte[] body;
        private final JsonNode request;

        private Call(FaultyNode proxy, byte[] body) {
            this.proxy = proxy;
            this.body = body;
            this.request = JSON.readTree(body);
        }

        public String method() {
            return request.path("method").asString();
        }

        public boolean sends() {
            return method().equals(SEND);
        }

        public String passOn() throws IOException, InterruptedException {
            return proxy.forward(body);
        }

        public String result(Object result) {
            return JSON.writeValueAsString(
                    Map.of("jsonrpc", "2.0", "id", request.path("id").asLong(), "result", result));
        }

        public String error(int code, String message) {
            return JSON.writeValueAsString(Map.of(
                    "jsonrpc",
                    "2.0",
                    "id",
                    request.path("id").asLong(),
                    "error",
                    Map.of("code", code, "message", message)));
        }
    }

    private final Supplier<String> node;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final AtomicReference<Fault> fault = new AtomicReference<>(Call::passOn);
    private final AtomicInteger sends = new AtomicInteger();

    FaultyNode(Supplier<String> node) {
        this.node = node;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("faulty-node-", 0).factory()));
        server.createContext("/", this::handle);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on; {@link #behave} ends it. */
    public void misbehave(Fault how) {
        fault.set(how);
    }

    public void behave() {
        fault.set(Call::passOn);
    }

    /** How many transactions were given to this node. */
    public int sends() {
        return sends.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = new Call(this, exchange.getRequestBody().readAllBytes());
            if (call.sends()) {
                sends.incrementAndGet();
            }
            String answer = fault.get().answer(call);
            if (answer != null) {
                byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String forward(byte[] body) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create(node.get()))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
