package io.mlaas.stack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {

    @TempDir
    Path folder;

    @Test
    void isFoundAgainByItsNumberAndStart() throws IOException {
        Child child = start("sleep 60");
        try {
            assertThat(Child.find(child.pid(), child.started())).isPresent();
            assertThat(Child.find(child.pid(), child.started().minusSeconds(3600)))
                    .as("somebody else's process with the same number")
                    .isEmpty();
            // A process that was forked a moment ago has no pages of its own yet.
            await().untilAsserted(() -> assertThat(child.memory()).isPresent());
        } finally {
            child.kill();
        }
        assertThat(child.awaitExit(Duration.ofSeconds(5))).isTrue();
        assertThat(Child.find(child.pid(), child.started())).isEmpty();
    }

    @Test
    void isFoundByItsWorkingDirectory() throws IOException {
        Child child = start("exec sleep 60");
        try {
            assertThat(Child.workingIn(folder.toRealPath()))
                    .extracting(Child::pid)
                    .containsExactly(child.pid());
        } finally {
            child.kill();
        }
    }

    @Test
    void appendsItsOutputToTheLog() throws IOException {
        Files.writeString(folder.resolve("log"), "before\n");
        assertThat(start("echo out; echo err >&2").awaitExit(Duration.ofSeconds(5)))
                .isTrue();
        assertThat(folder.resolve("log")).hasContent("before\nout\nerr\n");
    }

    @Test
    void inheritsOnlyWhatTheOperatingSystemNeeds() throws IOException {
        Launch launch =
                new Launch(List.of("sh", "-c", "env"), Map.of("TOLD", "yes"), folder, folder.resolve("log"), null);
        assertThat(Child.start(launch).awaitExit(Duration.ofSeconds(5))).isTrue();
        assertThat(Files.readAllLines(folder.resolve("log")))
                .contains("TOLD=yes")
                .allMatch(line ->
                        line.matches("(TOLD|PATH|HOME|USER|LANG|LC_ALL|TZ|TMPDIR|LD_LIBRARY_PATH|PWD|SHLVL|_)=.*"));
    }

    @Test
    void aFingerprintToldApartByCommandAndEnvironmentAlone() {
        Launch launch = new Launch(List.of("a", "b"), Map.of("K", "v"), folder, folder, null);
        assertThat(launch.fingerprint())
                .isEqualTo(
                        new Launch(List.of("a", "b"), Map.of("K", "v"), Path.of("/"), Path.of("/"), "x").fingerprint())
                .isEqualTo(new Launch(List.of("a", "-XX:AOTCache=c", "b"), Map.of("K", "v"), folder, folder, null)
                        .fingerprint())
                .isNotEqualTo(new Launch(List.of("a b"), Map.of("K", "v"), folder, folder, null).fingerprint())
                .isNotEqualTo(new Launch(List.of("a", "b"), Map.of("K", "w"), folder, folder, null).fingerprint());
    }

    private Child start(String script) throws IOException {
        return Child.start(new Launch(List.of("sh", "-c", script), Map.of(), folder, folder.resolve("log"), null));
    }
}
