package io.mlaas.stack.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A process we started, in this life or an earlier one. A process id alone is soon given to somebody
 * else; together with the time it was started it is one process for good.
 */
public final class Child {

    private static final Set<String> INHERITED =
            Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH");
    // The start time is reckoned from the boot time, which a corrected clock shifts a little.
    private static final Duration SAME_START = Duration.ofSeconds(2);

    private final ProcessHandle handle;
    private final Instant started;

    private Child(ProcessHandle handle, Instant started) {
        this.handle = handle;
        this.started = started;
    }

    /** Starts it in a session of its own, so that a ^C meant for us does not reach it first. */
    public static Child start(Launch launch) throws IOException {
        List<String> command = new ArrayList<>();
        Home.onPath("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(launch.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(launch.directory().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(INHERITED);
        environment.putAll(launch.environment());
        ProcessHandle handle = builder.start().toHandle();
        return new Child(handle, handle.info().startInstant().orElseGet(Instant::now));
    }

    /** The process {@code pid} if it is alive and was started at {@code started}. */
    public static Optional<Child> find(long pid, Instant started) {
        return find(pid)
                .filter(child -> Duration.between(child.started, started).abs().compareTo(SAME_START) <= 0);
    }

    public static Optional<Child> find(long pid) {
        return ProcessHandle.of(pid)
                .map(handle -> new Child(handle, handle.info().startInstant().orElse(Instant.EPOCH)))
                .filter(Child::isAlive);
    }

    /** Every process whose working directory is {@code folder}, where the operating system tells. */
    public static List<Child> workingIn(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> worksIn(process.pid(), folder))
                .flatMap(process -> find(process.pid()).stream())
                .toList();
    }

    private static boolean worksIn(long pid, Path folder) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")).equals(folder);
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    public long pid() {
        return handle.pid();
    }

    public Instant started() {
        return started;
    }

    public boolean isAlive() {
        return handle.isAlive() && !isZombie();
    }

    /** What it runs, as far as the operating system tells us. */
    public String commandLine() {
        try {
            return Files.readString(Path.of("/proc/" + pid() + "/cmdline"))
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException elsewhere) {
            return handle.info().commandLine().orElse("");
        }
    }

    public CompletableFuture<Child> onExit() {
        return handle.onExit().thenApply(ended -> this);
    }

    /**
     * Memory in bytes of it and what it started, where the operating system tells: pages that several
     * processes share count once (proportional set size).
     */
    public OptionalLong memory() {
        long all = Stream.concat(Stream.of(handle), handle.descendants())
                .mapToLong(process -> proportionalSetSize(process.pid()))
                .sum();
        return all == 0 ? OptionalLong.empty() : OptionalLong.of(all);
    }

    private static long proportionalSetSize(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
                if (line.startsWith("Pss:")) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 0;
        } catch (IOException goneOrElsewhere) {
            return 0;
        }
    }

    /** SIGTERM. */
    public void terminate() {
        handle.destroy();
    }

    /** SIGKILL, to it and to what it started. */
    public void kill() {
        List<ProcessHandle> descendants = handle.descendants().toList();
        handle.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    public boolean awaitExit(Duration timeout) {
        if (!isAlive()) {
            return true;
        }
        try {
            handle.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException still) {
            return !isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    // A child whose parent was killed and whose new parent does not collect it stays as a zombie.
    private boolean isZombie() {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid() + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException elsewhereOrGone) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "pid " + pid();
    }
}
