package io.mlaas.stack.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The broker's own token of the identity provider (client credentials), kept until shortly before it ends. */
final class ServiceToken {
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final URI url;
    private final String authorization;
    private final ObjectMapper json = new ObjectMapper();
    private volatile @Nullable Token kept;

    private record Token(String text, Instant until) {}

    ServiceToken(String url, String clientId, String clientSecret) {
        this.url = URI.create(url);
        this.authorization = "Basic "
                + Base64.getEncoder().encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
    }

    CompletableFuture<String> get(HttpClient http) {
        Token known = kept;
        if (known != null && Instant.now().isBefore(known.until())) {
            return CompletableFuture.completedFuture(known.text());
        }
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(PATIENCE)
                .header("Authorization", authorization)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                .build();
        return http.sendAsync(request, BodyHandlers.ofString()).thenApply(this::read);
    }

    /** The next request gets another one: this one was refused. */
    void forget() {
        kept = null;
    }

    private String read(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new UncheckedIOException(
                    new IOException("the identity provider gives the broker no token: " + answer.statusCode()));
        }
        try {
            JsonNode token = json.readTree(answer.body());
            String text = token.path("access_token").asText();
            Duration valid = Duration.ofSeconds(token.path("expires_in").asLong());
            kept = new Token(text, Instant.now().plus(valid).minus(MARGIN));
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
