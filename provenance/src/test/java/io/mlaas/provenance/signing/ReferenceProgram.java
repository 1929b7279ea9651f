package io.mlaas.provenance.signing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The OpenSSF's own program, installed once into the repository's cache where Python and its registry can be had. */
final class ReferenceProgram {
    private static final String VERSION = "1.1.1";
    private static final List<String> PACKAGES = List.of("model-signing==" + VERSION, "pyopenssl==26.4.0");

    private final Path bin;

    private ReferenceProgram(Path bin) {
        this.bin = bin;
    }

    record Result(int status, String output) {}

    /** Skips the test where it cannot be installed. */
    static ReferenceProgram locate() throws IOException, InterruptedException {
        String given = System.getProperty("mlaas.test.model-signing");
        if (given != null) {
            return new ReferenceProgram(Path.of(given));
        }
        Path cache = Path.of(System.getProperty("mlaas.home", ".."), ".mlaas", "cache")
                .toAbsolutePath()
                .normalize();
        Files.createDirectories(cache);
        Path environment = cache.resolve("model-signing-" + VERSION);
        Path complete = environment.resolve("complete");
        try (FileChannel lock = FileChannel.open(
                        cache.resolve("model-signing.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = lock.lock()) {
            if (held.isValid() && !Files.exists(complete)) {
                String problem = install(environment);
                assumeTrue(problem.isEmpty(), () -> "model_signing cannot be installed here: " + problem);
                Files.createFile(complete);
            }
        }
        return new ReferenceProgram(environment.resolve("bin"));
    }

    /** What went wrong; nothing otherwise. */
    private static String install(Path environment) throws InterruptedException {
        try {
            Result made = run(List.of("python3", "-m", "venv", "--clear", environment.toString()));
            Result installed = made.status() != 0
                    ? made
                    : run(Stream.concat(
                                    Stream.of(
                                            environment.resolve("bin/pip").toString(),
                                            "install",
                                            "--quiet",
                                            "--disable-pip-version-check"),
                                    PACKAGES.stream())
                            .toList());
            return installed.status() == 0 ? "" : installed.output();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    Result modelSigning(Object... arguments) throws IOException, InterruptedException {
        return run(Stream.concat(
                        Stream.of(bin.resolve("model_signing").toString()),
                        Stream.of(arguments).map(Object::toString))
                .toList());
    }

    Result python(String script, Object... arguments) throws IOException, InterruptedException {
        return run(Stream.concat(
                        Stream.of(bin.resolve("python").toString(), "-c", script),
                        Stream.of(arguments).map(Object::toString))
                .toList());
    }

    private static Result run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("model-signing", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + ": does not end");
            }
            return new Result(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}
