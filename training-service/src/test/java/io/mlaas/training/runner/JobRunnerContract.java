package io.mlaas.training.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every runner does. A subclass provides a runner that knows, for each constant here, an image that runs this shell
 * program.
 */
public abstract class JobRunnerContract {
    protected static final String SUCCEEDS = """
            cp "$MLAAS_INPUT_DIR"/dataset/* "$MLAAS_OUTPUT_DIR/model.pt"
            echo '##mlaas {"epoch":1,"epochs":1,"loss":0.5}'
            echo done
            """;
    protected static final String FAILS = "echo '##mlaas {\"error\":\"no such layer\"}'; echo trouble >&2; exit 3";
    protected static final String TELLS_ITS_ENVIRONMENT = "env | sort > \"$MLAAS_OUTPUT_DIR/environment\"";
    protected static final String WAITS = "echo started; sleep 600";
    protected static final String WAITS_FOR_A_FILE =
            "while [ ! -e \"$MLAAS_OUTPUT_DIR/go\" ]; do sleep 0.05; done; echo gone on; exit 7";
    protected static final String HAS_GRANDCHILDREN = """
            sh -c 'sleep 600 & echo $! > "$MLAAS_OUTPUT_DIR/grandchild"; setsid sleep 600 & wait' &
            trap '' TERM
            wait
            """;
    protected static final String LEAVES_A_DAEMON =
            "setsid sleep 600 > /dev/null 2>&1 & echo $! > \"$MLAAS_OUTPUT_DIR/daemon\"";

    @TempDir
    protected Path directory;

    private JobRunner runner;
    private Run run;

    /** A new runner over the same machine or cluster: what a restart of the service makes. */
    protected abstract JobRunner runner();

    protected abstract String imageOf(String program);

    @BeforeEach
    void makeARunner() {
        runner = runner();
    }

    @AfterEach
    void endWhatIsLeft() throws IOException {
        if (run != null) {
            runner.stop(run);
        }
    }

    @Test
    void keepsWhatASuccessfulProgramWrote() throws IOException {
        start(SUCCEEDS);
        assertThat(end()).isEqualTo(new RunState.Exited(0));
        assertThat(run.workspace().output().resolve("model.pt")).hasContent("1,2,3");
        assertThat(run.workspace().log())
                .content()
                .contains("##mlaas {\"epoch\":1")
                .contains("done");
    }

    @Test
    void tellsTheExitCodeOfAFailedProgramAndKeepsBothItsStreams() throws IOException {
        start(FAILS);
        assertThat(end()).isEqualTo(new RunState.Exited(3));
        assertThat(run.workspace().log()).content().contains("no such layer").contains("trouble");
    }

    @Test
    void givesTheProgramNoEnvironmentButTheJobs() throws IOException {
        start(TELLS_ITS_ENVIRONMENT, Map.of("learning-rate", "0.1", "seed", "7"), Duration.ofMinutes(1));
        assertThat(end()).isEqualTo(new RunState.Exited(0));
        assertThat(Files.readAllLines(run.workspace().output().resolve("environment")))
                .filteredOn(line -> !line.startsWith("PWD=") && !line.startsWith("_="))
                .extracting(line -> line.substring(0, line.indexOf('=')))
                .containsExactlyInAnyOrder(
                        "HOME",
                        "IMAGE_VARIABLE",
                        "MKL_NUM_THREADS",
                        "MLAAS_INPUT_DIR",
                        "MLAAS_JOB_ID",
                        "MLAAS_MODEL_ID",
                        "MLAAS_OUTPUT_DIR",
                        "MLAAS_PARAM_LEARNING_RATE",
                        "MLAAS_PARAM_SEED",
                        "OMP_NUM_THREADS",
                        "PATH");
    }

    @Test
    void startsAProgramOnceHoweverOftenItIsAsked() throws IOException {
        start(SUCCEEDS);
        runner.start(run);
        assertThat(end()).isEqualTo(new RunState.Exited(0));
        runner.start(run);
        assertThat(runner.state(run)).isEqualTo(new RunState.Exited(0));
        assertThat(run.workspace().log()).content().containsOnlyOnce("done");
    }

    @Test
    void endsAProgramWhoseTimeIsOver() throws IOException {
        start(WAITS, Map.of(), Duration.ofMillis(300));
        assertThat(end()).isEqualTo(new RunState.TimedOut());
        assertThat(runner().state(run)).isEqualTo(new RunState.TimedOut());
    }

    @Test
    void endsAProgramThatIsStopped() throws IOException {
        start(WAITS);
        await().untilAsserted(() -> assertThat(run.workspace().log()).content().contains("started"));
        runner.stop(run);
        assertThat(runner.state(run)).isEqualTo(new RunState.Stopped());
    }

    @Test
    void startsNothingAfterAStop() throws IOException {
        run = prepare(SUCCEEDS, Map.of(), Duration.ofMinutes(1));
        runner.stop(run);
        runner.start(run);
        assertThat(runner.state(run)).isEqualTo(new RunState.Stopped());
        assertThat(run.workspace().output()).isEmptyDirectory();
    }

    @Test
    void findsARunningProgramAgainAfterARestart() throws IOException {
        start(WAITS_FOR_A_FILE);
        runner = runner();
        assertThat(runner.state(run)).isEqualTo(new RunState.Running());
        runner.start(run);
        Files.createFile(run.workspace().output().resolve("go"));
        assertThat(end()).isEqualTo(new RunState.Exited(7));
        assertThat(run.workspace().log()).content().containsOnlyOnce("gone on");
    }

    @Test
    void findsTheExitCodeOfAProgramThatEndedMeanwhile() throws IOException {
        start(FAILS);
        end();
        runner = runner();
        assertThat(runner.state(run)).isEqualTo(new RunState.Exited(3));
    }

    protected void start(String program) throws IOException {
        start(program, Map.of(), Duration.ofMinutes(1));
    }

    private void start(String program, Map<String, String> params, Duration timeout) throws IOException {
        run = prepare(program, params, timeout);
        runner.start(run);
    }

    private Run prepare(String program, Map<String, String> params, Duration timeout) throws IOException {
        UUID job = UUID.randomUUID();
        Workspace workspace = Workspace.of(directory, job);
        workspace.reset();
        Files.writeString(workspace.dataset().resolve("numbers.csv"), "1,2,3");
        return new Run(job, 1, UUID.randomUUID(), imageOf(program), params, workspace, timeout);
    }

    /** How the run ended. */
    protected RunState end() {
        return await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(20))
                .until(() -> runner.state(run), state -> !(state instanceof RunState.Running));
    }

    protected void useAnother() {
        runner = runner();
    }

    protected JobRunner current() {
        return runner;
    }

    protected Run run() {
        return run;
    }
}
