package io.mlaas.realm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Keycloak's Admin REST API for one realm, as one administrator. */
final class AdminApi implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LONG = Duration.ofMinutes(2);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String server;
    private final String realm;
    private String token = "";

    /** @param server without a path, like {@code http://keycloak:8080} */
    AdminApi(URI server, String realm) {
        this.server = server.toString().replaceAll("/+$", "");
        this.realm = realm;
    }

    /** @return why not; empty where it did */
    Optional<RealmProblem> logIn(String administrator, String password) {
        HttpResponse<String> answer = token(
                "master",
                "grant_type=password&client_id=admin-cli&username=%s&password=%s"
                        .formatted(encoded(administrator), encoded(password)));
        if (answer.statusCode() != 200) {
            RealmProblem problem =
                    problem(answer, "%s may not log in to administer %s".formatted(administrator, server));
            if (problem.passing()) {
                throw problem;
            }
            return Optional.of(problem);
        }
        token = body(answer).path("access_token").asString();
        return Optional.empty();
    }

    /** Whether a service gets a token, which needs no administrator. */
    boolean knows(String client, String secret) {
        HttpResponse<String> answer = token(
                realm,
                "grant_type=client_credentials&client_id=%s&client_secret=%s"
                        .formatted(encoded(client), encoded(secret)));
        return answer.statusCode() == 200;
    }

    private HttpResponse<String> token(String ofRealm, String form) {
        return send(HttpRequest.newBuilder(
                        URI.create("%s/realms/%s/protocol/openid-connect/token".formatted(server, encoded(ofRealm))))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    JsonNode get(String path) {
        return expect(path, request(path).GET());
    }

    JsonNode post(String path, JsonNode body) {
        return expect(path, sends(path).POST(BodyPublishers.ofString(body.toString())));
    }

    void put(String path) {
        expect(path, request(path).PUT(BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("%s/admin/realms/%s%s".formatted(server, encoded(realm), path)))
                .header("Authorization", "Bearer " + token);
    }

    private HttpRequest.Builder sends(String path) {
        return request(path).header("Content-Type", "application/json");
    }

    private JsonNode expect(String path, HttpRequest.Builder request) {
        HttpResponse<String> answer = send(request);
        if (answer.statusCode() / 100 != 2) {
            throw problem(answer, "realm %s: %s was refused".formatted(realm, path));
        }
        return body(answer);
    }

    private static RealmProblem problem(HttpResponse<String> answer, String what) {
        String said = answer.body().length() > 300 ? answer.body().substring(0, 300) + "…" : answer.body();
        String message = "%s: %d %s".formatted(what, answer.statusCode(), said).strip();
        return answer.statusCode() >= 500 ? RealmProblem.passing(message, null) : RealmProblem.lasting(message);
    }

    private static JsonNode body(HttpResponse<String> answer) {
        return answer.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(answer.body());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(LONG).build(), BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw RealmProblem.passing("%s does not answer: %s".formatted(server, why(e)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RealmProblem.passing("interrupted", e);
        }
    }

    private static @Nullable String why(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.close();
    }
}
