package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.server.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What runs, as the supervisor last wrote it down in {@code .mlaas/run/stack.json}.
 *
 * @param problem why the stack could not be started, or null
 */
public record StackState(
        Phase phase, long pid, Instant started, @Nullable String problem, int exitStatus, List<MemberState> members) {

    public enum Phase {
        STARTING,
        RUNNING,
        STOPPING,
        STOPPED,
        FAILED
    }

    public enum Condition {
        WAITING,
        STARTING,
        RUNNING,
        UNHEALTHY,
        RESTARTING,
        FAILED,
        STOPPED
    }

    /** One server or service. */
    public record MemberState(
            String name,
            Condition condition,
            long pid,
            Instant started,
            String fingerprint,
            String version,
            Map<String, Integer> ports,
            String url,
            String log,
            int restarts,
            long startMillis,
            @Nullable String problem) {

        /** Its process, if that is still the one that was started. */
        public Optional<Child> process() {
            return pid <= 0 ? Optional.empty() : Child.find(pid, started);
        }
    }

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public static Path file(Path state) {
        return state.resolve("run").resolve("stack.json");
    }

    /** Empty if nothing was ever started, or the file says nothing. */
    public static Optional<StackState> read(Path state) {
        Path file = file(state);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(file), StackState.class));
        } catch (IOException | JacksonException unreadable) {
            return Optional.empty();
        }
    }

    void write(Path state) throws IOException {
        PrivateFile.write(file(state), JSON.writeValueAsString(this));
    }

    /** The supervisor, if it is alive. */
    public Optional<Child> supervisor() {
        return Child.find(pid, started);
    }

    public Optional<MemberState> member(String name) {
        return members.stream().filter(member -> member.name().equals(name)).findFirst();
    }
}
