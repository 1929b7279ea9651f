package io.mlaas.stack.server;

import io.mlaas.stack.process.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs of a Debian package, laid out in the cache without being installed. */
public final class DebianPackage {

    private DebianPackage() {}

    /** The folder of its programs, or empty where there is no apt or it does not get the package. */
    public static Optional<Path> programs(Home home, String name) throws IOException, InterruptedException {
        Path folder = home.cache().resolve("debian-" + name);
        if (!Files.isDirectory(folder)) {
            if (Home.onPath("apt-get").isEmpty() || Home.onPath("dpkg").isEmpty()) {
                return Optional.empty();
            }
            Files.createDirectories(home.cache());
            Path fetching = Files.createTempDirectory(home.cache(), ".debian-");
            try {
                if (!run(fetching, "apt-get", "--quiet", "download", name)) {
                    return Optional.empty();
                }
                Path archive;
                try (var files = Files.list(fetching)) {
                    archive = files.filter(file -> file.toString().endsWith(".deb"))
                            .findFirst()
                            .orElseThrow();
                }
                Path laidOut = fetching.resolve("files");
                if (!run(fetching, "dpkg", "-x", archive.toString(), laidOut.toString())) {
                    throw new IOException(archive + ": dpkg -x failed");
                }
                Files.move(laidOut, folder, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Unpacked.delete(fetching);
            }
        }
        return Optional.of(folder.resolve("usr/bin"));
    }

    private static boolean run(Path directory, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            System.err.println(String.join(" ", command) + ": " + said);
            return false;
        }
        return true;
    }
}
