package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Jvm;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.server.Unpacked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * A service's executable jar, laid out for a quick start: the libraries beside the application instead of
 * inside it. Done once per build of the jar.
 */
record BootJar(String service, Path jar) {

    /** The one jar that the build of {@code module} left. */
    static BootJar of(Home home, String module) {
        Path target = home.root().resolve(module).resolve("target");
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                List<Path> jars = files.filter(
                                file -> file.getFileName().toString().matches(module + "-.*\\.jar"))
                        .toList();
                if (jars.size() == 1) {
                    return new BootJar(module, jars.getFirst());
                }
            } catch (IOException e) {
                throw new StackProblem(StackProblem.Kind.FAILED, module + ": " + target + ": unreadable", e);
            }
        }
        throw new StackProblem(
                StackProblem.Kind.PREREQUISITE_MISSING,
                "%s: not built: no %s/target/%s-*.jar".formatted(module, module, module));
    }

    String version() {
        return jar.getFileName().toString().substring(service.length() + 1).replace(".jar", "");
    }

    /** The folder with the application's jar and {@code lib/}. */
    Path laidOut(Path cache) throws IOException {
        Path folder = cache.resolve(service + "-" + contentDigest());
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Files.createDirectories(cache);
        removeEarlier(cache);
        Path extracting = Files.createTempDirectory(cache, ".extracting-");
        try {
            extract(extracting.resolve("service"));
            Unpacked.move(extracting.resolve("service"), folder);
        } finally {
            Unpacked.delete(extracting);
        }
        return folder;
    }

    Path applicationIn(Path folder) {
        return folder.resolve(jar.getFileName());
    }

    /**
     * Of the entries' names and checksums. Reproducible builds give every jar the same time, so that tells
     * nothing; and reading all of it would take as long as starting the service.
     */
    private String contentDigest() throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            zip.stream()
                    .map(entry -> entry.getName() + " " + Long.toHexString(entry.getCrc()) + "\n")
                    .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void extract(Path folder) throws IOException {
        List<String> command = Jvm.command(
                128, "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", folder.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0 || !Files.isDirectory(folder)) {
                process.destroyForcibly();
                throw new StackProblem(
                        StackProblem.Kind.FAILED,
                        "%s: %s is not an executable Spring Boot jar: %s".formatted(service, jar, said));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException(e);
        }
    }

    private void removeEarlier(Path cache) throws IOException {
        List<Path> earlier;
        try (Stream<Path> folders = Files.list(cache)) {
            earlier = folders.filter(folder -> isEarlier(folder.getFileName().toString(), folder))
                    .toList();
        }
        for (Path folder : earlier) {
            Unpacked.delete(folder);
        }
    }

    /** Of an earlier build, or of an extraction that was interrupted long ago. */
    private boolean isEarlier(String name, Path folder) {
        boolean abandoned = name.startsWith(".extracting-")
                && folder.toFile().lastModified()
                        < Instant.now().minus(Duration.ofHours(1)).toEpochMilli();
        return abandoned || name.matches(service + "-[0-9a-f]{16}");
    }
}
