package io.mlaas.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlaas.observer.Declared;
import io.mlaas.observer.Factor;
import io.mlaas.observer.Observations;
import io.mlaas.observer.Observer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training is repeated under the observer: it must not be what changes the result, nor find anything to blame. */
class ObservedTrainerTest {
    private static final Path DIGITS = Path.of(System.getProperty("mlaas.home"), "demo", "digits");
    private static final Path ENGINE = Path.of(System.getProperty("user.home"), ".djl.ai");

    @TempDir
    Path directory;

    @Test
    void givesTheSameBytesObservedAndPinnedAndUsesNothingUndeclared() throws Exception {
        Observer observer = Observer.installed(directory.resolve("observer"));
        assumeTrue(observer.missing().isEmpty(), () -> observer.missing().orElseThrow());
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.mlaas.trainer.Trainer");

        // the first unpacks the engine, if nothing did before
        byte[] expected = run(List.of(), command, "plain");

        for (Set<Factor> pinned : List.of(Set.<Factor>of(), Set.of(Factor.values()))) {
            String name = "pinned-" + pinned.size();
            Path log = directory.resolve(name + ".log");
            Observer.prepare(log);
            Declared declared = Declared.of(
                    command,
                    Map.of("DJL_CACHE_DIR", ENGINE.toString()),
                    List.of(),
                    List.of(directory.resolve("input")),
                    List.of(Files.createDirectories(directory.resolve(name))));
            byte[] model = run(observer.conditions(pinned, log, declared).prefix(), command, name);
            assertThat(model).as(name).isEqualTo(expected);
            Observations observations = Observations.read(log);
            assertThat(observations.any()).isTrue();
            assertThat(observations.undeclared(declared)).isEmpty();
            assertThat(observations.unobserved()).isEmpty();
        }
    }

    private byte[] run(List<String> prefix, List<String> command, String name) throws Exception {
        Path input = directory.resolve("input");
        Path output = directory.resolve(name);
        if (!Files.exists(input)) {
            Files.createDirectories(input.resolve("dataset"));
            Files.createDirectories(input.resolve("model"));
            Files.copy(DIGITS.resolve("digits.csv"), input.resolve("dataset/digits.csv"));
            Files.copy(DIGITS.resolve("network.json"), input.resolve("model/network.json"));
        }
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole)
                .directory(Files.createDirectories(output).toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(Map.of(
                "PATH", "/usr/bin:/bin",
                "HOME", output.toString(),
                "DJL_CACHE_DIR", ENGINE.toString(),
                "MLAAS_INPUT_DIR", input.toString(),
                "MLAAS_OUTPUT_DIR", output.toString(),
                "MLAAS_PARAM_EPOCHS", "2"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return Files.readAllBytes(output.resolve("model.pt"));
    }
}
