package io.mlaas.realm;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link RealmUpdate} as a program, for a container that runs once beside Keycloak. Exit codes: 0 the realm has all it needs, 1
 * not, for the reason that the last line says, 2 the program was called wrongly.
 */
public final class RealmProgram {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Map<String, String> environment;
    private final PrintStream out;

    RealmProgram(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.out = out;
    }

    public static void main(String[] args) throws InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(new RealmProgram(System.getenv(), out).run(Instant.now().plus(PATIENCE)));
    }

    int run(Instant until) throws InterruptedException {
        try {
            RealmDocument document = RealmDocument.of(read(Path.of(variable("MLAAS_REALM_DOCUMENT"))));
            Path secrets = Path.of(variable("MLAAS_REALM_SECRETS"));
            RealmUpdate update = new RealmUpdate(
                    URI.create(variable("MLAAS_REALM_SERVER")),
                    variable("MLAAS_REALM_ADMINISTRATOR"),
                    read(Path.of(variable("MLAAS_REALM_PASSWORDFILE"))));
            return apply(update, document, secrets, until);
        } catch (IllegalArgumentException e) {
            out.println("realm: " + e.getMessage());
            return 2;
        } catch (RealmProblem e) {
            out.println("realm: " + e.getMessage());
            return 1;
        }
    }

    private int apply(RealmUpdate update, RealmDocument document, Path secrets, Instant until)
            throws InterruptedException {
        while (true) {
            try {
                List<String> added = update.apply(document, client -> secret(secrets.resolve(client)));
                added.forEach(line -> out.println("realm " + document.name() + ": added " + line));
                out.printf("realm %s: %s%n", document.name(), added.isEmpty() ? "nothing was missing" : "up to date");
                return 0;
            } catch (RealmProblem e) {
                if (!e.passing() || Instant.now().isAfter(until)) {
                    throw e;
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    private String variable(String name) {
        String value = environment.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " is not set (expected: as realm/README.md says)");
        }
        return value;
    }

    private static @Nullable String secret(Path file) {
        return Files.exists(file) ? read(file) : null;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "%s cannot be read (%s)".formatted(file, e.getClass().getSimpleName()), e);
        }
    }
}
