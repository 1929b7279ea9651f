package io.mlaas.stack.backup;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.StackProblem;
import io.mlaas.stack.server.PrivateFile;
import io.mlaas.stack.supervise.Leftovers;
import io.mlaas.stack.supervise.StackState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that a stack has stored, in one file: the databases, the events, the objects, the chain and the keys, as they were at one
 * moment. While the stack runs, its processes stand still for as long as the copy takes.
 */
public final class Backup {
    private static final int FORMAT = 1;
    private static final String ABOUT = "backup.json";
    private static final List<String> CONTENT = List.of("data", "secrets");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * What a backup says of itself.
     *
     * @param versions of the servers and services that ran, by name
     */
    public record About(int format, Instant madeAt, Map<String, String> versions) {}

    /** @param stoodStill how long the processes did */
    public record Made(Path file, long size, int processes, Duration stoodStill) {}

    private Backup() {}

    /** @throws StackProblem if the file is there already, or the copy cannot be made: then nothing is left of it */
    public static Made make(Home home, Path file, Consumer<String> progress) throws IOException {
        if (Files.exists(file)) {
            throw new StackProblem(
                    StackProblem.Kind.FAILED, "%s is there already (expected: a new file)".formatted(file));
        }
        if (!Files.isDirectory(home.state().resolve("data"))) {
            throw new StackProblem(
                    StackProblem.Kind.NOT_RUNNING, "nothing is stored in %s yet".formatted(home.state()));
        }
        Path folder = file.toAbsolutePath().getParent();
        Path copy = Files.createTempFile(
                folder,
                ".mlaas-backup-",
                ".tar",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Path packed = copy.resolveSibling(copy.getFileName() + ".gz");
        Path about = home.state().resolve(ABOUT);
        try {
            PrivateFile.write(about, JSON.writeValueAsString(about(home)));
            long from = System.nanoTime();
            int processes;
            try (Freeze freeze = Freeze.of(running(home))) {
                processes = freeze.size();
                progress.accept("%d processes stand still".formatted(processes));
                copy(home, copy);
            }
            Duration stoodStill = Duration.ofNanos(System.nanoTime() - from);
            progress.accept("they go on; packing %d MB".formatted(Files.size(copy) >> 20));
            PrivateFile.write(packed, "");
            pack(copy, packed);
            Files.move(packed, file, StandardCopyOption.ATOMIC_MOVE);
            return new Made(file, Files.size(file), processes, stoodStill);
        } finally {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(packed);
            Files.deleteIfExists(about);
        }
    }

    /**
     * Puts a backup in the place of what is stored.
     *
     * @return where that is kept now, or nothing if there was none
     * @throws StackProblem if something runs, the file is not a whole backup, or data is there and must not be replaced: then
     *     nothing has changed
     */
    public static Optional<Path> restore(Home home, Path file, boolean replace, Consumer<String> progress)
            throws IOException {
        Path state = home.state();
        boolean stored = CONTENT.stream().anyMatch(name -> Files.exists(state.resolve(name)));
        if (stored && !replace) {
            throw new StackProblem(
                    StackProblem.Kind.FAILED,
                    "%s holds data already (--replace keeps it aside and puts the backup in its place)"
                            .formatted(state));
        }
        Files.createDirectories(state);
        Path unpacked = state.resolve("restoring");
        Tree.delete(unpacked);
        PrivateFile.folder(unpacked);
        progress.accept("unpacking");
        unpack(file, unpacked);
        About about = read(file, unpacked);
        progress.accept("made at %s".formatted(about.madeAt()));
        Path aside = state.resolve("replaced-" + name(Instant.now()));
        // nothing has been touched up to here; whatever is cut off from here on is completed by doing it again
        for (String name : CONTENT) {
            if (Files.exists(state.resolve(name))) {
                PrivateFile.folder(aside);
                Files.move(state.resolve(name), aside.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        for (String name : CONTENT) {
            Files.move(unpacked.resolve(name), state.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
        // the chain's address is asked for anew, and processes of another time are none of this stack's
        Files.deleteIfExists(state.resolve("run").resolve("chain.json"));
        Files.deleteIfExists(StackState.file(state));
        Tree.delete(unpacked);
        return Files.exists(aside) ? Optional.of(aside) : Optional.empty();
    }

    /** Whether a restore was cut off in the middle: what is stored may be of two times. */
    public static boolean cutOff(Home home) {
        return Files.exists(home.state().resolve("restoring"));
    }

    /** A file name for now: {@code 2026-02-03T04-05-06Z}. */
    public static String name(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString().replace(':', '-');
    }

    /** The supervisor first, which would start again what does not answer; then what depends on others before these. */
    private static List<Long> running(Home home) {
        List<Long> running = new ArrayList<>();
        StackState.read(home.state())
                .flatMap(StackState::supervisor)
                .map(Child::pid)
                .ifPresent(running::add);
        Leftovers.running(home).forEach(child -> running.add(child.pid()));
        return running;
    }

    private static About about(Home home) {
        Map<String, String> versions = new TreeMap<>();
        StackState.read(home.state())
                .ifPresent(state -> state.members().forEach(member -> versions.put(member.name(), member.version())));
        return new About(FORMAT, Instant.now(), versions);
    }

    private static void copy(Home home, Path copy) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "tar",
                "--sparse",
                "--exclude=postmaster.pid",
                "-cf",
                copy.toString(),
                "-C",
                home.state().toString()));
        command.add(ABOUT);
        CONTENT.stream()
                .filter(name -> Files.exists(home.state().resolve(name)))
                .forEach(command::add);
        tar(command, "the copy failed");
    }

    private static void pack(Path copy, Path packed) throws IOException {
        try (InputStream in = Files.newInputStream(copy);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed), 1 << 16)) {
            in.transferTo(out);
        }
    }

    private static void unpack(Path file, Path folder) throws IOException {
        Path copy = folder.resolve(".tar");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16);
                OutputStream out = Files.newOutputStream(copy)) {
            in.transferTo(out);
        } catch (IOException e) {
            Tree.delete(folder);
            throw new StackProblem(
                    StackProblem.Kind.FAILED, "%s is not a whole backup: %s".formatted(file, e.getMessage()), e);
        }
        try {
            tar(
                    List.of("tar", "-xpf", copy.toString(), "-C", folder.toString()),
                    "%s is not a whole backup".formatted(file));
        } catch (StackProblem e) {
            Tree.delete(folder);
            throw e;
        }
        Files.delete(copy);
    }

    private static About read(Path file, Path unpacked) throws IOException {
        try {
            About about = JSON.readValue(Files.readString(unpacked.resolve(ABOUT)), About.class);
            if (about.format() != FORMAT) {
                throw new StackProblem(
                        StackProblem.Kind.FAILED,
                        "%s: format %d (expected: %d, as this version writes it)"
                                .formatted(file, about.format(), FORMAT));
            }
            if (CONTENT.stream().allMatch(name -> Files.isDirectory(unpacked.resolve(name)))) {
                return about;
            }
        } catch (IOException | JacksonException e) {
            Tree.delete(unpacked);
            throw new StackProblem(StackProblem.Kind.FAILED, "%s is no backup of mlaas".formatted(file), e);
        }
        Tree.delete(unpacked);
        throw new StackProblem(
                StackProblem.Kind.FAILED, "%s lacks one of %s (expected: a backup of mlaas)".formatted(file, CONTENT));
    }

    private static void tar(List<String> command, String failure) throws IOException {
        Path said = Files.createTempFile("mlaas-tar-", ".log");
        try {
            Process tar = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (tar.waitFor() != 0) {
                throw new StackProblem(
                        StackProblem.Kind.FAILED,
                        failure + ": " + Files.readString(said).strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackProblem(StackProblem.Kind.FAILED, failure + ": interrupted", e);
        } finally {
            Files.deleteIfExists(said);
        }
    }
}
