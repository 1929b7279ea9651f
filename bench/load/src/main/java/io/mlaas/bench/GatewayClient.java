package io.mlaas.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests as a user sends them; every answer is given back, whatever its status. */
public final class GatewayClient {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BOUNDARY = "mlaas-bench-boundary";

    private final URI gateway;
    private final Supplier<String> token;
    private final Duration patience;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    public GatewayClient(URI gateway, Supplier<String> token, Duration patience) {
        this.gateway = gateway;
        this.token = token;
        this.patience = patience;
    }

    /** @param body JSON, or an empty object where there was none */
    public record Answer(int status, JsonNode body) {
        public boolean good() {
            return status / 100 == 2;
        }

        @Override
        public String toString() {
            return status + " " + body.path("code").asString("") + " "
                    + body.path("detail").asString(body.toString());
        }
    }

    /** A part of a form with a file's name; {@code metadata} and other text parts have none. */
    public record Part(String name, String fileName, BodyPublisher content) {
        public static Part text(String name, String value) {
            return new Part(name, "", BodyPublishers.ofString(value));
        }

        public static Part file(String name, String fileName, byte[] content) {
            return new Part(name, fileName, BodyPublishers.ofByteArray(content));
        }
    }

    public Answer get(String path) throws IOException, InterruptedException {
        return json(request(path).GET().build());
    }

    public Answer post(String path) throws IOException, InterruptedException {
        return json(request(path).POST(BodyPublishers.noBody()).build());
    }

    public Answer postForm(String path, Part... parts) throws IOException, InterruptedException {
        BodyPublisher[] body = new BodyPublisher[parts.length * 3 + 1];
        for (int i = 0; i < parts.length; i++) {
            Part part = parts[i];
            String name = part.fileName().isEmpty() ? "" : "; filename=\"" + part.fileName() + "\"";
            body[3 * i] = text("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + part.name() + "\""
                    + name + "\r\n\r\n");
            body[3 * i + 1] = part.content();
            body[3 * i + 2] = text("\r\n");
        }
        body[body.length - 1] = text("--" + BOUNDARY + "--\r\n");
        return json(request(path)
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.concat(body))
                .build());
    }

    /** The bytes, or a problem as JSON text. */
    public HttpResponse<byte[]> download(String path) throws IOException, InterruptedException {
        return http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(patience)
                .header("Authorization", "Bearer " + token.get());
    }

    HttpClient http() {
        return http;
    }

    private Answer json(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json");
        return new Answer(
                response.statusCode(),
                json && response.body().length > 0 ? JSON.readTree(response.body()) : JSON.createObjectNode());
    }

    private static BodyPublisher text(String text) {
        return BodyPublishers.ofString(text, StandardCharsets.UTF_8);
    }
}
