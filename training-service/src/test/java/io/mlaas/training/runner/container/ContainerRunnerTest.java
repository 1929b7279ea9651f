package io.mlaas.training.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import io.mlaas.training.runner.DirectoryRunner;
import io.mlaas.training.runner.DirectoryRunnerContract;
import io.mlaas.training.runner.FailureReason;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.runner.container.ContainerProperties.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** Over a real Podman; left out where there is none. */
class ContainerRunnerTest extends DirectoryRunnerContract {
    private static final String ABSENT = "sha256:" + "0".repeat(64);
    private static final String UNREACHABLE = "127.0.0.1:1/acme/forecast@sha256:" + "0".repeat(64);
    private static final String TALKS = "echo first; seq 1 100000; echo at last; exit 1";
    private static final String TELLS_WHAT_IT_MAY = """
            id -u
            ls /sys/class/net
            grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status
            touch /nothing && echo can write to its root
            touch "$MLAAS_INPUT_DIR/nothing" && echo can write to its input
            touch /tmp/something "$MLAAS_OUTPUT_DIR/something" && echo can write where it should
            """;
    private static final String WANTS_MEMORY = "tail /dev/zero";

    private static final List<ContainerRunner> RUNNERS = new ArrayList<>();
    private static Optional<ContainerDaemon> daemon = Optional.empty();

    private DataSize logLimit = DataSize.ofMegabytes(1);

    @BeforeAll
    static void startADaemon() throws IOException {
        daemon = ContainerDaemon.start();
        assumeThat(daemon)
                .as("containers are not tested: no Podman, or no static busybox, is here that runs any")
                .isPresent();
    }

    @AfterAll
    static void endTheDaemon() throws IOException {
        closeAll();
        if (daemon.isPresent()) {
            daemon.get().close();
        }
    }

    @Override
    protected DirectoryRunner runner() {
        // a service that comes back has no predecessor that still runs
        closeAll();
        ContainerRunner runner = new ContainerRunner(properties());
        RUNNERS.add(runner);
        return runner;
    }

    private static void closeAll() {
        try {
            for (ContainerRunner runner : RUNNERS) {
                runner.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNERS.clear();
    }

    private ContainerProperties properties() {
        List<Image> images = new ArrayList<>();
        for (String program : List.of(
                SUCCEEDS,
                FAILS,
                TELLS_ITS_ENVIRONMENT,
                WAITS,
                WAITS_FOR_A_FILE,
                TALKS,
                TELLS_WHAT_IT_MAY,
                WANTS_MEMORY)) {
            images.add(image(imageOf(program), daemon.orElseThrow().image(), List.of("sh", "-c", program)));
        }
        images.add(image(imageOf("no program"), daemon.orElseThrow().image(), List.of("/no/such/program")));
        images.add(image(imageOf("no image"), ABSENT, List.of()));
        images.add(image(imageOf("no registry"), UNREACHABLE, List.of()));
        return new ContainerProperties(
                true,
                daemon.orElseThrow().host(),
                images,
                List.of(),
                true,
                Duration.ofMinutes(1),
                null,
                null,
                null,
                DataSize.ofMegabytes(64),
                BigDecimal.ONE,
                64,
                DataSize.ofMegabytes(16),
                DataSize.ofMegabytes(1),
                logLimit,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                null);
    }

    private static Image image(String reference, String image, List<String> command) {
        return new Image(reference, image, command, Map.of("image.variable", "1"), 0, List.of());
    }

    @Override
    protected String imageOf(String program) {
        return "test/" + Integer.toHexString(program.hashCode());
    }

    @Override
    protected Set<String> variablesOfThePlace() {
        return Set.of("HOSTNAME", "TERM");
    }

    @Override
    protected Duration patience() {
        return Duration.ofMinutes(1);
    }

    @Test
    void letsAProgramDoNothingButItsWork() throws IOException {
        start(TELLS_WHAT_IT_MAY);
        assertThat(end()).as(log()).isEqualTo(new RunState.Exited(0));
        assertThat(log().lines().map(line -> line.replace('\t', ' ')).toList())
                .contains("lo", "CapEff: 0000000000000000", "CapBnd: 0000000000000000", "NoNewPrivs: 1")
                .contains("can write where it should")
                .doesNotContain("0", "eth0", "can write to its root", "can write to its input");
    }

    @Test
    void tellsThatAProgramUsedTooMuchMemory() throws IOException {
        start(WANTS_MEMORY);
        assertThat(end()).isInstanceOfSatisfying(RunState.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.OUT_OF_MEMORY);
            assertThat(failed.message()).contains("exit code 137").contains("64 MB");
        });
    }

