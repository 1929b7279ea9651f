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

/** Access tokens from the running Keycloak. */
public final class Tokens {

    private final Home home;

    public Tokens(Home home) {
        this.home = home;
    }

    public String forUser(String user, String password) {
        MemberState keycloak = StackState.read(home.state())
                .flatMap(state -> state.member("keycloak"))
                .filter(member -> member.process().isPresent())
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.NOT_RUNNING, "keycloak is not running (mlaas up starts it)"));
        String form = "grant_type=password&client_id=mlaas-cli&username=%s&password=%s"
                .formatted(encoded(user), encoded(password));
        HttpResponse<String> answer = post(
                "%s/realms/%s/protocol/openid-connect/token".formatted(keycloak.url(), KeycloakServer.REALM), form);
        JsonNode body = new JsonMapper().readTree(answer.body());
        if (answer.statusCode() != 200) {
            throw new StackProblem(
                    StackProblem.Kind.FAILED,
                    "%s: no token: %s".formatted(user, body.path("error_description").asString("refused")));
        }
        return body.path("access_token").asString();
    }

    private static HttpResponse<String> post(String url, String form) {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .timeout(Duration.ofSeconds(30))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new StackProblem(
                    StackProblem.Kind.NOT_RUNNING, "keycloak does not answer at %s".formatted(url), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackProblem(StackProblem.Kind.FAILED, "interrupted", e);
        }
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
