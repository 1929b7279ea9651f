package io.mlaas.stack.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.mlaas.stack.process.Home;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus: the one of this machine, else Debian's. */
class PrometheusServerTest {
    private static final Home HOME = Home.find();
    private static Path prometheus = Path.of("");
    private static Path promtool = Path.of("");

    @TempDir
    Path folder;

    @BeforeAll
    static void find() {
        Optional<Path> own = PrometheusServer.program(HOME);
        assumeTrue(own.isPresent() || Home.onPath("apt-get").isPresent(), "no prometheus on the PATH, and no apt");
        prometheus = own.orElseGet(() -> PrometheusServer.ofDebian(HOME));
        promtool = prometheus.resolveSibling("promtool");
    }

    @Test
    void readsTheServicesAndRaisesTheAlarmForOneThatIsAway() throws IOException {
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/actuator/prometheus", exchange -> {
            byte[] text = "mlaas_outbox_waiting 7\n".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        service.start();
        PrometheusServer server = new PrometheusServer(new PrometheusServer.Config(
                Place.in(HOME, folder, "prometheus"),
                0,
                prometheus,
                Map.of("there", "127.0.0.1:" + service.getAddress().getPort(), "away", "127.0.0.1:1"),
                1));
        assertThat(server.version()).matches("[0-9]+\\.[0-9]+.*");
        try (Running running = Running.start(server)) {
            assertThat(running.child().isAlive()).isTrue();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(query(server, "mlaas_outbox_waiting")).contains("\"job\":\"there\"", "\"7\"");
                assertThat(query(server, "ALERTS"))
                        .contains("\"alertname\":\"ServiceDown\"", "\"job\":\"away\"")
                        .doesNotContain("\"job\":\"there\"");
            });
        } finally {
            service.stop(0);
        }
    }

    @Test
    void theRulesSayWhatTheirTestsExpect() throws Exception {
        assumeTrue(Files.isExecutable(promtool), "no promtool beside prometheus");
        Path tests = HOME.root().resolve("deploy/prometheus/mlaas.rules.test.yml");
        Process process = new ProcessBuilder(promtool.toString(), "test", "rules", tests.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static String query(PrometheusServer server, String expression) {
        return Http.get(server.url() + "/api/v1/query?query=" + expression).orElse("");
    }
}
