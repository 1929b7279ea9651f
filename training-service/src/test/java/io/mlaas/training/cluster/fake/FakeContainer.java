package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A container as a local process. It sees the volumes at other paths than a real one: paths of mounts in its variables and
 * arguments are replaced by the directories. Its memory limit is enforced by looking at it.
 */
class FakeContainer {
    private static final int SIGTERM_GRACE_MILLIS = 2000;

    interface Volumes {
        Path directory(String volume, @Nullable String subPath);
    }

    private final Container container;
    private final Path directory;
    private final Map<String, Path> mounts =
            new TreeMap<>(Comparator.comparing(String::length).reversed().thenComparing(Comparator.naturalOrder()));
    private final Process process;
    private final Instant started = Instant.now();
    private @Nullable Instant ended;
    private boolean outOfMemory;

    FakeContainer(Container container, Volumes volumes, Path directory, List<String> entrypoint) {
        this.container = container;
        this.directory = directory;
        for (VolumeMount mount : container.getVolumeMounts()) {
            mounts.put(mount.getMountPath(), volumes.directory(mount.getName(), mount.getSubPath()));
        }
        mounts.put(terminationPath(), directory.resolve(container.getName() + ".end"));
        try {
            Files.createDirectories(directory);
            process = start(entrypoint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(List<String> entrypoint) throws IOException {
        List<String> command = new ArrayList<>(container.getCommand().isEmpty() ? entrypoint : container.getCommand());
        command.addAll(container.getArgs());
        ProcessBuilder builder = new ProcessBuilder(
                        command.stream().map(this::local).toList())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(container.getName() + ".log").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        for (EnvVar variable : container.getEnv()) {
            builder.environment()
                    .put(variable.getName(), local(variable.getValue().replace("$$(", "$(")));
        }
        return builder.start();
    }

    private String local(String text) {
        String local = text;
        for (Map.Entry<String, Path> mount : mounts.entrySet()) {
            // /tmp is the same everywhere: a directory of its own would be found in other paths
            if (!"/tmp".equals(mount.getKey())) {
                local = local.replace(mount.getKey(), mount.getValue().toString());
            }
        }
        return local;
    }

    /** Ends it if it has more memory than its limit. */
    void look() {
        if (process.isAlive()) {
            Quantity limit = container.getResources().getLimits().get("memory");
            long most = limit == null
                    ? Long.MAX_VALUE
                    : Quantity.getAmountInBytes(limit).longValue();
            if (Stream.concat(Stream.of(process.toHandle()), process.descendants())
                            .mapToLong(FakeContainer::memory)
                            .sum()
                    > most) {
                outOfMemory = true;
                kill();
            }
        }
        if (!process.isAlive() && ended == null) {
            ended = Instant.now();
        }
    }

    private static long memory(ProcessHandle handle) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(handle.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            // it has ended meanwhile
            return 0;
        }
    }

    @Nullable
    Integer exitCode() {
        return process.isAlive() ? null : process.exitValue();
    }

    ContainerState state() {
        look();
        if (ended == null) {
            return new ContainerStateBuilder()
                    .withNewRunning()
                    .withStartedAt(time(started))
                    .endRunning()
                    .build();
        }
        int code = process.exitValue();
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(code)
                .withReason(outOfMemory ? "OOMKilled" : code == 0 ? "Completed" : "Error")
                .withMessage(message(code))
                .withStartedAt(time(started))
                .withFinishedAt(time(ended))
                .endTerminated()
                .build();
    }

    private @Nullable String message(int code) {
        try {
            Path told = directory.resolve(container.getName() + ".end");
            if (Files.exists(told)) {
                return Files.readString(told);
            }
            if (code != 0 && "FallbackToLogsOnError".equals(container.getTerminationMessagePolicy())) {
                String log = Files.readString(directory.resolve(container.getName() + ".log"));
                return log.substring(Math.max(0, log.length() - 2048));
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String terminationPath() {
        return container.getTerminationMessagePath() == null
                ? "/dev/termination-log"
                : container.getTerminationMessagePath();
    }

    void stop() {
        if (process.isAlive()) {
            all().forEach(ProcessHandle::destroy);
            try {
                process.waitFor(SIGTERM_GRACE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        kill();
    }

    void kill() {
        all().forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
        look();
    }

    private List<ProcessHandle> all() {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
