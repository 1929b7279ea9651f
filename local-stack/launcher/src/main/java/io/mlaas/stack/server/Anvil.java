package io.mlaas.stack.server;

import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/**
 * The EVM node's program: the one {@code MLAAS_ANVIL} names, else the one on the PATH, else the one of
 * npm's package, whose archive must have the digest known here.
 */
public final class Anvil {

    private static final String VERSION = "1.7.1";
    private static final String PACKAGE = "@foundry-rs/anvil-linux-amd64@" + VERSION;
    private static final String SHA512 =
            "+XmShybEaxfCrr0OUUZwYEy2OnYZt5pHH9TzBtLv3+VrK0O/ANuNSVEahqNhKHlgX7GRJ59383ofNhxkRWIYTg==";

    private final Home home;

    Anvil(Home home) {
        this.home = home;
    }

    String version() {
        return own().isPresent() ? "" : VERSION;
    }

    Path executable() throws IOException {
        Optional<Path> own = own();
        if (own.isPresent()) {
            return own.get();
        }
        Path folder = home.cache().resolve("anvil-" + VERSION);
        if (!Files.isDirectory(folder)) {
            fetch(folder);
        }
        return folder.resolve("package").resolve("bin").resolve("anvil");
    }

    private static Optional<Path> own() {
        String told = System.getenv("MLAAS_ANVIL");
        if (told != null && !told.isBlank()) {
            Path path = Path.of(told);
            if (!Files.isExecutable(path)) {
                throw new StackProblem(
                        StackProblem.Kind.PREREQUISITE_MISSING,
                        "MLAAS_ANVIL: %s (expected: an executable anvil)".formatted(told));
            }
            return Optional.of(path);
        }
        return Home.onPath("anvil");
    }

    private void fetch(Path folder) throws IOException {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            throw new StackProblem(
                    StackProblem.Kind.PREREQUISITE_MISSING,
                    "evm: no anvil known for this machine: install Foundry, or set MLAAS_ANVIL to its anvil");
        }
        Path npm = Home.onPath("npm")
                .orElseThrow(() -> new StackProblem(
                        StackProblem.Kind.PREREQUISITE_MISSING,
                        "evm: npm not found: install Node.js (it fetches anvil), or set MLAAS_ANVIL"));
        Files.createDirectories(home.cache());
        Path fetching = Files.createTempDirectory(home.cache(), ".anvil-");
        try {
            Path archive = pack(npm, fetching);
            String digest = sha512(archive);
            if (!digest.equals(SHA512)) {
                throw new StackProblem(
                        StackProblem.Kind.FAILED,
                        "evm: %s: sha512 %s (expected: %s); not used".formatted(PACKAGE, digest, SHA512));
            }
            try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
                Unpacked.tar(in, folder);
            }
        } finally {
            Unpacked.delete(fetching);
        }
    }

    private static Path pack(Path npm, Path folder) throws IOException {
        Process process = new ProcessBuilder(npm.toString(), "pack", "--silent", PACKAGE)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new StackProblem(
                        StackProblem.Kind.PREREQUISITE_MISSING,
                        "evm: npm pack %s failed (network? or set MLAAS_ANVIL): %s"
                                .formatted(PACKAGE, said.lines().findFirst().orElse("")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException(e);
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("npm pack %s left no archive: %s".formatted(PACKAGE, said)));
        }
    }

    private static String sha512(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
