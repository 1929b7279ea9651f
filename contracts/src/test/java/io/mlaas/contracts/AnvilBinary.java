package io.mlaas.contracts;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The EVM node's program, fetched once from npm and checked against a pinned digest. */
final class AnvilBinary {
    private static final String VERSION = "1.7.1";
    private static final String PACKAGE = "@foundry-rs/anvil-linux-amd64@" + VERSION;
    private static final String SHA512 =
            "+XmShybEaxfCrr0OUUZwYEy2OnYZt5pHH9TzBtLv3+VrK0O/ANuNSVEahqNhKHlgX7GRJ59383ofNhxkRWIYTg==";

    private AnvilBinary() {}

    static Path locate() throws IOException, InterruptedException {
        Path cache = Path.of(System.getProperty("mlaas.home", ".."), ".mlaas", "cache");
        Path binary = cache.resolve("anvil-" + VERSION).resolve("package/bin/anvil");
        if (!Files.isExecutable(binary)) {
            fetch(cache);
        }
        return binary.toAbsolutePath().normalize();
    }

    private static void fetch(Path cache) throws IOException, InterruptedException {
        Files.createDirectories(cache);
        Path work = Files.createTempDirectory(cache, "anvil-");
        try {
            run(work, "npm", "pack", PACKAGE, "--silent");
            Path archive;
            try (Stream<Path> files = Files.list(work)) {
                archive = files.filter(file -> file.toString().endsWith(".tgz"))
                        .findFirst()
                        .orElseThrow();
            }
            String digest = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive)));
            if (!digest.equals(SHA512)) {
                throw new IOException(PACKAGE + ": SHA-512 " + digest + " (expected: " + SHA512 + ")");
            }
            Path unpacked = Files.createDirectory(work.resolve("unpacked"));
            run(unpacked, "tar", "-xzf", archive.toAbsolutePath().toString());
            try {
                Files.move(unpacked, cache.resolve("anvil-" + VERSION), StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | AtomicMoveNotSupportedException e) {
                if (!Files.exists(cache.resolve("anvil-" + VERSION))) {
                    throw e;
                }
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            try (Stream<Path> files = Files.walk(work)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void run(Path directory, String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new IOException(command[0] + ": not found; install it (npm comes with Node.js)", e);
        }
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + ": failed");
        }
    }
}
