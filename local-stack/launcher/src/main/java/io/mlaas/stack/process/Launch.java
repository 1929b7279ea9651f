package io.mlaas.stack.process;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a process is started.
 *
 * @param command the program and its arguments; never a secret, other users can read it
 * @param environment all of the environment but what the operating system needs; secrets travel here
 * @param directory the working directory
 * @param log where its output is appended
 * @param readyMark what it prints once it is ready, or null if only asking it can tell
 */
public record Launch(
        List<String> command,
        Map<String, String> environment,
        Path directory,
        Path log,
        @Nullable String readyMark) {

    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /**
     * The same for the same command and environment: a running process with another one is out of date.
     * Options that only make a JVM start faster do not count.
     */
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String argument : command) {
                if (!argument.startsWith("-XX:AOT") && !argument.startsWith("-Xlog:aot")) {
                    digest.update((argument + "\0").getBytes(StandardCharsets.UTF_8));
                }
            }
            digest.update(new TreeMap<>(environment).toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "Launch" + command;
    }
}
