package io.mlaas.training.runner.container;

import io.mlaas.training.runner.FailureReason;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of a run beside its container, in the job's directory; each file is written in one step.
 *
 * <pre>
 * asked      it shall run          started    its container was started: there will be no second start
 * log-start  where in the job's log its output begins
 * stop       it shall not run      ended      how it ended; the container is of no use any more
 * </pre>
 */
record RunNotes(Path folder) {

    static RunNotes of(Run run) {
        return new RunNotes(run.workspace().control().resolve(Integer.toString(run.number())));
    }

    void ask() throws IOException {
        mark("asked");
    }

    boolean asked() {
        return Files.exists(folder.resolve("asked"));
    }

    void started() throws IOException {
        mark("started");
    }

    /** When its container was started, if it was. */
    Optional<Instant> startedAt() throws IOException {
        try {
            return Optional.of(
                    Files.getLastModifiedTime(folder.resolve("started")).toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void stop() throws IOException {
        mark("stop");
    }

    boolean stopped() {
        return Files.exists(folder.resolve("stop"));
    }

    long logStart(Path log) throws IOException {
        String noted = read("log-start");
        if (noted != null) {
            return Long.parseLong(noted);
        }
        long size = Files.exists(log) ? Files.size(log) : 0;
        write("log-start", Long.toString(size));
        return size;
    }

    void end(RunState state) throws IOException {
        write(
                "ended",
                switch (state) {
                    case RunState.Exited exited -> "exited " + exited.code();
                    case RunState.Stopped _ -> "stopped";
                    case RunState.TimedOut _ -> "timed-out";
                    case RunState.Vanished _ -> "vanished";
                    case RunState.Failed failed -> "failed " + failed.reason() + " " + failed.message();
                    case RunState.Running _, RunState.Waiting _ ->
                        throw new IllegalArgumentException("state: " + state + " (expected: an end)");
                });
    }

    Optional<RunState> ended() throws IOException {
        String noted = read("ended");
        if (noted == null) {
            return Optional.empty();
        }
        String[] words = noted.split(" ", 3);
        return Optional.of(
                switch (words[0]) {
                    case "exited" -> new RunState.Exited(Integer.parseInt(words[1]));
                    case "stopped" -> new RunState.Stopped();
                    case "timed-out" -> new RunState.TimedOut();
                    case "failed" -> new RunState.Failed(FailureReason.valueOf(words[1]), words[2]);
                    default -> new RunState.Vanished();
                });
    }

    private void mark(String name) throws IOException {
        if (!Files.exists(folder.resolve(name))) {
            write(name, "");
        }
    }

    private @Nullable String read(String name) throws IOException {
        try {
            return Files.readString(folder.resolve(name));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private void write(String name, String content) throws IOException {
        Files.createDirectories(folder);
        Path fresh = Files.writeString(folder.resolve(name + ".new"), content);
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
