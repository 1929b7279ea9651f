package io.mlaas.stack.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreezeTest {
    private Process parent;

    @BeforeEach
    void startAProcessWithAChild() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "only Linux tells the state of a process");
        parent = new ProcessBuilder("sh", "-c", "sleep 600 & wait").start();
        await().until(() -> parent.descendants().count() == 1);
    }

    @AfterEach
    void end() {
        parent.descendants().forEach(ProcessHandle::destroyForcibly);
        parent.destroyForcibly();
    }

    @Test
    void stopsAProcessWithAllThatItStartedUntilItIsClosed() throws IOException {
        List<Long> both = both();

        try (Freeze freeze = Freeze.of(List.of(parent.pid()))) {
            assertThat(freeze.size()).isEqualTo(2);
            await().untilAsserted(() -> assertThat(both).allMatch(FreezeTest::isStopped));
        }

        await().untilAsserted(() -> assertThat(both).noneMatch(FreezeTest::isStopped));
        assertThat(parent.isAlive()).isTrue();
    }

    @Test
    void letsThemGoOnWhenItIsKilled() throws Exception {
        List<Long> both = both();
        Process freezing = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FreezingProgram.class.getName(),
                        Long.toString(parent.pid()))
                .inheritIO()
                .start();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(both).allMatch(FreezeTest::isStopped));

        freezing.destroyForcibly().waitFor();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(both).noneMatch(FreezeTest::isStopped));
        assertThat(parent.isAlive()).isTrue();
    }

    @Test
    void isHarmlessForAProcessThatIsGone() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();

        try (Freeze freeze = Freeze.of(List.of(gone.pid()))) {
            assertThat(freeze.size()).isZero();
        }
    }

    private List<Long> both() {
        return List.of(
                parent.pid(), parent.descendants().findFirst().orElseThrow().pid());
    }

    private static boolean isStopped(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException gone) {
            return false;
        }
    }

    /** Freezes a process and waits to be killed. */
    static final class FreezingProgram {
        public static void main(String[] args) throws Exception {
            try (Freeze freeze = Freeze.of(List.of(Long.valueOf(args[0])))) {
                System.in.read();
            }
        }
    }
}
