package io.mlaas.ppfl;

import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as a process of its own, which can be killed and started again with the same database and ports. */
final class ServerProcess implements AutoCloseable {
    private static final Duration LONG = Duration.ofMinutes(3);

    final FakePlatform platform = new FakePlatform();
    final String database = TestServers.database("ppfl");
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.shared();
    private final int port = freePort();
    private final int federationPort = freePort();
    private Process process;

    void start() throws IOException {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx400m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "io.mlaas.ppfl.PpflApplication",
                        "--server.port=" + port,
                        "--mlaas.ppfl.federation.port=" + federationPort,
                        "--mlaas.ppfl.federation.poll=200ms",
                        "--mlaas.ppfl.job.poll=50ms",
                        "--mlaas.ppfl.job.follow=50ms",
                        "--mlaas.ppfl.job.lease=2s",
                        "--mlaas.ppfl.master-key=" + Base64.getEncoder().encodeToString(new byte[32]),
                        "--mlaas.services.model-sharing=" + platform.url(),
                        "--mlaas.services.training=" + platform.url(),
                        "--mlaas.services.blockchain=" + platform.url(),
                        "--mlaas.security.issuer=" + TestIdentity.issuer(),
                        "--mlaas.security.client-secret=test-secret",
                        "--spring.kafka.bootstrap-servers=" + TestServers.kafkaBootstrap(),
                        "--spring.datasource.url=" + database + "?currentSchema=ppfl",
                        "--spring.datasource.username=postgres",
                        "--spring.datasource.password=test"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        Path.of("target", "killed-server.log").toFile()))
                .start();
        await().atMost(LONG)
                .ignoreExceptions()
                .until(() -> send("GET", "/federations", null).statusCode() == 200);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return json.readTree(send("GET", path, null).body());
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .header("Content-Type", "application/json")
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
