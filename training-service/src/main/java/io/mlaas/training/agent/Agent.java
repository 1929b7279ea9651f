package io.mlaas.training.agent;

import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.registry.RegistryFiles;
import io.mlaas.training.workspace.JobLog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.web.client.RestClient;

/**
 * The step before a program in a cluster, and the one after it: {@code fetch} puts into place what the program may read,
 * {@code register} hands in what it wrote. Both may be killed at any point and run again.
 */
public final class Agent {
    /** Final: what was fetched is not what was registered, or there is nothing to register. */
    static final int REFUSED = 65;
    /** The platform is away: to be run again. */
    static final int AWAY = 75;

    private static final Duration ONE_FILE = Duration.ofHours(1);

    private final Map<String, String> environment;
    private final PrintStream out;

    Agent(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.out = out;
    }

    public static void main(String[] arguments) {
        LoggingSystem.get(Agent.class.getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int code = new Agent(System.getenv(), out).run(arguments.length == 1 ? arguments[0] : "");
        System.exit(code);
    }

    int run(String step) {
        Path lastWords = null;
        try {
            Settings settings = Settings.of(environment);
            lastWords = settings.terminationLog();
            RegistryFiles files = new RegistryFiles(RestClient.builder(), settings.registry(), ONE_FILE);
            Patience patience = new Patience(settings, this::say);
            switch (step) {
                case "fetch" -> new Fetching(settings, files, patience, this::say).run();
                case "register" -> last(lastWords, new Registering(settings, files, patience, this::say).run());
                default -> throw new Refusal("argument: " + step + " (expected: fetch or register)");
            }
            return 0;
        } catch (Refusal e) {
            return ended(lastWords, REFUSED, e);
        } catch (RegistryException e) {
            return ended(
                    lastWords,
                    switch (e.kind()) {
                        case REFUSED -> REFUSED;
                        case UNAVAILABLE -> AWAY;
                    },
                    e);
        } catch (IOException e) {
            return ended(lastWords, AWAY, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ended(lastWords, AWAY, e);
        }
    }

    private int ended(@Nullable Path lastWords, int code, Exception e) {
        String message = e instanceof IOException ? e.toString() : String.valueOf(e.getMessage());
        say(message);
        if (lastWords != null) {
            last(lastWords, message);
        }
        return code;
    }

    /** What Kubernetes shows as the container's message. */
    private void last(Path file, String words) {
        try {
            Files.writeString(file, words, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            say("the termination log cannot be written: " + e);
        }
    }

    private void say(String line) {
        out.println(JobLog.PLATFORM + line);
    }
}
