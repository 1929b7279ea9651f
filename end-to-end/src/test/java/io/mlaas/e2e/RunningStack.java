package io.mlaas.e2e;

import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.supervise.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A stack that {@code mlaas up} starts on free ports, with a state folder of its own, and how its users reach it. */
final class RunningStack {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path state;
    private final Command mlaas;
    private URI gateway = URI.create("about:blank");

    RunningStack(Path state) {
        this.state = state;
        this.mlaas = new Command(state);
    }

    void start() {
        List<String> arguments = new ArrayList<>(List.of("up", "--detach"));
        Settings.DEFAULT_PORTS.keySet().forEach(name -> arguments.addAll(List.of("--port", name + "=0")));
        // Users' buckets are on the stack's own store here, which nothing but a test would allow.
        arguments.addAll(List.of("--set", "ppfl.MLAAS_PPFL_DELIVERY_ALLOWEDNETWORKS=127.0.0.1/32"));
        arguments.addAll(List.of("--set", "ppfl.MLAAS_PPFL_DELIVERY_ALLOWHTTP=true"));
        mlaas.run(arguments.toArray(String[]::new)).expect(0);
        gateway = URI.create("http://127.0.0.1:"
                + member("gateway").path("ports").path("http").asInt());
    }

    void stop() {
        mlaas.run("down").expect(0);
    }

    Path state() {
        return state;
    }

    URI gateway() {
        return gateway;
    }

    Command.Result mlaas(String... arguments) {
        return mlaas.run(arguments);
    }

    String token(String user) {
        return mlaas.run("token", user).expect(0).strip();
    }

    PlatformClient as(String token) {
        return new PlatformClient(gateway, () -> token);
    }

    /** Where the chain is, as {@code mlaas verify} finds it. */
    JsonNode chain() throws IOException {
        return JSON.readTree(Files.readString(state.resolve("run/chain.json")));
    }

    /** A server or service, as {@code mlaas status} shows it. */
    JsonNode member(String name) {
        JsonNode status = JSON.readTree(mlaas.run("status", "--json").output());
        return status.path("members")
                .valueStream()
                .filter(member -> member.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no member " + name + " in " + status));
    }

    /** A request without a body through the gateway. */
    HttpResponse<String> send(String method, String path, @Nullable String token)
            throws IOException, InterruptedException {
        return send(method, path, token, null);
    }

    /** The same with a JSON body, if there is one. */
    HttpResponse<String> send(String method, String path, @Nullable String token, @Nullable String json)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json));
        if (json != null) {
            request.header("Content-Type", "application/json");
        }
        if (path.startsWith("/translate/") && method.equals("POST")) {
            request.header("Prefer", "wait=55");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** An answer of one of its members itself. */
    HttpResponse<String> ask(URI url) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }
}
