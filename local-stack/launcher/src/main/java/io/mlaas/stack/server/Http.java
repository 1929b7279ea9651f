package io.mlaas.stack.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asking a server on this machine whether it is there. */
public final class Http {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    private Http() {}

    /** The status of a GET, or -1 if there was no answer. */
    public static int status(String url) {
        return send(HttpRequest.newBuilder(URI.create(url)))
                .map(HttpResponse::statusCode)
                .orElse(-1);
    }

    /** The body of a successful GET. */
    public static Optional<String> get(String url) {
        return send(HttpRequest.newBuilder(URI.create(url)))
                .filter(answer -> answer.statusCode() == 200)
                .map(HttpResponse::body);
    }

    /** The same with a bearer token. */
    public static Optional<String> get(String url, String token) {
        return send(HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + token))
                .filter(answer -> answer.statusCode() == 200)
                .map(HttpResponse::body);
    }

    /** The body of a successful POST of JSON. */
    public static Optional<String> postJson(String url, String json) {
        return send(HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)))
                .filter(answer -> answer.statusCode() == 200)
                .map(HttpResponse::body);
    }

    private static Optional<HttpResponse<String>> send(HttpRequest.Builder request) {
        try {
            return Optional.of(
                    CLIENT.send(request.timeout(Duration.ofSeconds(5)).build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException noAnswer) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
