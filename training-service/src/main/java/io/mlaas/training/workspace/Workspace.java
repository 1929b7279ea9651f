package io.mlaas.training.workspace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one job.
 *
 * <pre>
 * input/dataset/&lt;original file name&gt;      input/dataset.json      input/model/&lt;definition file name&gt;
 * output/    what the program writes is the result
 * logs/      job.log: all that stays when the job has ended, until its retention is over
 * control/   how the runner finds a running program again
 * result/    the file that is registered, when it had to be made of several
 * </pre>
 */
public record Workspace(Path root) {

    public static Workspace of(Path workDirectory, UUID jobId) {
        return new Workspace(workDirectory.toAbsolutePath().normalize().resolve(jobId.toString()));
    }

    public Path input() {
        return root.resolve("input");
    }

    public Path dataset() {
        return input().resolve("dataset");
    }

    public Path datasetMetadata() {
        return input().resolve("dataset.json");
    }

    public Path definition() {
        return input().resolve("model");
    }

    public Path output() {
        return root.resolve("output");
    }

    public Path control() {
        return root.resolve("control");
    }

    public Path result() {
        return root.resolve("result");
    }

    public Path log() {
        return root.resolve("logs").resolve("job.log");
    }

    public boolean exists() {
        return Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes the directories anew: nothing of an earlier attempt is left but its log and the runner's notes. */
    public void reset() throws IOException {
        if (!exists()) {
            Files.createDirectories(root.getParent());
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        for (Path directory : new Path[] {input(), output(), result()}) {
            delete(directory);
        }
        for (Path directory : new Path[] {dataset(), output(), control(), log().getParent()}) {
            Files.createDirectories(directory);
        }
    }

    /** A line of the platform's own in the job's log. */
    public void note(String line) throws IOException {
        Files.createDirectories(log().getParent());
        Files.writeString(
                log(),
                JobLog.PLATFORM + line + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Removes all but the log. */
    public void clean() throws IOException {
        for (Path directory : Set.of(input(), output(), control(), result())) {
            delete(directory);
        }
    }

    public void remove() throws IOException {
        delete(root);
    }

    /** The end of a job and the sweeper may be at it together: what is gone already is as good as removed. */
    private static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                try {
                    // a program may have taken its own right to write away
                    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
                    return FileVisitResult.CONTINUE;
                } catch (NoSuchFileException gone) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
                return unlessGone(problem);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
                    throws IOException {
                if (problem != null) {
                    return unlessGone(problem);
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static FileVisitResult unlessGone(IOException problem) throws IOException {
        if (problem instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw problem;
    }
}
