package io.mlaas.training.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.training.runner.DirectoryRunner;
import io.mlaas.training.runner.DirectoryRunnerContract;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.runner.process.ProcessProperties.Image;
import io.mlaas.training.runner.process.ProcessProperties.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class ProcessRunnerTest extends DirectoryRunnerContract {
    private static final Limits NONE = new Limits(null, null, null, null, null);

    private final List<Image> images = new ArrayList<>();
    private Limits limits = NONE;
    private DataSize logLimit = DataSize.ofMegabytes(1);

    @Override
    protected DirectoryRunner runner() {
        return new ProcessRunner(
                new ProcessProperties("/usr/local/bin:/usr/bin:/bin", logLimit, Duration.ofMillis(300), limits),
                images,
                new Watching(Path.of("never", "used")));
    }

    @Override
    protected String imageOf(String program) {
        return "test/" + Integer.toHexString(program.hashCode());
    }

    ProcessRunnerTest() {
        for (String program : List.of(
                SUCCEEDS,
                FAILS,
                TELLS_ITS_ENVIRONMENT,
                WAITS,
                WAITS_FOR_A_FILE,
                HAS_GRANDCHILDREN,
                LEAVES_A_DAEMON,
                TALKS,
                SPINS,
                WRITES_MUCH,
                OPENS_MUCH)) {
            images.add(new Image(
                    imageOf(program),
                    List.of("sh", "-c", program),
                    List.of(Path.of("/bin/sh")),
                    Map.of("image.variable", "1")));
        }
    }

    private static final String TALKS = "echo first; seq 1 100000; echo '##mlaas {\"error\":\"at last\"}'; exit 1";
    private static final String SPINS = "while :; do :; done";
    private static final String WRITES_MUCH = "exec dd if=/dev/zero of=\"$MLAAS_OUTPUT_DIR/big\" bs=1M count=4";
    private static final String OPENS_MUCH = "ulimit -n; ulimit -c";

    @Test
    void killsGrandchildrenEvenInASessionOfTheirOwn() throws IOException {
        start(HAS_GRANDCHILDREN);
        Path noted = run().workspace().output().resolve("grandchild");
        await().untilAsserted(() -> assertThat(noted).isNotEmptyFile());
        ProcessHandle grandchild = ProcessHandle.of(
                        Long.parseLong(Files.readString(noted).strip()))
                .orElseThrow();
        await().until(() -> members().size() >= 5);
        List<ProcessHandle> all = members();

        current().stop(run());

        assertThat(lives(grandchild)).isFalse();
        assertThat(all).noneMatch(ProcessRunnerTest::lives);
        assertThat(current().state(run())).isEqualTo(new RunState.Stopped());
    }

    @Test
    void endsWhatAProgramLeftBehind() throws IOException {
        start(LEAVES_A_DAEMON);
        assertThat(end()).isEqualTo(new RunState.Exited(0));
        long daemon = Long.parseLong(
                Files.readString(run().workspace().output().resolve("daemon")).strip());
        assertThat(ProcessHandle.of(daemon).filter(ProcessRunnerTest::lives)).isEmpty();
    }

    @Test
    void noticesAProgramThatVanished() throws IOException {
        start(WAITS);
        await().untilAsserted(
                        () -> assertThat(run().workspace().log()).content().contains("started"));
        members().forEach(ProcessHandle::destroyForcibly);
        assertThat(end()).isEqualTo(new RunState.Vanished());
    }

    @Test
    void endsTheProgramWhenOnlyItsParentVanished() throws IOException {
        start(WAITS);
        await().untilAsserted(
                        () -> assertThat(run().workspace().log()).content().contains("started"));
        List<ProcessHandle> all = members();
        long leader =
                Long.parseLong(Files.readString(control().resolve("process")).split(" ")[0]);
        ProcessHandle.of(leader).orElseThrow().destroyForcibly();
        assertThat(end()).isEqualTo(new RunState.Vanished());
        assertThat(all).noneMatch(ProcessRunnerTest::lives);
    }

    @Test
    void doesNotTakeALaterProcessOfTheSamePidForItsOwn() throws IOException {
        start(WAITS);
        await().untilAsserted(
                        () -> assertThat(run().workspace().log()).content().contains("started"));
        members().forEach(ProcessHandle::destroyForcibly);
        // this test's own process lives, but began at another time
        String boot = Files.readString(control().resolve("process")).strip().split(" ")[2];
        Files.writeString(control().resolve("process"), ProcessHandle.current().pid() + " 1 " + boot);
        assertThat(end()).isEqualTo(new RunState.Vanished());
        assertThat(ProcessHandle.current().isAlive()).isTrue();
    }

    @Test
    void keepsBeginningAndEndOfALongLog() throws IOException {
        logLimit = DataSize.ofKilobytes(10);
        restart(TALKS);
        assertThat(end()).isEqualTo(new RunState.Exited(1));
        assertThat(run().workspace().log())
                .content()
                .startsWith("first\n")
                .contains("the middle is left out")
                .contains("at last");
        assertThat(Files.size(run().workspace().log())).isLessThan(80_000);
    }

    @Test
    void endsAProgramThatUsesTooMuchCpuTime() throws IOException {
        limits = new Limits(Duration.ofSeconds(1), null, null, null, null);
        restart(SPINS);
        // 128 + SIGXCPU; the kernel sends SIGKILL where soft and hard limit are the same
        assertThat(end()).isIn(new RunState.Exited(128 + 24), new RunState.Exited(128 + 9));
    }

    @Test
    void endsAProgramThatWritesALargerFileThanItMay() throws IOException {
        limits = new Limits(null, DataSize.ofMegabytes(1), null, null, null);
        restart(WRITES_MUCH);
        assertThat(end()).isEqualTo(new RunState.Exited(128 + 25));
        assertThat(Files.size(run().workspace().output().resolve("big"))).isEqualTo(1024 * 1024);
    }

    @Test
    void limitsOpenFilesAndWritesNoCore() throws IOException {
        limits = new Limits(null, null, 64, null, null);
        restart(OPENS_MUCH);
        assertThat(end()).isEqualTo(new RunState.Exited(0));
        assertThat(run().workspace().log()).hasContent("64\n0");
    }

    @Test
    void refusesTwoImagesOfOneReference() {
        Image image = new Image("a/b:1", List.of("true"), List.of(Path.of("/bin/true")), Map.of());
        images.add(image);
        images.add(image);
        assertThatThrownBy(this::runner).hasMessage("mlaas.training.images: a/b:1 is there twice (expected: once)");
    }

    @Test
    void refusesAPathWithoutTheToolsThatItNeeds() {
        assertThatThrownBy(() -> new ProcessRunner(
                        new ProcessProperties("/nowhere", logLimit, Duration.ofSeconds(1), NONE),
                        images,
                        new Watching(Path.of("never", "used"))))
                .hasMessageStartingWith("mlaas.training.process.path: /nowhere has no setsid");
    }

    /** With what was configured since the runner was made. */
    private void restart(String program) throws IOException {
        useAnother();
        start(program);
    }

    /** An orphan that nobody waited for yet still has a pid, but is dead. */
    private static boolean lives(ProcessHandle process) {
        try {
            return !Files.readString(Path.of("/proc/" + process.pid() + "/stat"))
                    .contains(") Z ");
        } catch (IOException e) {
            return false;
        }
    }

    private Path control() {
        return run().workspace().control().resolve("1");
    }

    private List<ProcessHandle> members() throws IOException {
        Path noted = control().resolve("process");
        return new ProcessGroup(
                        run().jobId(), Files.exists(noted) ? ProcessGroup.Leader.parse(Files.readString(noted)) : null)
                .members();
    }
}
