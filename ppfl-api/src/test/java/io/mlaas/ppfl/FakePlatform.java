package io.mlaas.ppfl;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A registry and a training service that know what has an id once, as the real ones do. */
final class FakePlatform {
    /** What happens to a request before it is answered as it should be. */
    enum Trouble {
        AWAY,
        /** done, but the connection breaks before the answer */
        ANSWER_LOST
    }

    /** A training, and the lines that its program told. */
    static final class Training {
        final UUID job = UUID.randomUUID();
        final List<String> told = new CopyOnWriteArrayList<>();
        volatile String state = "TRAINING";
        volatile String reason = "null";
        volatile String metrics = "null";
        volatile boolean cancelled;

        boolean isOver() {
            return Set.of("SUCCEEDED", "FAILED", "CANCELLED").contains(state);
        }
    }

    /** Datasets that acme may train on, those that it made among them. */
    final Set<UUID> datasets = ConcurrentHashMap.newKeySet();

    final List<String> uploads = new CopyOnWriteArrayList<>();
    final Map<UUID, JsonNode> models = new ConcurrentHashMap<>();
    final List<String> orders = new CopyOnWriteArrayList<>();
    final Map<UUID, String> statuses = new ConcurrentHashMap<>();
    final Map<UUID, Training> trainings = new ConcurrentHashMap<>();
    final Queue<Trouble> troubles = new ConcurrentLinkedQueue<>();
    final Map<UUID, byte[]> artifacts = new ConcurrentHashMap<>();
    final FakeSnapshots snapshots = new FakeSnapshots();
    private final JsonMapper json = JsonMapper.shared();
    private final HttpServer server;

    FakePlatform() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/dataset", this::dataset);
        server.createContext("/internal/training", this::register);
        server.createContext("/internal/train/", this::follow);
        server.createContext("/internal/model/", this::artifact);
        server.createContext("/model/", this::status);
        server.createContext("/internal/snapshot", snapshots::register);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The training begins. */
    Training begin(UUID model) {
        return trainings.computeIfAbsent(model, id -> new Training());
    }

    private void dataset(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            UUID id = UUID.randomUUID();
            datasets.add(id);
            uploads.add(exchange.getRequestHeaders().getFirst("X-On-Behalf-Of") + "\n"
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            answer(exchange, 201, "{\"dataset_id\": \"%s\"}".formatted(id));
            return;
        }
        UUID id = id(exchange, 2);
        answer(exchange, datasets.contains(id) ? 200 : 404, """
                {"dataset_id": "%s", "organization_id": "%s", "status": "REGISTERED"}
                """.formatted(id, TestIdentity.ACME));
    }

    private void register(HttpExchange exchange) throws IOException {
        JsonNode order = json.readTree(exchange.getRequestBody().readAllBytes());
        String query = exchange.getRequestURI().getQuery();
        UUID model = UUID.fromString(order.path("model_id").asString());
        if (!datasets.contains(UUID.fromString(order.path("dataset_id").asString()))) {
            answer(exchange, 404, "{\"code\": \"UNKNOWN_DATASET\", \"detail\": \"not there\"}");
            return;
        }
        if (query.contains("check=true")) {
            answer(
                    exchange,
                    200,
                    "{\"model_id\": \"%s\", \"status\": \"POSSIBLE\", \"created\": false}".formatted(model));
            return;
        }
        Trouble trouble = troubles.poll();
        if (trouble == Trouble.AWAY) {
            answer(exchange, 503, "{}");
            return;
        }
        orders.add(model + " " + query);
        boolean created = models.putIfAbsent(model, order) == null;
        statuses.putIfAbsent(model, "REGISTERED");
        if (trouble == Trouble.ANSWER_LOST) {
            exchange.close();
            return;
        }
        answer(
                exchange,
                200,
                "{\"model_id\": \"%s\", \"status\": \"PENDING\", \"created\": %s}".formatted(model, created));
    }

    private void follow(HttpExchange exchange) throws IOException {
        Training training = trainings.get(id(exchange, 3));
        if (training == null) {
            answer(exchange, 404, "{\"code\": \"TRAINING_JOB_UNKNOWN\"}");
        } else if (exchange.getRequestMethod().equals("DELETE")) {
            training.cancelled = true;
            boolean over = training.isOver();
            training.state = over ? training.state : "CANCELLED";
            answer(exchange, over ? 409 : 204, over ? "{\"code\": \"TRAINING_OVER\"}" : "");
        } else {
            progress(exchange, training);
        }
    }

    private void progress(HttpExchange exchange, Training training) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        boolean same = query.contains("job_id=" + training.job);
        boolean over = training.isOver();
        int from = same ? Integer.parseInt(query.replaceAll(".*\\bfrom=(\\d+).*", "$1")) : 0;
        List<String> all = List.copyOf(training.told);
        answer(exchange, 200, """
                {"job_id": "%s", "state": "%s", "reason": %s, "told": %s, "next": %d, "complete": %s, "metrics": %s}
                """.formatted(
                        training.job,
                        training.state,
                        training.reason,
                        json.writeValueAsString(all.subList(from, all.size())),
                        all.size(),
                        over,
                        training.metrics));
    }

    private void artifact(HttpExchange exchange) throws IOException {
        byte[] content = artifacts.get(id(exchange, 3));
        if (content == null) {
            answer(exchange, 404, "{\"code\": \"UNKNOWN_MODEL\"}");
            return;
        }
        exchange.getResponseHeaders().add("Content-Disposition", "attachment; filename=\"model.pt\"");
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }

    private void status(HttpExchange exchange) throws IOException {
        UUID model = id(exchange, 2);
        String status = statuses.get(model);
        answer(exchange, status == null ? 404 : 200, """
                {"model_id": "%s", "organization_id": "%s", "developer_id": "%2$s", "origin": "trained", "status": "%s",
                 "created_at": "2026-01-01T00:00:00Z", "tags": {}}
                """.formatted(model, TestIdentity.ACME, status));
    }

    private static UUID id(HttpExchange exchange, int part) {
        return UUID.fromString(exchange.getRequestURI().getPath().split("/")[part]);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, status == 204 ? -1 : body.length);
        if (status != 204) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
