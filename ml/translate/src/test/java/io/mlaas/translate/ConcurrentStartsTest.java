package io.mlaas.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code mlaas} in a tree of its own, with a program in the place of Maven that only writes down when it ran. */
class ConcurrentStartsTest {
    private static final Path SCRIPT =
            Path.of(System.getProperty("mlaas.home", "../..")).resolve("mlaas");

    @TempDir
    Path home;

    @BeforeEach
    void tree() throws IOException {
        Files.copy(SCRIPT, home.resolve("mlaas"));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        for (String module : List.of("neural", "onnx", "translate")) {
            Files.createDirectories(home.resolve("ml").resolve(module).resolve("src/main"));
        }
        Path maven = Files.writeString(home.resolve("maven"), """
                #!/bin/sh
                echo begun >>builds
                until [ "$(grep -c 'waiting for the build' said)" -ge "$WAITING" ]; do sleep 0.1; done
                mkdir -p ml/translate/target/classes
                echo /classes:more >ml/translate/target/classpath
                echo ended >>builds
                """);
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void buildOnceAfterAnother() throws Exception {
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            starts.add(start(2));
        }
        for (Process start : starts) {
            assertThat(start.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(Files.readAllLines(home.resolve("builds"))).containsExactly("begun", "ended");
        assertThat(home.resolve(".mlaas/run/build.lock")).doesNotExist();
    }

    @Test
    void doNotWaitForOneThatIsGone() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        assertThat(gone.waitFor()).isZero();
        Path run = Files.createDirectories(home.resolve(".mlaas/run"));
        Files.createSymbolicLink(run.resolve("build.lock"), Path.of(Long.toString(gone.pid())));

        assertThat(start(0).waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(Files.readAllLines(home.resolve("builds"))).containsExactly("begun", "ended");
    }

    /**
     * There are no classes here: it ends at the start of the translator itself, which is after the build.
     *
     * @param waiting others that its build waits for until they wait for it
     */
    private Process start(int waiting) throws IOException {
        ProcessBuilder process = new ProcessBuilder("bash", "mlaas", "translate", "model.pt")
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(home.toFile(), "said")));
        process.environment().put("MLAAS_MAVEN", home.resolve("maven").toString());
        process.environment().put("WAITING", Integer.toString(waiting));
        process.environment().put("MLAAS_JAVA_HOME", System.getProperty("java.home"));
        return process.start();
    }
}
