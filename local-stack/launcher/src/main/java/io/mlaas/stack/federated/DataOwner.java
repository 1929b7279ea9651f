package io.mlaas.stack.federated;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Jvm;
import io.mlaas.stack.process.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A data owner's program, in a process of its own: it has its data, its enrolment kit, and nothing of the platform's.
 * Its folder holds kit, data, identity and log.
 */
final class DataOwner implements AutoCloseable {
    private static final Duration FAREWELL = Duration.ofSeconds(10);
    private static final int MEGABYTES = 192;

    private final String name;
    private final Path jar;
    private final Path engine;
    private final Path folder;
    private final Path data;
    private Child process;

    private DataOwner(String name, Path jar, Path engine, Path folder, Path data) throws IOException {
        this.name = name;
        this.jar = jar;
        this.engine = engine;
        this.folder = folder;
        this.data = data;
        this.process = begin();
    }

    static DataOwner start(String name, Path jar, Path engine, Path folder, Path data) throws IOException {
        return new DataOwner(name, jar, engine, folder, data);
    }

    String name() {
        return name;
    }

    /** Its power fails, and comes back. */
    void dieAndComeBack() throws IOException {
        process.kill();
        process.awaitExit(FAREWELL);
        process = begin();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String lastWords() throws IOException {
        List<String> lines = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
        return lines.isEmpty() ? "(it printed nothing)" : lines.getLast();
    }

    private Child begin() throws IOException {
        List<String> command = Jvm.command(
                MEGABYTES,
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar.toString(),
                "join",
                folder.resolve("kit.json").toString(),
                "--data",
                data.toString(),
                "--state",
                folder.resolve("state").toString());
        return Child.start(new Launch(
                command, Map.of("DJL_CACHE_DIR", engine.toString(), "OMP_NUM_THREADS", "1"), folder, log(), null));
    }

    private Path log() {
        return folder.resolve("log");
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.terminate();
            if (!process.awaitExit(FAREWELL)) {
                process.kill();
            }
        }
    }
}
