package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.server.KeycloakServer;
import io.mlaas.stack.supervise.StackState.MemberState;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Access tokens from the realm's token endpoint. */
public final class Tokens {

    private static final JsonMapper JSON = new JsonMapper();

    private static final int ATTEMPTS = 3;
    private static final Duration BETWEEN = Duration.ofMillis(1_100);

    private final String endpoint;

    Tokens(String endpoint) {
        this.endpoint = endpoint;
    }

    /** Of the running stack's Keycloak. */
    public static Tokens ofRunningStack(Home home) {
        MemberState keycloak = StackState.read(home.state())
                .flatMap(state -> state.member("keycloak"))
                .filter(member -> member.process().isPresent())
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.NOT_RUNNING, "keycloak is not running (mlaas up starts it)"));
        return new Tokens("%s/realms/%s/protocol/openid-connect/token".formatted(keycloak.url(), KeycloakServer.REALM));
    }

    public String forUser(String user, String password) {
        return token(
                user,
                "grant_type=password&client_id=mlaas-cli&username=%s&password=%s"
                        .formatted(encoded(user), encoded(password)));
    }

    String forService(String client, String secret) {
        return token(
                client,
                "grant_type=client_credentials&client_id=%s&client_secret=%s"
                        .formatted(encoded(client), encoded(secret)));
    }

    private String token(String who, String form) {
        HttpResponse<String> answer = post(form);
        // Keycloak's protection from guessers refuses a user who signs in a second time meanwhile, with the right
        // password too.
        for (int attempt = 1; answer.statusCode() == 401 && attempt < ATTEMPTS; attempt++) {
            pause();
            answer = post(form);
        }
        JsonNode body = JSON.readTree(answer.body());
        if (answer.statusCode() != 200) {
            throw new StackProblem(
                    StackProblem.Kind.FAILED,
                    "%s: no token: %s"
                            .formatted(who, body.path("error_description").asString("refused")));
        }
        return body.path("access_token").asString();
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackProblem(StackProblem.Kind.FAILED, "interrupted", e);
        }
    }

    private HttpResponse<String> post(String form) {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(endpoint))
                            .timeout(Duration.ofSeconds(30))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new StackProblem(
                    StackProblem.Kind.NOT_RUNNING, "keycloak does not answer at %s".formatted(endpoint), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackProblem(StackProblem.Kind.FAILED, "interrupted", e);
        }
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
