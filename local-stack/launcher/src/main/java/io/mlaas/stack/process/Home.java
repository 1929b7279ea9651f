package io.mlaas.stack.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The repository the stack is started from. What is downloaded or unpacked once lies in
 * {@code .mlaas/cache} (or {@code MLAAS_CACHE}), everything else the stack keeps beside it.
 *
 * @param root the folder that holds the {@code mlaas} command
 */
public record Home(Path root) {

    public Home {
        root = root.toAbsolutePath().normalize();
    }

    /** From the property or variable {@code mlaas.home} / {@code MLAAS_HOME}, else the nearest folder above. */
    public static Home find() {
        String told = setting("mlaas.home", "MLAAS_HOME");
        if (told != null) {
            return new Home(Path.of(told));
        }
        Path folder = Path.of("").toAbsolutePath();
        for (Path at = folder; at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve("mlaas")) && Files.isRegularFile(at.resolve("pom.xml"))) {
                return new Home(at);
            }
        }
        throw new StackProblem(
                StackProblem.Kind.PREREQUISITE_MISSING,
                "%s: not inside a clone of mlaas (set MLAAS_HOME to the folder that holds the mlaas command)"
                        .formatted(folder));
    }

    /** All that the stack keeps: data, logs, secrets, what runs; {@code .mlaas}, or {@code MLAAS_STATE}. */
    public Path state() {
        String told = setting("mlaas.state", "MLAAS_STATE");
        return told == null ? root.resolve(".mlaas") : Path.of(told).toAbsolutePath();
    }

    public Path cache() {
        String told = setting("mlaas.cache", "MLAAS_CACHE");
        return told == null ? state().resolve("cache") : Path.of(told).toAbsolutePath();
    }

    /** The classpath of a module that runs as its own process: its classes and what Maven wrote down for it. */
    public String classpath(String module) {
        Path target = root.resolve(module).resolve("target");
        try {
            return target.resolve("classes")
                    + System.getProperty("path.separator")
                    + Files.readString(target.resolve("classpath")).strip();
        } catch (IOException e) {
            throw new StackProblem(
                    StackProblem.Kind.PREREQUISITE_MISSING,
                    "%s: not built (run ./mlaas up, which builds what is missing)".formatted(module),
                    e);
        }
    }

    /** The value of an executable's name on the PATH. */
    public static Optional<Path> onPath(String executable) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, executable);
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static @Nullable String setting(String property, String variable) {
        String value = System.getProperty(property, System.getenv(variable));
        return value == null || value.isBlank() ? null : value;
    }
}
