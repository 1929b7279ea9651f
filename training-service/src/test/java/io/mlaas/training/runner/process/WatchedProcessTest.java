package io.mlaas.training.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlaas.api.sharing.ReproductionVerdict.CauseKind;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.observer.Factor;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.training.runner.Conditions;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.runner.process.ProcessProperties.Image;
import io.mlaas.training.runner.process.ProcessProperties.Limits;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.util.unit.DataSize;

/** A program that is watched, held and pinned ends in the same ways as any other. */
class WatchedProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path shared;

    private static Watching watching;

    @TempDir
    Path directory;

    private ProcessRunner runner;
    private Run run;

    @BeforeAll
    static void needsTheObserver() throws IOException {
        watching = new Watching(shared.resolve("observer"));
        assumeTrue(watching.missing().isEmpty(), () -> "no observer here");
    }

    static List<Conditions> conditions() {
        return List.of(Conditions.WATCHED, new Conditions(Set.of(Factor.values()), true));
    }

    private void start(Conditions conditions, String program) throws IOException {
        runner = new ProcessRunner(
                new ProcessProperties(
                        "/usr/local/bin:/usr/bin:/bin",
                        DataSize.ofMegabytes(1),
                        Duration.ofMillis(300),
                        new Limits(null, null, null, null, null)),
                List.of(new Image(
                        "test/watched:1", List.of("sh", "-c", program), List.of(Path.of("/bin/sh")), Map.of())),
                watching);
        UUID job = UUID.randomUUID();
        Workspace workspace = Workspace.of(directory, job);
        workspace.reset();
        TrainingRequested order = new TrainingRequested(
                UUID.randomUUID(),
                TestIdentity.ACME,
                TestIdentity.ACME_SCIENTIST,
                UUID.randomUUID(),
                "test/watched:1",
                "0".repeat(64),
                Map.of(),
                "0".repeat(64),
                "numbers.csv",
                Map.of(),
                null,
                null,
                null);
        run = new Run(job, 1, order, workspace, Duration.ofMinutes(5), conditions, true);
        runner.start(run);
    }

    private RunState end() {
        return await().atMost(PATIENCE).until(() -> runner.state(run), state -> !(state instanceof RunState.Running));
    }

    private List<ProcessHandle> members() throws IOException {
        return new ProcessGroup(run.jobId(), null).members();
    }

    @AfterEach
    void leavesNothingBehind() throws IOException {
        runner.stop(run);
        assertThat(members()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void endsWithItsCodeAndALog(Conditions conditions) throws IOException {
        start(conditions, "echo it ran; echo 7 > \"$MLAAS_OUTPUT_DIR/model\"; exit 3");

        assertThat(end()).isEqualTo(new RunState.Exited(3));
        assertThat(run.workspace().log()).hasContent("it ran");
        assertThat(run.workspace().output().resolve("model")).hasContent("7");
        assertThat(runner.observed(run).undeclared()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void isStoppedWithAllThatItStarted(Conditions conditions) throws IOException {
        start(conditions, "trap '' TERM; setsid sleep 600 & echo ready; wait; sleep 600");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(run.workspace().log()).content().contains("ready"));

        runner.stop(run);

        assertThat(members()).isEmpty();
        assertThat(runner.state(run)).isEqualTo(new RunState.Stopped());
    }

    @Test
    void takesItsDaemonsWithIt() throws IOException {
        start(Conditions.WATCHED, "setsid sleep 600 > /dev/null 2>&1 & exit 0");

        assertThat(end()).isEqualTo(new RunState.Exited(0));
        assertThat(members()).isEmpty();
    }

    @Test
    void vanishesWhenItsLauncherIsKilled() throws IOException {
        start(Conditions.WATCHED, "echo ready; sleep 600");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(run.workspace().log()).content().contains("ready"));

        members().forEach(ProcessHandle::destroyForcibly);

        assertThat(end()).isEqualTo(new RunState.Vanished());
        assertThat(members()).isEmpty();
    }

    @Test
    void tellsWhatNobodyDeclared() throws IOException {
        Path secret = Files.writeString(shared.resolve("secret"), "7");
        start(Conditions.WATCHED, "cat " + secret + " > \"$MLAAS_OUTPUT_DIR/model\" || exit 0");

        assertThat(end()).isEqualTo(new RunState.Exited(0));
        assertThat(runner.observed(run).undeclared()).singleElement().satisfies(cause -> {
            assertThat(cause.kind()).isEqualTo(CauseKind.FILE);
            assertThat(cause.detail()).startsWith(secret + ", used by ");
        });
    }
}
