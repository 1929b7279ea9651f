package io.mlaas.stack.mqtt;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mlaas.stack.mqtt.Identity.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks the platform whose user name and password these are: nothing is remembered, so that what is revoked is out. */
final class Platform {
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final URI url;
    private final ServiceToken token;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    Platform(String url, ServiceToken token) {
        this.url = URI.create(url);
        this.token = token;
    }

    /** @return empty if nobody has this name and password; it fails if the platform cannot be asked now */
    CompletableFuture<Optional<Member>> find(String name, String password) {
        return ask(name, password).thenCompose(answer -> {
            if (answer.statusCode() != 401) {
                return CompletableFuture.completedFuture(read(answer));
            }
            token.forget();
            return ask(name, password).thenApply(this::read);
        });
    }

    private CompletableFuture<HttpResponse<String>> ask(String name, String password) {
        return token.get(http)
                .thenCompose(bearer -> http.sendAsync(request(bearer, name, password), BodyHandlers.ofString()));
    }

    private HttpRequest request(String bearer, String name, String password) {
        try {
            return HttpRequest.newBuilder(url)
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + bearer)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(
                            json.writeValueAsString(Map.of("user_name", name, "password", password))))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Member> read(HttpResponse<String> answer) {
        try {
            if (answer.statusCode() == 200) {
                return Optional.of(json.readValue(answer.body(), Member.class));
            }
            // Also an answer that the broker itself may not ask is a 403, but not with this code.
            if (answer.statusCode() == 403
                    && json.readTree(answer.body()).path("code").asText().equals("DEVICE_REFUSED")) {
                return Optional.empty();
            }
            throw new IOException("the platform does not say whose credential it is: " + answer.statusCode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
