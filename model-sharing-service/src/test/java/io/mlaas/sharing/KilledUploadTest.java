package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/** A second process of the service, on the same servers, is killed while it takes a file in pieces; the first goes on. */
class KilledUploadTest extends RegistryServer {
    private static final int PART = 5 << 20;

    private final UUID company = UUID.randomUUID();
    private final String user = TestIdentity.user(UUID.randomUUID(), "killed", company, "DATA_SCIENTIST");

    @Autowired
    private ConfigurableEnvironment environment;

    @TempDir
    private Path folder;

    private Process process;

    @AfterEach
    void nothingIsLeftRunning() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void anUploadGoesOnAfterItsProcessWasKilledBetweenAndInsidePieces() throws Exception {
        byte[] content = random(17_000_000);
        String upload = create(content.length);
        int doomed = startAnother();

        assertThat(patch(doomed, upload, 0, Arrays.copyOf(content, 3_000_001)).header("Upload-Offset"))
                .isEqualTo("3000001");
        kill();
        assertThat(offset(upload)).as("after a kill between two pieces").isEqualTo("3000001");

        doomed = startAnother();
        try (Socket socket = new Socket("127.0.0.1", doomed);
                OutputStream out = socket.getOutputStream()) {
            out.write(head(upload, 3_000_001, content.length - 3_000_001));
            out.write(content, 3_000_001, 9_000_000);
            out.flush();
            await().untilAsserted(() -> assertThat(offset(upload)).isEqualTo(Integer.toString(2 * PART)));
            kill();
        }
        assertThat(offset(upload)).as("after a kill inside a piece").isEqualTo(Integer.toString(2 * PART));

        byte[] rest = Arrays.copyOfRange(content, 2 * PART, content.length);
        assertThat(patch(port, upload, 2 * PART, rest).status())
                .as("the killed process is respected for a while")
                .isEqualTo(423);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> patch(port, upload, 2 * PART, rest).status() == 204);
        UUID dataset = UUID.fromString(post(
                        "/dataset",
                        user,
                        Form.of()
                                .field("metadata", METADATA)
                                .field("upload_id", upload.substring("/uploads/".length())))
                .expect(201)
                .json()
                .path("dataset_id")
                .asString());
        assertThat(get("/dataset/" + dataset, user).expect(200).body()).isEqualTo(content);
        await().untilAsserted(() -> assertThat(objects(company, "")).containsExactly(upload.substring(1) + "/object"));
    }

    private String create(int length) throws Exception {
        return send(request("/uploads", user)
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", Integer.toString(length))
                        .POST(BodyPublishers.noBody())
                        .build())
                .expect(201)
                .header("Location");
    }

    private String offset(String upload) throws Exception {
        return send(request(upload, user)
                        .header("Tus-Resumable", "1.0.0")
                        .HEAD()
                        .build())
                .expect(200)
                .header("Upload-Offset");
    }

    private Answer patch(int at, String upload, long offset, byte[] piece) throws Exception {
        return send(request(at, upload, user)
                .header("Tus-Resumable", "1.0.0")
                .header("Content-Type", "application/offset+octet-stream")
                .header("Upload-Offset", Long.toString(offset))
                .method("PATCH", BodyPublishers.ofByteArray(piece))
                .build());
    }

    private byte[] head(String upload, long offset, long length) {
        return ("""
                PATCH %s HTTP/1.1\r
                Host: 127.0.0.1\r
                Authorization: Bearer %s\r
                Tus-Resumable: 1.0.0\r
                Content-Type: application/offset+octet-stream\r
                Upload-Offset: %d\r
                Content-Length: %d\r
                \r
                """.formatted(upload, user, offset, length)).getBytes(StandardCharsets.US_ASCII);
    }

    private int startAnother() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ModelSharingApplication.class.getName(),
                "--server.port=" + free,
                "--spring.kafka.listener.auto-startup=false"));
        environment.getPropertySources().stream()
                .filter(source -> source.getName().matches("Dynamic Test Properties|Inlined Test Properties"))
                .flatMap(source -> Arrays.stream(((EnumerablePropertySource<?>) source).getPropertyNames()))
                .distinct()
                .filter(name -> name.startsWith("mlaas.") || name.startsWith("spring."))
                .forEach(name -> command.add("--" + name + "=" + environment.getProperty(name)));
        Path log = folder.resolve("service-" + free + ".log");
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(Duration.ofSeconds(90))
                .ignoreException(java.net.ConnectException.class)
                .until(() -> {
                    assertThat(process.isAlive()).as(() -> text(log)).isTrue();
                    return send(request(free, "/actuator/health/readiness", null)
                                            .GET()
                                            .build())
                                    .status()
                            == 200;
                });
        return free;
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** SIGKILL: no shutdown hook runs. */
    private void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        assertThat(process.exitValue()).isEqualTo(128 + 9);
    }
}
