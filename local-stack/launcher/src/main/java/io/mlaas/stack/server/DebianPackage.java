package io.mlaas.stack.server;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of a Debian package, fetched by apt (which checks its signature) and laid out in the cache, not installed. */
final class DebianPackage {

    private DebianPackage() {}

    /** The folder of its programs. */
    static Path programs(Home home, String name) throws IOException {
        Path folder = home.cache().resolve("debian-" + name);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(home.cache());
            Path fetching = Files.createTempDirectory(home.cache(), ".debian-");
            try {
                run(fetching, "apt-get", "--quiet", "download", name);
                Path archive;
                try (var files = Files.list(fetching)) {
                    archive = files.filter(file -> file.toString().endsWith(".deb"))
                            .findFirst()
                            .orElseThrow(() -> new IOException("apt-get download %s left no package".formatted(name)));
                }
                Path laidOut = fetching.resolve("files");
                run(fetching, "dpkg", "-x", archive.toString(), laidOut.toString());
                Files.move(laidOut, folder, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Unpacked.delete(fetching);
            }
        }
        return folder.resolve("usr/bin");
    }

    private static void run(Path directory, String... command) throws IOException {
        Path program = Home.onPath(command[0])
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.PREREQUISITE_MISSING,
                        "%s: not found (expected: a Debian, or MLAAS_PROMETHEUS as the path of a prometheus)"
                                .formatted(command[0])));
        List<String> whole = new java.util.ArrayList<>(List.of(command));
        whole.set(0, program.toString());
        Process process = new ProcessBuilder(whole)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new StackProblem(
                        StackProblem.Kind.PREREQUISITE_MISSING,
                        "%s failed: %s".formatted(String.join(" ", command), said.strip()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException(e);
        }
    }
}
