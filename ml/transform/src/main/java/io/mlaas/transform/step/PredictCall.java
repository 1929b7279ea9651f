package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.payload.BadPayloadException;
import io.mlaas.transform.payload.JsonTrees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call of KServe's V1 protocol: {@code POST …/v1/models/{name}:predict} with {@code {"instances": [one]}}, answered by
 * {@code {"predictions": [one]}}. Redirects are not followed; the answer is bounded in time and size.
 */
final class PredictCall {
    private static final int DEEPEST = 50;

    /** What says that the instance is wrong; everything else may pass. */
    private static final Set<Integer> REFUSED = Set.of(400, 413, 422);

    private final URI address;
    private final Duration timeout;
    private final int bytes;

    private PredictCall(URI address, Duration timeout, int bytes) {
        this.address = address;
        this.timeout = timeout;
        this.bytes = bytes;
    }

    static PredictCall read(Fields fields) {
        return new PredictCall(
                address(fields, fields.text("url")),
                fields.duration("timeout", Duration.ofSeconds(5), Duration.ofMillis(1), Duration.ofMinutes(5)),
                fields.integer("bytes", 1 << 20, 1, 1 << 26));
    }

    private static URI address(Fields fields, String url) {
        try {
            URI address = new URI(url);
            boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (url.isEmpty() || (web && address.getHost() != null && address.getUserInfo() == null)) {
                return address;
            }
        } catch (URISyntaxException e) {
            // told below, with what was expected
        }
        fields.bad("url", "\"" + url + "\" (expected: http(s)://<host>/v1/models/<name>:predict)");
        return URI.create("http://localhost/");
    }

    public URI address() {
        return address;
    }

    /**
     * @throws RowRejectedException where the other side says that the instance is wrong, or answers with something else
     * @throws TransformerUnavailableException where it does not answer in time, or cannot
     */
    JsonNode call(JsonNode instance) throws RowRejectedException {
        return Elsewhere.ask(this, instance);
    }

    JsonNode send(JsonNode instance) throws RowRejectedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("instances").add(instance);
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        Body received = new Body(bytes);
        int status = send(request, received);
        if (received.tooLarge) {
            throw new RowRejectedException(address + ": a longer answer (expected: at most " + bytes + " bytes)");
        }
        if (REFUSED.contains(status)) {
            throw new RowRejectedException(address + ": status " + status + " (expected: 200)");
        }
        if (status != 200) {
            throw new TransformerUnavailableException(address + ": status " + status + " (expected: 200)");
        }
        return prediction(received.read());
    }

    /** The status of the answer; time runs until its last byte. */
    private int send(HttpRequest request, Body body) {
        CompletableFuture<HttpResponse<Void>> answer =
                Client.SHARED.sendAsync(request, HttpResponse.BodyHandlers.ofByteArrayConsumer(body));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
        } catch (TimeoutException e) {
            throw new TransformerUnavailableException(address + ": no answer within " + timeout, e);
        } catch (ExecutionException e) {
            String why = e.getCause() instanceof IOException cause ? String.valueOf(cause.getMessage()) : "failed";
            throw new TransformerUnavailableException(address + ": " + why, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransformerUnavailableException(address + ": interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }

    /** The body of an answer, of which no more is kept than may be. */
    private static final class Body implements Consumer<Optional<byte[]>> {
        private final int most;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean tooLarge;

        private Body(int most) {
            this.most = most;
        }

        @Override
        public void accept(Optional<byte[]> next) {
            if (next.isPresent() && next.get().length > most - bytes.size()) {
                tooLarge = true;
            } else {
                next.ifPresent(bytes::writeBytes);
            }
        }

        private byte[] read() {
            return bytes.toByteArray();
        }
    }

    private JsonNode prediction(byte[] body) throws RowRejectedException {
        try {
            JsonNode predictions = JsonTrees.json(bytes, DEEPEST).read(body).path("predictions");
            if (predictions.isArray() && predictions.size() == 1) {
                return predictions.get(0);
            }
            throw new RowRejectedException(
                    address + ": " + Fields.shown(predictions) + " (expected: {\"predictions\": [one]})");
        } catch (BadPayloadException e) {
            throw new RowRejectedException(address + ": " + e.getMessage(), e);
        }
    }

    /** Started only where a document has such a step. */
    private static final class Client {
        private static final HttpClient SHARED = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }
}
