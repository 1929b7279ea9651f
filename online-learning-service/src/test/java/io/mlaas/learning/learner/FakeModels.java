package io.mlaas.learning.learner;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** The registry of models as this service asks it: models to begin with, and snapshots that it is sent. */
final class FakeModels {
    private final Map<UUID, Model> models = new ConcurrentHashMap<>();
    private final Map<String, UUID> snapshots = new ConcurrentHashMap<>();
    private final List<Snapshot> sent = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile boolean away;

    private record Model(UUID organization, String status, String format, byte[] content) {}

    /** @param form as it was sent, a character for a byte */
    record Snapshot(String query, String form) {}

    FakeModels() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                handle(exchange);
            }
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    UUID add(UUID organization, String status, String format, byte[] content) {
        UUID id = UUID.randomUUID();
        models.put(id, new Model(organization, status, format, content));
        return id;
    }

    void remove(UUID id) {
        models.remove(id);
    }

    void away(boolean now) {
        away = now;
    }

    List<Snapshot> sent(UUID learner) {
        return sent.stream()
                .filter(snapshot -> snapshot.query().contains(learner.toString()))
                .toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        if (away) {
            answer(exchange, 503, new byte[0]);
        } else if (path.equals("/internal/snapshot")) {
            answer(exchange, 201, registered(exchange.getRequestURI().getQuery(), body));
        } else {
            model(exchange, UUID.fromString(path.split("/")[2]), path.endsWith("/status"));
        }
    }

    private byte[] registered(String query, byte[] body) {
        sent.add(new Snapshot(query, new String(body, StandardCharsets.ISO_8859_1)));
        String which = query.replaceAll("&format.*", "");
        UUID model = snapshots.computeIfAbsent(which, snapshot -> UUID.randomUUID());
        return """
                {"model_id": "%s", "learner_id": "%s", "snapshot": 1, "status": "TRAINED", "created": true}
                """.formatted(model, UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
    }

    private void model(HttpExchange exchange, UUID id, boolean status) throws IOException {
        Model model = models.get(id);
        String user = exchange.getRequestHeaders().getFirst("X-On-Behalf-Of");
        if (model == null
                || user == null
                || !claims(user).contains(model.organization().toString())) {
            answer(exchange, 404, "{\"code\": \"UNKNOWN_MODEL\"}".getBytes(StandardCharsets.UTF_8));
            return;
        }
        String told = """
                {"model_id": "%s", "organization_id": "%s", "developer_id": "%1$s", "origin": "trained", "status": "%s",
                 "format": "%s", "sha256": "%s", "size_bytes": %d, "created_at": "2026-01-01T00:00:00Z", "tags": {}}
                """.formatted(
                        id,
                        model.organization(),
                        model.status(),
                        model.format(),
                        sha256(model.content()),
                        model.content().length);
        answer(exchange, 200, status ? told.getBytes(StandardCharsets.UTF_8) : model.content());
    }

    private static String claims(String token) {
        return new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
