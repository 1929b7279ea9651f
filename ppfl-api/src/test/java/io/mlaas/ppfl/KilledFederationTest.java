package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.io.IOException;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Server and clients are killed in the middle of rounds; the model is that of a run which nobody disturbed. */
class KilledFederationTest {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration MOMENT = Duration.ofMillis(5);
    private static final int ROUNDS = 10;

    @TempDir
    Path folder;

    private final FakePlatform platform = new FakePlatform();
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.shared();
    private final String database = TestServers.database("ppfl");
    private final int port = freePort();
    private final int federationPort = freePort();
    private Process server;

    @AfterEach
    void end() {
        server.destroyForcibly();
    }

    @Test
    void endsWithTheSameModelWhoeverIsKilled() throws Exception {
        startServer();
        String undisturbed = federation("undisturbed");
        try (ClientProcess a = client(undisturbed, "a", 0);
                ClientProcess b = client(undisturbed, "b", 300)) {
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
        }
        String killed = federation("killed");
        try (ClientProcess a = client(killed, "a", 0);
                ClientProcess b = client(killed, "b", 300)) {
            await().atMost(LONG).until(() -> a.log().contains("round 2/10 closed"));
            a.kill();
            a.start();
            await().atMost(LONG).until(() -> b.log().contains("round 4/10 closed"));
            server.destroyForcibly().waitFor();
            b.kill();
            startServer();
            b.start();
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
            assertThat(a.log()).contains("connected again");
        }
        JsonNode first = get("/federations/" + undisturbed);
        JsonNode second = get("/federations/" + killed);
        assertThat(second.path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(second.path("rounds").size()).isEqualTo(ROUNDS);
        assertThat(second.path("rounds").valueStream().map(round -> round.path("clients_up")
                        .asInt()))
                .containsOnly(2);
        assertThat(second.path("metrics").path("model_sha256").asString())
                .hasSize(64)
                .isEqualTo(first.path("metrics").path("model_sha256").asString());
        assertThat(platform.snapshots.forms).hasSize(2);
    }

    @Test
    void endsWithTheSameModelWhoeverIsKilledWhileUpdatesAreEncrypted() throws Exception {
        startServer();
        String undisturbed = federation("undisturbed", 2, "{\"homomorphic_encryption\": true}");
        String killed = federation("killed", 2, "{\"homomorphic_encryption\": true}");
        try (ClientProcess a = client(undisturbed, "a", 0);
                ClientProcess b = client(undisturbed, "b", 300)) {
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
        }
        try (ClientProcess a = client(killed, "a", 0);
                ClientProcess b = client(killed, "b", 300)) {
            await().atMost(LONG).pollInterval(MOMENT).until(() -> a.log().contains("round 1: sent deal key"));
            a.kill();
            a.start();
            await().atMost(LONG).pollInterval(MOMENT).until(() -> b.log().contains("round 1: sent encrypted update"));
            server.destroyForcibly().waitFor();
            b.kill(); // it has the key, and is to read the sum
            startServer();
            b.start();
            assertThat(a.exit()).as(a.log()).isZero();
            assertThat(b.exit()).as(b.log()).isZero();
        }
        JsonNode first = get("/federations/" + undisturbed);
        JsonNode second = get("/federations/" + killed);
        assertThat(second.path("state").asString()).as(second.toString()).isEqualTo("SUCCEEDED");
        assertThat(second.path("rounds").valueStream().map(round -> round.path("clients_up")
                        .asInt()))
                .containsExactly(2, 2);
        assertThat(second.path("metrics").path("model_sha256").asString())
                .hasSize(64)
                .isEqualTo(first.path("metrics").path("model_sha256").asString());
    }

    private ClientProcess client(String federation, String name, int from) throws Exception {
        String kit = send("POST", "/federations/" + federation + "/participants", "{\"name\": \"%s\"}".formatted(name))
                .body();
        return ClientProcess.start(folder.resolve(federation), name, kit, from, from + 300);
    }

    private String federation(String name) throws Exception {
        return federation(name, ROUNDS, "{}");
    }

    private String federation(String name, int rounds, String privacy) throws Exception {
        HttpResponse<String> made = send("POST", "/federations", """
                {"name": "%s", "engine": "fedavg",
                 "topology": {"mode": "real", "clients": 2, "quorum": 2, "rounds": %d, "round_timeout_seconds": 120},
                 "privacy": %s,
                 "training": {"local_epochs": 40, "learning_rate": 0.05}, "model": {"net_name": "digits-softmax"}, "seed": 7}
                """.formatted(name, rounds, privacy));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return json.readTree(made.body()).path("id").asString();
    }

    private JsonNode get(String path) throws Exception {
        return json.readTree(send("GET", path, null).body());
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .header("Content-Type", "application/json")
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private void startServer() throws IOException {
        server = new ProcessBuilder(List.of(
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

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
