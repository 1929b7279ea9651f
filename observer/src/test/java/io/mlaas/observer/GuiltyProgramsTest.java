package io.mlaas.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlaas.observer.Cause.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real programs, in processes of their own. {@code -Dmlaas.observer.repeats=20} looks at each so often. */
class GuiltyProgramsTest {
    private static final int REPEATS = Integer.getInteger("mlaas.observer.repeats", 1);

    @TempDir
    static Path directory;

    private static Observer observer;
    private static String python;
    private static Path script;

    @TempDir
    Path root;

    @BeforeAll
    static void needsACompilerAndPython() throws Exception {
        observer = Observer.installed(directory.resolve("observer"));
        assumeTrue(observer.missing().isEmpty(), () -> observer.missing().orElseThrow());
        Process asked = new ProcessBuilder("python3", "-c", "import sys; print(sys.executable)").start();
        python = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assumeTrue(asked.waitFor() == 0, "python3");
        script = Files.createDirectories(directory.resolve("image")).resolve("train.py");
        try (var in = GuiltyProgramsTest.class.getResourceAsStream("/guilty/train.py")) {
            Files.copy(in, script);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "clock, CLOCK",
        "monotonic, CLOCK",
        "random, ENTROPY",
        "urandom, ENTROPY",
        "device, ENTROPY",
        "hash, HASH_ORDER",
        "address, HASH_ORDER"
    })
    void namesWhatAPythonProgramHides(String how, Kind cause) throws Exception {
        for (int i = 0; i < REPEATS; i++) {
            assertThat(causes(python(how, Map.of()))).as(how).containsExactly(cause);
        }
    }

    @Test
    void namesBothOfTwoCauses() throws Exception {
        for (int i = 0; i < REPEATS; i++) {
            assertThat(causes(python("two", Map.of()))).containsExactly(Kind.CLOCK, Kind.ENTROPY);
        }
    }

    @ParameterizedTest
    @CsvSource({"clock, CLOCK", "random, CLOCK", "set, CLOCK", "secure, ENTROPY"})
    void namesWhatAJavaProgramHides(String how, Kind cause) throws Exception {
        for (int i = 0; i < REPEATS; i++) {
            assertThat(causes(java(how))).as(how).containsExactly(cause);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"innocent", "logs", "own"})
    void accusesNoPythonProgramThatGivesTheSame(String how) throws Exception {
        for (int i = 0; i < REPEATS; i++) {
            staysTheSame(python(how, Map.of()));
        }
    }

    @Test
    void accusesNoJavaProgramThatGivesTheSame() throws Exception {
        for (int i = 0; i < REPEATS; i++) {
            staysTheSame(java("logs"));
        }
    }

    @Test
    void blamesThreadsThatRaceOnNothingElse() throws Exception {
        for (int i = 0; i < REPEATS; i++) {
            assertThat(causes(java("race")))
                    .isSubsetOf(Kind.THREADS, Kind.UNEXPLAINED)
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesAFileThatNobodyDeclaredAlsoWhereItIsHidden(boolean hidden) throws Exception {
        Path secret = Files.writeString(root.resolve("secret.txt"), "0.125");
        Observer chosen = hidden ? enforcing() : observer.withoutBarriers();
        for (int i = 0; i < REPEATS; i++) {
            Job job = python(chosen, "file", Map.of("MLAAS_PARAM_SECRET", secret.toString()));
            String outcome = job.outcomeUnder(Set.of());
            assertThat(outcome).matches(hidden ? "(?s)exit 1: .*No such file or directory.*" : "[0-9a-f]{64}");
            String program = Path.of(python).toRealPath().toString();
            assertThat(job.undeclared).containsExactly(new Undeclared(Kind.FILE, secret.toString(), program));
            assertThat(job.undeclared.getFirst().asCause().detail()).isEqualTo(secret + ", used by " + program);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void namesAnAddressThatNobodyDeclaredAlsoWhereItCannotBeReached(boolean apart) throws Exception {
        Observer chosen = apart ? enforcing() : observer.withoutBarriers();
        AtomicInteger asked = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(server, asked));
            for (int i = 0; i < REPEATS; i++) {
                Job job =
                        python(chosen, "network", Map.of("MLAAS_PARAM_PORT", Integer.toString(server.getLocalPort())));
                assertThat(job.outcomeUnder(Set.of())).matches("[0-9a-f]{64}");
                assertThat(job.undeclared)
                        .extracting(Undeclared::kind, Undeclared::what)
                        .containsExactly(tuple(Kind.NETWORK, "127.0.0.1:" + server.getLocalPort()));
            }
            assertThat(asked).hasValue(apart ? 0 : REPEATS);
        }
    }

    private static void answer(ServerSocket server, AtomicInteger asked) {
        while (!server.isClosed()) {
            try (var connection = server.accept()) {
                asked.incrementAndGet();
                connection.getOutputStream().write("secret".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException closed) {
                assertThat(server.isClosed()).isTrue();
            }
        }
    }

    private static Observer enforcing() {
        assumeTrue(observer.enforced().containsAll(List.of(Barrier.FILES, Barrier.NETWORK)), "namespaces");
        return observer;
    }

    private static void staysTheSame(Job job) throws Exception {
        String unobserved = job.unobserved();
        Diagnosis diagnosis = Experiments.diagnose(unobserved, job);
        assertThat(unobserved).matches("[0-9a-f]{64}");
        assertThat(diagnosis.attempts())
                .extracting(Diagnosis.Attempt::outcome)
                .containsOnly(unobserved)
                .hasSize(14);
        assertThat(job.undeclared).isEmpty();
        assertThat(job.observations.unobserved()).isEmpty();
    }

    private static List<Kind> causes(Job job) throws Exception {
        Diagnosis diagnosis = Experiments.diagnose("0".repeat(64), job);
        assertThat(job.undeclared).isEmpty();
        assertThat(diagnosis.attempts().getFirst().outcome()).matches("[0-9a-f]{64}");
        return diagnosis.causes().stream().map(Cause::kind).toList();
    }

    private Job python(String how, Map<String, String> variables) {
        return python(observer, how, variables);
    }

    private Job python(Observer chosen, String how, Map<String, String> variables) {
        return new Job(chosen, root, List.of(python, script.toString(), how), new HashMap<>(variables));
    }

    private Job java(String how) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String classes = Path.of("target", "test-classes").toAbsolutePath().toString();
        return new Job(
                observer,
                root,
                List.of(
                        java.toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classes,
                        "io.mlaas.observer.guilty.Training",
                        how),
                Map.of());
    }
}
