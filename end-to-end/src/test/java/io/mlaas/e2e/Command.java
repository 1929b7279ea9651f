package io.mlaas.e2e;

import io.mlaas.stack.process.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code mlaas} command as a user types it, with a state folder of the test's own. */
final class Command {
    static final Path HOME = Path.of(System.getProperty("mlaas.home")).toAbsolutePath();

    private static final boolean FETCH_PROMETHEUS =
            Home.onPath("prometheus").isEmpty() && Home.onPath("apt-get").isPresent();
    static final boolean HAS_PROMETHEUS =
            FETCH_PROMETHEUS || Home.onPath("prometheus").isPresent();

    private final Path state;

    Command(Path state) {
        this.state = state;
    }

    record Result(int status, String output) {
        /** What it printed, if it ended as expected. */
        String expect(int expected) {
            if (status != expected) {
                throw new AssertionError("exit status " + status + " (expected: " + expected + "):\n" + output);
            }
            return output;
        }
    }

    Result run(String... arguments) {
        try {
            Path launcher = HOME.resolve("local-stack/launcher/target");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dmlaas.home=" + HOME,
                    "-cp",
                    launcher.resolve("classes") + ":"
                            + Files.readString(launcher.resolve("classpath")).strip(),
                    "io.mlaas.stack.command.Mlaas"));
            command.addAll(List.of(arguments));
            Path output = Files.createTempFile("mlaas-command-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .directory(HOME.toFile());
            builder.environment().put("MLAAS_STATE", state.toString());
            builder.environment()
                    .put("MLAAS_CACHE", HOME.resolve(".mlaas/cache").toString());
            if (FETCH_PROMETHEUS) {
                builder.environment().putIfAbsent("MLAAS_PROMETHEUS", "debian");
            }
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("mlaas " + String.join(" ", arguments) + ": still at work after 5 min:\n"
                        + Files.readString(output));
            }
            String printed = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            return new Result(process.exitValue(), printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
