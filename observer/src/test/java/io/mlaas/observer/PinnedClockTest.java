package io.mlaas.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pinned clock stands still between looks: waits must end all the same, and tell that their time is over. */
class PinnedClockTest {
    @TempDir
    static Path directory;

    private static Observer observer;

    @BeforeAll
    static void needsACompiler() throws Exception {
        observer = Observer.installed(directory.resolve("observer"));
        assumeTrue(observer.missing().isEmpty(), () -> observer.missing().orElseThrow());
    }

    private static String run(Set<Factor> pinned, List<String> command, Path... declared) throws Exception {
        Path log = directory.resolve("log");
        Observer.prepare(log);
        Path workspace = Files.createDirectories(directory.resolve("run"));
        List<String> whole = new ArrayList<>(observer.conditions(
                        pinned, log, Declared.of(command, Map.of(), List.of(declared), List.of(), List.of(workspace)))
                .prefix());
        whole.addAll(command);
        Process process = new ProcessBuilder(whole)
                .directory(workspace.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(directory.resolve("said"), StandardCharsets.UTF_8)
                .strip();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    @Test
    void endsEveryWaitOfAJavaProgram() throws Exception {
        Path classes = Path.of("target", "test-classes").toAbsolutePath();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes.toString(),
                "io.mlaas.observer.guilty.Waits");
        for (Set<Factor> pinned : List.of(Set.of(Factor.values()), Set.of(Factor.CLOCK))) {
            assertThat(run(pinned, command, classes))
                    .isEqualTo(
                            "slept, polled null, acquired false, signalled false, parked, selected 0, scheduled 7, virtual 8,"
                                    + " timed out, delayed 9, ended true, spun");
        }
    }

    @Test
    void endsEveryWaitOfAPythonProgram() throws Exception {
        Process asked = new ProcessBuilder("python3", "-c", "import sys; print(sys.executable)").start();
        String python = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeTrue(asked.waitFor() == 0, "python3");
        Path script = directory.resolve("waits.py");
        try (var in = PinnedClockTest.class.getResourceAsStream("/guilty/waits.py")) {
            Files.copy(in, script);
        }

        assertThat(run(Set.of(Factor.values()), List.of(python, script.toString()), script))
                .isEqualTo(
                        "slept True, event False, lock False, condition False, empty, selected [], timed out, ended 0, timer,"
                                + " spun");
    }
}
