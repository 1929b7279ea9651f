package io.mlaas.monitoring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Learners that learn what has an id once, and a registry that trains what has an id once, as the real ones do. */
final class FakeTrainers {
    /** What happens to a request before it is answered as it should be. */
    enum Trouble {
        AWAY,
        /** done, but the connection breaks before the answer */
        ANSWER_LOST,
        /** for longer than a lease */
        HANGS,
        PAUSED
    }

    record Learned(String learner, String id, String query, JsonNode rows) {}

    final Set<String> learners = ConcurrentHashMap.newKeySet();
    final List<Learned> learned = new CopyOnWriteArrayList<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    final Queue<Trouble> troubles = new ConcurrentLinkedQueue<>();
    final Map<String, JsonNode> trainings = new ConcurrentHashMap<>();
    final List<String> trainingQueries = new CopyOnWriteArrayList<>();
    final Queue<String> statuses = new ConcurrentLinkedQueue<>();
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();
    private final JsonMapper json = JsonMapper.shared();
    private final HttpServer server;

    FakeTrainers() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/learners/", exchange -> {
            boolean there = learners.contains(name(exchange, 2));
            answer(exchange, there ? 200 : 404, "{}");
        });
        server.createContext("/internal/learners/", this::learn);
        server.start();
    }

    /** The part of the registry that trains. */
    void serveTrainings(HttpServer registry) {
        registry.createContext("/internal/training", this::train);
        registry.createContext("/model/", this::status);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void learn(HttpExchange exchange) throws IOException {
        JsonNode rows = json.readTree(exchange.getRequestBody().readAllBytes());
        String query = exchange.getRequestURI().getQuery();
        String id = query.replaceAll(".*\\bid=([0-9a-f-]{36}).*", "$1");
        asked.add(id);
        Trouble trouble = troubles.poll();
        if (trouble == Trouble.AWAY) {
            answer(exchange, 503, "{}");
            return;
        }
        if (trouble == Trouble.PAUSED) {
            answer(exchange, 409, "{\"code\": \"LEARNER_PAUSED\", \"detail\": \"it is PAUSED (expected: RUNNING)\"}");
            return;
        }
        if (known.putIfAbsent(id, true) == null) {
            learned.add(new Learned(name(exchange, 3), id, query, rows));
        }
        if (trouble == Trouble.HANGS) {
            LockSupport.parkNanos(Duration.ofSeconds(4).toNanos());
        }
        if (trouble == Trouble.ANSWER_LOST || trouble == Trouble.HANGS) {
            exchange.close();
        } else if (trouble == null) {
            answer(
                    exchange,
                    200,
                    "{\"state\": \"LEARNED\", \"rows\": %d, \"progress\": {\"learned\": 7, \"updates\": 1, \"comparisons\": 0}}"
                            .formatted(rows.path("instances").size()));
        }
    }

    private void train(HttpExchange exchange) throws IOException {
        JsonNode order = json.readTree(exchange.getRequestBody().readAllBytes());
        String query = exchange.getRequestURI().getQuery();
        if (query.contains("check=true")) {
            boolean known = !order.path("train_image").asString("").equals("nobody/knows:1");
            answer(
                    exchange,
                    known ? 200 : 422,
                    known
                            ? "{\"model_id\": \"%s\", \"status\": \"POSSIBLE\", \"created\": false}"
                                    .formatted(order.path("model_id").asString())
                            : "{\"code\": \"UNKNOWN_TRAIN_IMAGE\", \"detail\": \"train_image: nobody/knows:1\"}");
            return;
        }
        if (troubles.poll() == Trouble.AWAY) {
            answer(exchange, 503, "{}");
            return;
        }
        trainingQueries.add(query);
        boolean created = trainings.putIfAbsent(order.path("model_id").asString(), order) == null;
        answer(
                exchange,
                200,
                "{\"model_id\": \"%s\", \"status\": \"PENDING\", \"created\": %s}"
                        .formatted(order.path("model_id").asString(), created));
    }

    private void status(HttpExchange exchange) throws IOException {
        String next = statuses.poll();
        answer(exchange, 200, """
                {"model_id": "%s", "organization_id": "%s", "developer_id": "%2$s", "origin": "trained",
                 "status": "%s", "reason": %s, "created_at": "2026-01-01T00:00:00Z", "tags": {}}
                """.formatted(
                        name(exchange, 2),
                        TestIdentity.ACME,
                        next == null ? "TRAINING" : next,
                        "FAILED".equals(next) ? "\"the program ended with exit code 3\"" : null));
    }

    private static String name(HttpExchange exchange, int part) {
        return exchange.getRequestURI().getPath().split("/")[part];
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
