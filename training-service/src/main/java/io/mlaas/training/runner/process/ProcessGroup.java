package io.mlaas.training.runner.process;

import io.mlaas.training.runner.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The processes of one run, found in Linux' {@code /proc} (proc(5)): the session that its leader began, and whatever carries
 * the job's id in its environment, so that a daemon with a session of its own belongs to it too.
 *
 * @param leader the process that began the session, by pid, start time (clock ticks since boot) and boot; null if unknown
 */
record ProcessGroup(UUID jobId, @Nullable Leader leader) {
    private static final Path PROC = Path.of("/proc");

    /** A process that cannot be mistaken for a later one with the same pid. */
    record Leader(long pid, long startTime, String boot) {

        static Leader parse(String line) {
            String[] fields = line.strip().split(" ", -1);
            return new Leader(Long.parseLong(fields[0]), Long.parseLong(fields[1]), fields[2]);
        }

        boolean alive() throws IOException {
            return boot.equals(currentBoot())
                    && Stat.of(pid)
                            .filter(stat -> stat.startTime() == startTime && !stat.dead())
                            .isPresent();
        }
    }

    private record Stat(char state, long session, long startTime) {

        static Optional<Stat> of(long pid) throws IOException {
            byte[] content = read(pid, "stat");
            String line = new String(content, StandardCharsets.ISO_8859_1);
            int name = line.lastIndexOf(')');
            if (name < 0) {
                return Optional.empty();
            }
            // after "pid (name) ": state ppid pgrp session … with the start time as the 20th
            String[] fields = line.substring(name + 2).split(" ", -1);
            return Optional.of(new Stat(fields[0].charAt(0), Long.parseLong(fields[3]), Long.parseLong(fields[19])));
        }

        boolean dead() {
            return state == 'Z' || state == 'X';
        }
    }

    /** The living processes of the run. */
    List<ProcessHandle> members() throws IOException {
        String mark = Run.JOB_ID + "=" + jobId;
        long session = session();
        List<ProcessHandle> members = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path entry : entries) {
                long pid = Long.parseLong(entry.getFileName().toString());
                if (pid == ProcessHandle.current().pid()) {
                    continue;
                }
                Optional<Stat> stat = Stat.of(pid);
                if (stat.isPresent() && !stat.get().dead() && (stat.get().session() == session || marked(pid, mark))) {
                    ProcessHandle.of(pid).ifPresent(members::add);
                }
            }
        }
        return members;
    }

    /** The leader's session, or -1 if its number means another one by now. */
    private long session() throws IOException {
        if (leader == null || !leader.boot().equals(currentBoot())) {
            return -1;
        }
        // the kernel does not give a pid away while it still is somebody's session: if another process has it, ours is
        // gone
        boolean reused = Stat.of(leader.pid())
                .filter(stat -> stat.startTime() != leader.startTime())
                .isPresent();
        return reused ? -1 : leader.pid();
    }

    private static boolean marked(long pid, String mark) throws IOException {
        for (String variable : new String(read(pid, "environ"), StandardCharsets.UTF_8).split("\0", -1)) {
            if (variable.equals(mark)) {
                return true;
            }
        }
        return false;
    }

    private static String currentBoot() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    }

    /** @return empty if the process is gone or somebody else's */
    private static byte[] read(long pid, String file) throws IOException {
        try {
            return Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve(file));
        } catch (NoSuchFileException | AccessDeniedException e) {
            return new byte[0];
        } catch (IOException e) {
            // ESRCH: it ended between open and read
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return new byte[0];
            }
            throw e;
        }
    }
}
