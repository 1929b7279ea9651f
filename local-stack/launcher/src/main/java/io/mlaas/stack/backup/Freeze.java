package io.mlaas.stack.backup;

import io.mlaas.stack.process.StackProblem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Processes that stand still (SIGSTOP) until this is closed. What they have written by then is what a power cut would leave,
 * in all of them at the same moment. A guard of its own process lets them go on if this one is killed.
 */
final class Freeze implements AutoCloseable {
    private static final int MOST_IN_A_CALL = 200;
    /** {@code $1}: who is guarded; {@code $2}: the file that names whom to wake. */
    private static final String GUARD =
            "while kill -0 \"$1\" 2>/dev/null; do sleep 0.2; done; xargs kill -CONT < \"$2\" 2>/dev/null; rm -f \"$2\"";

    private final Set<Long> stopped = new LinkedHashSet<>();
    private final Path named;
    private final Process guard;

    private Freeze() throws IOException {
        named = Files.createTempFile("mlaas-frozen-", ".pids");
        guard = new ProcessBuilder(
                        "sh",
                        "-c",
                        GUARD,
                        "sh",
                        Long.toString(ProcessHandle.current().pid()),
                        named.toString())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Stops these in their order, and all that they started. */
    static Freeze of(List<Long> roots) throws IOException {
        Freeze freeze = new Freeze();
        try {
            freeze.stop(roots);
            return freeze;
        } catch (IOException | RuntimeException e) {
            freeze.close();
            throw e;
        }
    }

    int size() {
        return stopped.size();
    }

    private void stop(List<Long> roots) throws IOException {
        for (long root : roots) {
            // what has started something while it was looked at is found in the next round
            for (List<Long> left = moving(root); !left.isEmpty(); left = moving(root)) {
                Files.write(named, left.stream().map(String::valueOf).toList(), StandardOpenOption.APPEND);
                stopped.addAll(left);
                signal("STOP", left);
            }
        }
    }

    private List<Long> moving(long root) {
        return ProcessHandle.of(root).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .filter(pid -> !stopped.contains(pid))
                .toList();
    }

    @Override
    public void close() throws IOException {
        try {
            signal("CONT", List.copyOf(stopped).reversed());
        } finally {
            guard.descendants().forEach(ProcessHandle::destroy);
            guard.destroy();
            Files.deleteIfExists(named);
        }
    }

    /** One that is gone meanwhile needs no signal: only when none is left to hear it, this fails. */
    private static void signal(String signal, List<Long> processes) throws IOException {
        for (int from = 0; from < processes.size(); from += MOST_IN_A_CALL) {
            List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
            processes
                    .subList(from, Math.min(processes.size(), from + MOST_IN_A_CALL))
                    .forEach(pid -> command.add(Long.toString(pid)));
            Process kill = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                kill.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StackProblem(StackProblem.Kind.FAILED, "interrupted", e);
            }
        }
    }
}
