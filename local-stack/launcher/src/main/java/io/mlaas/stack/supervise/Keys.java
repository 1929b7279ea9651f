package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.supervise.StackState.MemberState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The keys of the running stack: the companies' on the chain, and the master keys that seal secrets in the databases. */
public final class Keys {

    /** The services that seal secrets, and where the stack keeps their master keys. */
    public static final Map<String, String> MASTER_KEYS = masterKeys();

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Home home;
    private final Secrets secrets;
    private final String token;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @throws StackProblem if the stack does not run */
    public Keys(Home home) {
        this.home = home;
        this.secrets = new Secrets(home.state().resolve("secrets"));
        this.token = Tokens.ofRunningStack(home).forUser("admin", "admin");
    }

    private static Map<String, String> masterKeys() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("blockchain", "blockchain-master");
        files.put("model-sharing", "sharing-master");
        files.put("ppfl", "ppfl-master");
        return Map.copyOf(files);
    }

    /** Every account on the chain, with its organization and state. */
    public JsonNode accounts() {
        return ask("blockchain", HttpRequest.newBuilder().GET(), "/keys");
    }

    /** An organization's accounts, and how they were replaced. */
    public JsonNode accountsOf(UUID organizationId) {
        return ask("blockchain", HttpRequest.newBuilder().GET(), "/keys/" + organizationId);
    }

    /** Begins to replace an organization's account. */
    public JsonNode rotate(UUID organizationId) {
        return ask(
                "blockchain",
                HttpRequest.newBuilder().POST(BodyPublishers.noBody()),
                "/keys/" + organizationId + "/rotate");
    }

    /** Which master key seals how many of a service's secrets. */
    public JsonNode masterStatus(String service) {
        return ask(service, HttpRequest.newBuilder().GET(), "/keys/master");
    }

    /** Puts a new master key before a service's present ones; the service reads it by itself. */
    public void addMasterKey(String service) {
        secrets.addKey(file(service));
    }

    /** Leaves only the newest, once nothing is sealed by the others. */
    public int dropOlderMasterKeys(String service) {
        return secrets.dropOlderKeys(file(service));
    }

    private static String file(String service) {
        String file = MASTER_KEYS.get(service);
        if (file == null) {
            throw new IllegalArgumentException(
                    "service: %s (expected: one of %s)".formatted(service, MASTER_KEYS.keySet()));
        }
        return file;
    }

    private JsonNode ask(String service, HttpRequest.Builder request, String path) {
        String url = StackState.read(home.state())
                .flatMap(state -> state.member(service))
                .map(MemberState::url)
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.NOT_RUNNING, service + " is not running (mlaas up starts it)"));
        try {
            HttpResponse<String> answer = http.send(
                    request.uri(URI.create(url + path))
                            .timeout(PATIENCE)
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    BodyHandlers.ofString());
            JsonNode body = JSON.readTree(answer.body());
            if (answer.statusCode() / 100 != 2) {
                throw new StackProblem(
                        StackProblem.Kind.FAILED,
                        "%s: %s".formatted(service, body.path("detail").asString("HTTP " + answer.statusCode())));
            }
            return body;
        } catch (IOException e) {
            throw new StackProblem(
                    StackProblem.Kind.NOT_RUNNING, "%s does not answer at %s".formatted(service, url), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackProblem(StackProblem.Kind.FAILED, "interrupted", e);
        }
    }
}
