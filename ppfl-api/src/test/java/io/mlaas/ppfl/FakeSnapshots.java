package io.mlaas.ppfl;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The registry's door for models that it did not order: the same again is the same model. */
final class FakeSnapshots {
    /** What came, by federation. */
    final Map<UUID, byte[]> forms = new ConcurrentHashMap<>();

    private final Map<UUID, UUID> models = new ConcurrentHashMap<>();

    void register(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        UUID federation = UUID.fromString(query.replaceAll(".*\\blearner_id=([0-9a-f-]+).*", "$1"));
        boolean created = forms.put(federation, exchange.getRequestBody().readAllBytes()) == null;
        UUID model = models.computeIfAbsent(federation, id -> UUID.randomUUID());
        byte[] body = """
                {"model_id": "%s", "learner_id": "%s", "snapshot": 1, "status": "TRAINED", "created": %s}
                """.formatted(model, federation, created).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(201, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
