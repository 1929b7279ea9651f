package io.mlaas.training.runner.container;

import io.mlaas.training.runner.Run;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Brings what programs print into the jobs' logs: as it comes while they run, and the rest of it when they have ended. */
final class Outputs implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Daemon daemon;
    private final long limit;
    private final Map<String, Copy> copies = new ConcurrentHashMap<>();

    Outputs(Daemon daemon, long limit) {
        this.daemon = daemon;
        this.limit = limit;
    }

    void follow(Run run, RunNotes notes) throws IOException {
        String name = ContainerSpec.name(run);
        Copy before = copies.get(name);
        if (before != null && before.isOver()) {
            before.end();
        }
        if (before == null || before.isOver()) {
            copies.put(name, daemon.copy(name, true, log(run, notes)));
        }
    }

    /** After this the log has all of the output; without its container there is nothing more. */
    void complete(Run run, RunNotes notes) throws IOException {
        String name = ContainerSpec.name(run);
        Copy following = copies.remove(name);
        if (following != null) {
            following.end();
        }
        if (daemon.find(name).isEmpty()) {
            return;
        }
        OutputLog output = log(run, notes);
        try (Copy rest = daemon.copy(name, false, output)) {
            if (!rest.isWhole(PATIENCE)) {
                throw new DaemonException(
                        "the output of container " + name + " cannot be read", new IOException("broken off"));
            }
        }
        if (following != null) {
            output.takeEnd(following.log());
        }
        output.complete();
    }

    private OutputLog log(Run run, RunNotes notes) throws IOException {
        return new OutputLog(
                run.workspace().log(), notes.logStart(run.workspace().log()), limit);
    }

    @Override
    public void close() throws IOException {
        for (Copy copy : copies.values()) {
            copy.end();
        }
    }
}
