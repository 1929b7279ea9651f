package io.mlaas.deploy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** As much of an API server as Helm needs to look secrets up: a fake, with nothing else in it. */
final class FakeApiServer implements AutoCloseable {

    /** Kinds by the group and version that have them: what Helm asks for before it renders. */
    private static final Map<String, List<String>> KINDS = Map.of(
            "v1", List.of("Secret", "ConfigMap", "Service", "ServiceAccount", "Pod"),
            "apps/v1", List.of("Deployment", "StatefulSet"),
            "batch/v1", List.of("Job"),
            "policy/v1", List.of("PodDisruptionBudget"),
            "autoscaling/v2", List.of("HorizontalPodAutoscaler"),
            "networking.k8s.io/v1", List.of("NetworkPolicy", "Ingress"));

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
                    case "/apis" -> groups();
                    default -> resource(path);
                };
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.equals(NOT_FOUND) ? 404 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String resource(String path) {
        String version = path.replaceFirst("^/apis?/", "");
        List<String> kinds = KINDS.get(version);
        if (kinds != null) {
            return """
                    {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "%s", "resources": [%s]}""".formatted(
                            version, kinds.stream().map(FakeApiServer::kind).collect(Collectors.joining(",")));
        }
        if (path.equals(secretsPath)) {
            return """
                    {"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": []}""";
        }
        String prefix = secretsPath + "/";
        return path.startsWith(prefix) ? secrets.getOrDefault(path.substring(prefix.length()), NOT_FOUND) : NOT_FOUND;
    }

    private static String kind(String kind) {
        String singular = kind.toLowerCase(Locale.ROOT);
        String plural = singular.endsWith("y")
                ? singular.substring(0, singular.length() - 1) + "ies"
                : singular.endsWith("s") ? singular + "es" : singular + "s";
        return """
                {"name": "%s", "singularName": "%s", "namespaced": true, "kind": "%s", "verbs": ["get", "list", "create", "patch"]}""".formatted(plural, singular, kind);
    }

    private static String groups() {
        return """
                {"kind": "APIGroupList", "apiVersion": "v1", "groups": [%s]}""".formatted(KINDS.keySet().stream()
                .filter(version -> version.contains("/"))
                .map(version -> """
                                {"name": "%1$s", "versions": [{"groupVersion": "%2$s", "version": "%3$s"}],
                                 "preferredVersion": {"groupVersion": "%2$s", "version": "%3$s"}}""".formatted(
                                version.substring(0, version.indexOf('/')),
                                version,
                                version.substring(version.indexOf('/') + 1)))
                .collect(Collectors.joining(",")));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
