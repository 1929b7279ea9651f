package io.mlaas.training.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.api.sharing.TrainingResources;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.training.registry.FakeRegistry;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every runner does. A subclass provides a runner that knows, for each constant here, an image that runs this shell
 * program, and says how inputs get to such a program and how what it wrote is looked at.
 */
public abstract class JobRunnerContract {
    protected static final String SUCCEEDS = """
            cp "$MLAAS_INPUT_DIR"/dataset/* "$MLAAS_OUTPUT_DIR/model.pt"
            echo '##mlaas {"epoch":1,"epochs":1,"loss":0.5}'
            echo done
            """;
    protected static final String FAILS = "echo '##mlaas {\"error\":\"no such layer\"}'; echo trouble >&2; exit 3";
    protected static final String TELLS_ITS_ENVIRONMENT = "env | sort";
    protected static final String WAITS = "echo started; sleep 600";
    protected static final String WAITS_FOR_A_FILE =
            "echo started; while [ ! -e \"$MLAAS_OUTPUT_DIR/go\" ]; do sleep 0.05; done; echo gone on; exit 7";
    protected static final String HAS_GRANDCHILDREN = """
            sh -c 'sleep 600 & echo $! > "$MLAAS_OUTPUT_DIR/grandchild"; setsid sleep 600 & wait' &
            trap '' TERM
            wait
            """;
    protected static final String LEAVES_A_DAEMON =
            "setsid sleep 600 > /dev/null 2>&1 & echo $! > \"$MLAAS_OUTPUT_DIR/daemon\"";

    protected static final String DATASET = "1,2,3";
    protected static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    protected Path directory;

    private JobRunner runner;
    private Run run;

    /** A new runner over the same machine or cluster: what a restart of the service makes. */
    protected abstract JobRunner runner();

    protected abstract String imageOf(String program);

    /** Makes a dataset {@code numbers.csv} of {@link #DATASET} available to the run. */
    protected abstract void provide(Run run) throws IOException;

    /** A file that the program wrote; nothing if there is none. */
    protected abstract Optional<String> output(String name) throws IOException;

    /** Puts an empty file into the output directory of a program that runs. */
    protected abstract void put(String name) throws IOException;

    /** The variables that the place itself adds to a program's environment. */
    protected Set<String> variablesOfThePlace() {
        return Set.of();
    }

    /** How long anything may take there. */
    protected Duration patience() {
        return Duration.ofSeconds(20);
    }

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
        assertThat(output("model.pt")).hasValue(DATASET);
        assertThat(log()).contains("##mlaas {\"epoch\":1").contains("done");
    }

    @Test
    void tellsTheExitCodeOfAFailedProgramAndKeepsBothItsStreams() throws IOException {
        start(FAILS);
        assertThat(end()).isEqualTo(new RunState.Exited(3));
        assertThat(log()).contains("no such layer").contains("trouble");
    }

    @Test
    void givesTheProgramNoEnvironmentButTheJobs() throws IOException {
        start(TELLS_ITS_ENVIRONMENT, Map.of("learning-rate", "0.1", "seed", "7"), LONG);
        assertThat(end()).isEqualTo(new RunState.Exited(0));
        assertThat(log().lines())
                .filteredOn(line -> line.matches("[A-Z_]+=.*"))
                .extracting(line -> line.substring(0, line.indexOf('=')))
                .filteredOn(name -> !Set.of("PWD", "_", "SHLVL", "OLDPWD").contains(name))
                .filteredOn(name -> !variablesOfThePlace().contains(name))
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
        assertThat(log()).containsOnlyOnce("done");
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
        awaitLine("started");
        runner.stop(run);
        assertThat(runner.state(run)).isEqualTo(new RunState.Stopped());
    }

    @Test
    void startsNothingAfterAStop() throws IOException {
        run = prepare(SUCCEEDS, Map.of(), LONG);
        runner.stop(run);
        runner.start(run);
        assertThat(runner.state(run)).isEqualTo(new RunState.Stopped());
        assertThat(output("model.pt")).isEmpty();
    }

    @Test
    void findsARunningProgramAgainAfterARestart() throws IOException {
        start(WAITS_FOR_A_FILE);
        awaitLine("started");
        runner = runner();
        assertThat(runner.state(run)).isEqualTo(new RunState.Running());
        runner.start(run);
        put("go");
        assertThat(end()).isEqualTo(new RunState.Exited(7));
        assertThat(log()).containsOnlyOnce("started").containsOnlyOnce("gone on");
    }

    @Test
    void findsTheExitCodeOfAProgramThatEndedMeanwhile() throws IOException {
        start(FAILS);
        end();
        runner = runner();
        assertThat(runner.state(run)).isEqualTo(new RunState.Exited(3));
    }

    protected void start(String program) throws IOException {
        start(program, Map.of(), LONG);
    }

    private void start(String program, Map<String, String> params, Duration timeout) throws IOException {
        run = prepare(program, params, timeout);
        runner.start(run);
    }

    private Run prepare(String program, Map<String, String> params, Duration timeout) throws IOException {
        UUID job = UUID.randomUUID();
        Workspace workspace = Workspace.of(directory, job);
        workspace.reset();
        Run prepared = new Run(job, 1, order(imageOf(program), params), workspace, timeout);
        provide(prepared);
        return prepared;
    }

    private TrainingRequested order(String image, Map<String, String> params) {
        return new TrainingRequested(
                UUID.randomUUID(),
                TestIdentity.ACME,
                TestIdentity.ACME_SCIENTIST,
                UUID.randomUUID(),
                image,
                "0".repeat(64),
                params,
                FakeRegistry.sha256(DATASET.getBytes(StandardCharsets.UTF_8)),
                "numbers.csv",
                Map.of(),
                null,
                null,
                resources());
    }

    /** What every training here asks for. */
    protected @Nullable TrainingResources resources() {
        return null;
    }

    protected String log() throws IOException {
        return Files.exists(run.workspace().log())
                ? Files.readString(run.workspace().log())
                : "";
    }

    /** Until the program has written this; asks for the run's state, as the service does. */
    protected void awaitLine(String line) {
        await().atMost(patience()).pollInterval(Duration.ofMillis(20)).until(() -> {
            runner.state(run);
            return log().contains(line);
        });
    }

    /** How the run ended. */
    protected RunState end() {
        return await().pollInterval(Duration.ofMillis(20))
                .atMost(patience())
                .until(() -> runner.state(run), RunState::ended);
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
