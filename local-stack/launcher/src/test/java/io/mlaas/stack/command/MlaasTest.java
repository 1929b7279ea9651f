package io.mlaas.stack.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.stack.supervise.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line in a folder where nothing runs. */
class MlaasTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String home;

    @BeforeEach
    void elsewhere() {
        home = System.getProperty("mlaas.home");
        System.setProperty("mlaas.home", folder.toString());
    }

    @AfterEach
    void back() {
        System.setProperty("mlaas.home", home);
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "down", "status", "logs", "token", "verify", "doctor", "demo"})
    void everyCommandExplainsItself(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: mlaas " + command);
    }

    @Test
    void namesItsExitStatuses() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("5  not running");
    }

    @Test
    void wrongUsageIsStatusTwo() {
        assertThat(run("nothing")).isEqualTo(2);
        assertThat(run("up", "--port", "gatway=1")).isEqualTo(2);
        assertThat(err.toString()).contains("port: gatway (expected: one of");
        assertThat(run(
                        "verify",
                        folder.resolve("missing").toString(),
                        "--asset",
                        "5d066d58-06de-47ab-a2f6-c8f413e21947"))
                .isEqualTo(2);
    }

    @Test
    void namesEveryTakenPortBeforeAnythingIsStarted() throws Exception {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> arguments = new ArrayList<>(List.of("up"));
            Settings.DEFAULT_PORTS.keySet().forEach(name -> arguments.addAll(List.of("--port", name + "=0")));
            arguments.addAll(List.of("--port", "gateway=" + one.getLocalPort(), "--port", "s3=" + two.getLocalPort()));
            assertThat(run(arguments.toArray(String[]::new))).isNotZero();
            assertThat(err.toString())
                    .contains("port %d (gateway) is taken by pid".formatted(one.getLocalPort()))
                    .contains("port %d (s3) is taken".formatted(two.getLocalPort()))
                    .contains("mlaas up --port gateway=0 --port s3=0");
            assertThat(folder.resolve(".mlaas/data")).doesNotExist();
        }
    }

    @Test
    void nothingRunningIsStatusFive() throws Exception {
        assertThat(run("status")).isEqualTo(5);
        assertThat(run("token", "acme-scientist")).isEqualTo(5);
        assertThat(err.toString()).contains("keycloak is not running (mlaas up starts it)");
        Path file = Files.writeString(folder.resolve("file"), "content");
        assertThat(run("verify", file.toString(), "--asset", "5d066d58-06de-47ab-a2f6-c8f413e21947"))
                .isEqualTo(5);
        assertThat(run("down")).isZero();
        assertThat(out.toString()).contains("nothing is running");
    }

    @Test
    void showsTheLastLinesOfALog() throws Exception {
        Path logs = Files.createDirectories(folder.resolve(".mlaas/logs"));
        Files.writeString(logs.resolve("gateway.log"), "one\ntwo\nthree\n");
        assertThat(run("logs", "gateway-service", "-n", "2")).isZero();
        assertThat(out.toString()).isEqualTo("two\nthree\n");
        assertThat(run("logs", "../secrets/x")).isEqualTo(1);
        assertThat(err.toString()).contains("there are: gateway");
    }

    private int run(String... arguments) {
        return Mlaas.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
