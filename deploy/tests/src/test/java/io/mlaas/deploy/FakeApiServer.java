package io.mlaas.deploy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** As much of an API server as Helm needs to look secrets up: a fake, with nothing else in it. */
final class FakeApiServer implements AutoCloseable {

    private static final String GROUPS = """
            {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}""";
    private static final String CORE = """
            {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "v1", "resources": [
              {"name": "secrets", "singularName": "secret", "namespaced": true, "kind": "Secret", "verbs": ["get", "list"]}]}""";
    private static final String NOT_FOUND = """
            {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}""";

    private final HttpServer server;
    private final String secretsPath;
    private final Map<String, String> secrets;

    FakeApiServer(String namespace, Map<String, String> secrets) throws IOException {
        this.secrets = secrets;
        secretsPath = "/api/v1/namespaces/" + namespace + "/secrets";
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: fake, context: {cluster: fake, user: nobody}}]
                users: [{name: nobody, user: {}}]
                current-context: fake
                """.formatted(server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String answer =
                switch (path) {
                    case "/version" -> """
                            {"major": "1", "minor": "34", "gitVersion": "v1.34.0"}""";
                    case "/api" -> """
                            {"kind": "APIVersions", "versions": ["v1"]}""";
                    case "/apis" -> GROUPS;
                    case "/api/v1" -> CORE;
                    default -> path.equals(secretsPath) ? """
                            {"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": []}""" : secret(path);
                };
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.equals(NOT_FOUND) ? 404 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String secret(String path) {
        String prefix = secretsPath + "/";
        return path.startsWith(prefix) ? secrets.getOrDefault(path.substring(prefix.length()), NOT_FOUND) : NOT_FOUND;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