    @Test
    void tellsThatAnImageIsNotThere() throws IOException {
        start("no image");
        assertThat(end())
                .isEqualTo(new RunState.Failed(
                        FailureReason.IMAGE_PULL_FAILED,
                        "the image " + ABSENT + " is not on this machine, and is not pulled"));
    }

    @Test
    void tellsThatAnImageCannotBePulled() throws IOException {
        start("no registry");
        assertThat(end()).isInstanceOfSatisfying(RunState.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.IMAGE_PULL_FAILED);
            assertThat(failed.message()).startsWith("the image " + UNREACHABLE + " could not be pulled: ");
        });
    }

    @Test
    void tellsThatAnImageHasNoSuchProgram() throws IOException {
        start("no program");
        assertThat(end()).isInstanceOfSatisfying(RunState.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.INVALID_SPEC);
            assertThat(failed.message()).contains("/no/such/program");
        });
    }

    @Test
    void waitsForADaemonThatIsAwayAndFindsItsContainersAgain() throws IOException {
        start(WAITS_FOR_A_FILE);
        awaitLine("started");
        daemon.orElseThrow().down();
        try {
            assertThat(current().state(run())).isInstanceOf(RunState.Waiting.class);
        } finally {
            daemon.orElseThrow().up();
        }
        put("go");
        assertThat(end()).isEqualTo(new RunState.Exited(7));
        assertThat(log()).containsOnlyOnce("started").containsOnlyOnce("gone on");
    }

    @Test
    void saysThatADaemonIsAwayBeforeARunHasBegun() throws IOException {
        daemon.orElseThrow().down();
        try {
            start(SUCCEEDS);
            assertThat(current().state(run())).isInstanceOfSatisfying(RunState.Failed.class, failed -> {
                assertThat(failed.reason()).isEqualTo(FailureReason.PLATFORM_UNAVAILABLE);
                assertThat(failed.reason().passes()).isTrue();
            });
        } finally {
            daemon.orElseThrow().up();
        }
    }

    @Test
    void noticesAContainerThatVanished() throws IOException {
        start(WAITS);
        awaitLine("started");
        try (DockerClient client = daemon.orElseThrow().client()) {
            client.removeContainerCmd(ContainerSpec.name(run())).withForce(true).exec();
        }
        assertThat(end()).isEqualTo(new RunState.Vanished());
    }

    @Test
    void endsAnEarlierRunOfTheSameJobBeforeItBeginsAnother() throws IOException {
        start(WAITS);
        awaitLine("started");
        Run second = new Run(run().jobId(), 2, run().order(), run().workspace(), LONG);
        current().start(second);
        assertThat(containers()).containsExactly(ContainerSpec.name(second));
        current().stop(second);
        assertThat(containers()).isEmpty();
    }

    @Test
    void removesContainersOfJobsThatAreOver() throws IOException {
        start(WAITS);
        awaitLine("started");
        ContainerRunner runner = (ContainerRunner) current();
        runner.sweep(directory);
        assertThat(containers()).hasSize(1);
        run().workspace().clean();
        runner.sweep(directory);
        assertThat(containers()).isEmpty();
    }

    @Test
    void keepsBeginningAndEndOfALongLog() throws IOException {
        logLimit = DataSize.ofKilobytes(10);
        useAnother();
        start(TALKS);
        assertThat(end()).isEqualTo(new RunState.Exited(1));
        assertThat(log())
                .startsWith("first\n")
                .contains("the middle is left out")
                .contains("at last");
        assertThat(Files.size(run().workspace().log())).isLessThan(80_000);
    }

    private List<String> containers() throws IOException {
        try (DockerClient client = daemon.orElseThrow().client()) {
            return client
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of(ContainerSpec.JOB, run().jobId().toString()))
                    .exec()
                    .stream()
                    .map(container -> container.getNames()[0].substring(1))
                    .toList();
        }
    }
}
