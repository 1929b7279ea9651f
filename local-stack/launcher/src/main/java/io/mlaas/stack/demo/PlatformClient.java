package io.mlaas.stack.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the platform's REST API that knows nothing but its documentation. */
public final class PlatformClient {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final URI gateway;
    private final Supplier<String> token;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @param token gives a fresh access token per request; an empty one is not sent */
    public PlatformClient(URI gateway, Supplier<String> token) {
        this.gateway = gateway;
        this.token = token;
    }

    /** A reader whom the platform does not know. */
    public static PlatformClient withoutAccount(URI gateway) {
        return new PlatformClient(gateway, () -> "");
    }

    public URI gateway() {
        return gateway;
    }

    /** @param body JSON, or an empty object where there was none */
    public record Answer(int status, Map<String, List<String>> headers, JsonNode body) {

        /** This answer, if its status is one of the expected ones. */
        public Answer expect(int... statuses) {
            for (int expected : statuses) {
                if (status == expected) {
                    return this;
                }
            }
            throw new UnexpectedAnswer("HTTP " + status + " (expected: " + statuses[0] + "): " + body);
        }
    }

    /** The platform answered something else than the scenario needs. */
    public static final class UnexpectedAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public UnexpectedAnswer(String message) {
            super(message);
        }
    }

    public Answer get(String path) throws IOException, InterruptedException {
        return json(request(path).GET().build());
    }

    public Answer post(String path) throws IOException, InterruptedException {
        return json(request(path).POST(HttpRequest.BodyPublishers.noBody()).build());
    }

    public Answer post(String path, JsonNode body) throws IOException, InterruptedException {
        return send("POST", path, body, Map.of());
    }

    /** @param headers beside those of every request */
    public Answer post(String path, JsonNode body, Map<String, String> headers)
            throws IOException, InterruptedException {
        return send("POST", path, body, headers);
    }

    public Answer put(String path, JsonNode body) throws IOException, InterruptedException {
        return send("PUT", path, body, Map.of());
    }

    public Answer patch(String path, JsonNode body) throws IOException, InterruptedException {
        return send("PATCH", path, body, Map.of());
    }

    private Answer send(String method, String path, JsonNode body, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        headers.forEach(request::header);
        return json(request.method(method, text(body.toString())).build());
    }

    public Answer delete(String path) throws IOException, InterruptedException {
        return json(request(path).DELETE().build());
    }

    /** Downloads to a file; for another status than 200 the file holds the problem. */
    public int download(String path, Path to) throws IOException, InterruptedException {
        return download(path, "*/*", to);
    }

    /** @param type of content that is wanted */
    public int download(String path, String type, Path to) throws IOException, InterruptedException {
        HttpRequest request = request(path).header("Accept", type).GET().build();
        return http.send(request, HttpResponse.BodyHandlers.ofFile(to)).statusCode();
    }

    /** One part of a form: a text field, or a file that is streamed. */
    public sealed interface Part {
        record Field(String value) implements Part {}

        record Upload(Path file, String contentType) implements Part {}
    }

    /** Posts {@code multipart/form-data}, parts in the given order. */
    public Answer postForm(String path, SequencedMap<String, Part> parts) throws IOException, InterruptedException {
        String boundary = "mlaas-" + UUID.randomUUID();
        List<HttpRequest.BodyPublisher> body = new ArrayList<>();
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + part.getKey() + "\"";
            switch (part.getValue()) {
                case Part.Field field -> body.add(text(head + "\r\n\r\n" + field.value() + "\r\n"));
                case Part.Upload upload -> {
                    body.add(text(head + "; filename=\"" + upload.file().getFileName() + "\"\r\nContent-Type: "
                            + upload.contentType() + "\r\n\r\n"));
                    body.add(HttpRequest.BodyPublishers.ofFile(upload.file()));
                    body.add(text("\r\n"));
                }
            }
        }
        body.add(text("--" + boundary + "--\r\n"));
        return json(request(path)
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.concat(body.toArray(HttpRequest.BodyPublisher[]::new)))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(gateway.resolve(path)).timeout(Duration.ofMinutes(5));
        String known = token.get();
        return known.isEmpty() ? request : request.header("Authorization", "Bearer " + known);
    }

    private Answer json(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        String type = response.headers().firstValue("Content-Type").orElse("");
        JsonNode body = type.contains("json")
                ? JSON.readTree(response.body())
                : JSON.createObjectNode().put("text", new String(response.body(), StandardCharsets.UTF_8));
        return new Answer(response.statusCode(), response.headers().map(), body);
    }

    private static HttpRequest.BodyPublisher text(String text) {
        return HttpRequest.BodyPublishers.ofString(text);
    }
}
