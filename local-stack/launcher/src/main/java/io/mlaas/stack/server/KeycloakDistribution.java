package io.mlaas.stack.server;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Jvm;
import io.mlaas.stack.process.StackProblem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Keycloak's programs: the archive Maven fetched, unpacked and optimised for PostgreSQL once. */
final class KeycloakDistribution {

    private static final Pattern NAME = Pattern.compile("keycloak-quarkus-dist-([0-9.]+)\\.tar\\.gz");
    // What is settled when Keycloak is built, not when it is started.
    private static final List<String> BUILD_OPTIONS =
            List.of("build", "--db=postgres", "--health-enabled=true", "--metrics-enabled=false");

    private final Home home;

    KeycloakDistribution(Home home) {
        this.home = home;
    }

    String version() {
        Path archive = archive();
        Matcher name = NAME.matcher(String.valueOf(archive.getFileName()));
        return name.matches() ? name.group(1) : "unknown";
    }

    /** The folder of the optimised server. */
    Path built() throws IOException {
        Path folder = home.cache().resolve("keycloak-" + version());
        Path done = folder.resolve("mlaas-built");
        if (Files.exists(done)) {
            return folder;
        }
        Files.createDirectories(home.cache());
        Path lock = home.cache().resolve("keycloak.lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (held.isValid() && !Files.exists(done)) {
                unpack(folder);
                build(folder);
                Files.writeString(done, String.join(" ", BUILD_OPTIONS) + "\n");
            }
        }
        return folder;
    }

    private void unpack(Path folder) throws IOException {
        Unpacked.delete(folder);
        Path unpacking = Files.createTempDirectory(home.cache(), ".keycloak-");
        try {
            Path inside = unpacking.resolve("unpacked");
            try (InputStream in =
                    new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive()), 1 << 16), 1 << 16)) {
                Unpacked.tar(in, inside);
            }
            Unpacked.move(inside.resolve("keycloak-" + version()), folder);
        } finally {
            Unpacked.delete(unpacking);
        }
    }

    private static void build(Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(folder.resolve("bin").resolve("kc.sh").toString());
        command.addAll(BUILD_OPTIONS);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", Jvm.home().toString());
        builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m -XX:TieredStopAtLevel=1");
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new StackProblem(
                        StackProblem.Kind.FAILED,
                        "keycloak: kc.sh build failed: "
                                + said.lines().reduce((a, b) -> b).orElse(""));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException(e);
        }
    }

    private Path archive() {
        Path written = home.root().resolve("local-stack/launcher/target/keycloak-distribution");
        try {
            return Path.of(Files.readString(written).strip());
        } catch (IOException e) {
            throw new StackProblem(
                    StackProblem.Kind.PREREQUISITE_MISSING,
                    "keycloak: not fetched yet (run ./mlaas up, which builds what is missing)",
                    e);
        }
    }
}
