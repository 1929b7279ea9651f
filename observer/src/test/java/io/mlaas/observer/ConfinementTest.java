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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher keeps a program from. */
class ConfinementTest {
    @TempDir
    static Path shared;

    private static Observer observer;

    @TempDir
    Path directory;

    private Path workspace;
    private Path log;

    private record Ran(int code, String said) {}

    @BeforeAll
    static void needsNamespaces() throws Exception {
        observer = Observer.installed(shared.resolve("observer"));
        assumeTrue(observer.missing().isEmpty(), () -> observer.missing().orElseThrow());
        assumeTrue(observer.enforced().size() == Barrier.values().length, "namespaces");
    }

    @BeforeEach
    void prepare() throws Exception {
        workspace = Files.createDirectories(directory.resolve("run"));
        Files.createDirectories(workspace.resolve("input"));
        Files.writeString(workspace.resolve("input/data"), "1");
        Files.writeString(directory.resolve("undeclared"), "2");
        log = directory.resolve("observed");
        Observer.prepare(log);
    }

    private ProcessBuilder program(String... command) {
        Declared declared = Declared.of(
                List.of(command), Map.of(), List.of(), List.of(workspace.resolve("input")), List.of(workspace));
        List<String> whole = new ArrayList<>(
                observer.conditions(Set.of(Factor.THREADS), log, declared).prefix());
        whole.addAll(List.of(command));
        return new ProcessBuilder(whole).directory(workspace.toFile()).redirectErrorStream(true);
    }

    private Ran run(String... command) throws Exception {
        Process process = program(command).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), said);
    }

    @Test
    void showsWhatIsDeclaredAndNothingElse() throws Exception {
        assertThat(run("sh", "-c", "ls .. ../undeclared; cat input/data; echo 3 > made; cat made"))
                .isEqualTo(new Ran(
                        0, "ls: cannot access '../undeclared': No such file or directory\n..:\nobserved\nrun\n13\n"));
        assertThat(run("sh", "-c", "echo 3 > input/data").said()).contains("Read-only file system");
        assertThat(run("sh", "-c", "echo 3 > /usr/mlaas").said()).contains("Read-only file system");
        assertThat(run("sh", "-c", "umount -l input || mount -o remount,rw /usr || exit 9")
                        .code())
                .isEqualTo(9);
        assertThat(workspace.resolve("made")).hasContent("3");
        assertThat(workspace.resolve("input/data")).hasContent("1");
    }

    @Test
    void givesItOneProcessorOwnProcessesAndAnOwnNetwork() throws Exception {
        Ran ran = run(
                "sh",
                "-c",
                "nproc; ls -d /proc/[0-9]* | wc -l; grep -c : /proc/net/dev; grep ' lo:\\|lo:' /proc/net/dev | wc -l");

        // the launcher, the shell, ls and wc; the loopback
        assertThat(ran.said().lines().toList()).satisfies(lines -> {
            assertThat(lines.get(0)).isEqualTo("1");
            assertThat(Integer.parseInt(lines.get(1).strip())).isLessThanOrEqualTo(4);
            assertThat(lines.get(3).strip()).isEqualTo("1");
        });
    }

    @Test
    void passesItsEndOn() throws Exception {
        assertThat(run("sh", "-c", "exit 7").code()).isEqualTo(7);
        assertThat(run("sh", "-c", "kill -9 $$").code()).isEqualTo(137);
        assertThat(run("no-such-program").code()).isEqualTo(127);
    }

    @Test
    void endsWithAllThatItStarted() throws Exception {
        Process process = program(
                        "sh", "-c", "setsid sleep 600 & trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done")
                .start();
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
        List<ProcessHandle> all = process.descendants().toList();
        assertThat(all).isNotEmpty();

        process.destroy();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
        for (ProcessHandle one : all) {
            one.onExit().get(60, TimeUnit.SECONDS);
            assertThat(one.isAlive()).isFalse();
        }
    }

    @Test
    void holdsAStaticallyLinkedProgramThatTheLibraryDoesNotSee() throws Exception {
        Path source = Files.writeString(
                workspace.resolve("static.c"),
                "#include <stdio.h>\nint main(int n, char **a) { puts(fopen(a[1], \"r\") ? \"seen\" : \"hidden\"); }\n");
        Path program = workspace.resolve("static");
        Process compiler = new ProcessBuilder("cc", "-static", "-o", program.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        compiler.getInputStream().readAllBytes();
        assumeTrue(compiler.waitFor() == 0, "a C library to link statically");
        String undeclared = directory.resolve("undeclared").toString();

        assertThat(run("sh", "-c", program + " " + undeclared).said()).isEqualTo("hidden\n");
        assertThat(Observations.read(log).unobserved()).containsExactly(program.toString());
    }

    @Test
    void refusesToRunWithoutAConditionThatCannotBeHad() throws Exception {
        Path launcher = shared.resolve("observer/mlaas-confine");
        Process process = new ProcessBuilder(launcher.toString(), "--files", "/no/such/directory", "--", "true")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("mlaas-confine: /no/such/directory: No such file or directory\n");
        assertThat(process.waitFor()).isEqualTo(125);
    }
}
