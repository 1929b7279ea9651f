package io.mlaas.monitoring;

import com.sun.net.httpserver.HttpServer;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A registry that has datasets. */
final class FakeDatasets {
    private final Map<UUID, String> files = new ConcurrentHashMap<>();
    private final HttpServer server;

    FakeDatasets(FakeTrainers trainers) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/dataset/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            UUID id = UUID.fromString(path.split("/")[2]);
            String csv = files.get(id);
            boolean status = path.endsWith("/status");
            byte[] body = (csv == null ? "{}" : status ? status(id, csv) : csv).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", status ? "application/json" : "text/csv");
            exchange.sendResponseHeaders(csv == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/internal/dataset/", exchange -> {
            UUID id = UUID.fromString(exchange.getRequestURI().getPath().split("/")[3]);
            String csv = files.get(id);
            byte[] body = (csv == null ? "{}" : csv).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", csv == null ? "application/json" : "text/csv");
            exchange.sendResponseHeaders(csv == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        trainers.serveTrainings(server);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    UUID add(String csv) {
        UUID id = UUID.randomUUID();
        files.put(id, csv);
        return id;
    }

    private static String status(UUID id, String csv) {
        return """
                {"dataset_id": "%s", "organization_id": "%s", "status": "REGISTERED", "samples_dimension": "3",
                 "metadata": {}, "file_name": "reference.csv", "media_type": "text/csv", "sha256": "%s", "size_bytes": %d,
                 "created_at": "2026-01-01T00:00:00Z", "tags": {}}
                """.formatted(id, TestIdentity.ACME, "0".repeat(64), csv.length());
    }
}
