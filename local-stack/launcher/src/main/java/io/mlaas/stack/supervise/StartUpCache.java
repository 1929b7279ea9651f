package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Child;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's ahead-of-time cache of one application, which halves its start. The first run after a build
 * records what is loaded; from the recording the cache is assembled when the machine has nothing better to
 * do; later runs use it.
 *
 * @param folder where the application is laid out
 * @param application its jar
 */
record StartUpCache(Path folder, Path application) {

    // A cache also tells how far each method was compiled: one that was recorded under other options (the fast
    // compiler only, say) would hold later runs to that.
    private static final String OPTIONS =
            "-%08x".formatted(String.join(" ", Jvm.command(0)).hashCode());

    /** For the command line of the next start. */
    List<String> options() throws IOException {
        if (Files.exists(cache())) {
            return List.of("-XX:AOTCache=" + cache());
        }
        if (isRecorded()) {
            return List.of();
        }
        return List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording(), "-Xlog:aot*=error");
    }

    boolean isComplete() {
        return Files.exists(cache());
    }

    /** Whether there is a recording; an empty file is one that has only begun. */
    boolean isRecorded() throws IOException {
        return Files.exists(recording()) && Files.size(recording()) > 0;
    }

    static boolean isRecordedBy(Child process) {
        return process.commandLine().contains("-XX:AOTMode=record");
    }

    /**
     * Ends the recording if {@code process} makes it, which stops the process for some seconds, and assembles
     * the cache with the lowest priority. A recording that does not serve is thrown away: the next start
     * records anew.
     */
    void complete(Child process) throws IOException, InterruptedException {
        if (isRecordedBy(process)) {
            run(List.of(
                    Jvm.home().resolve("bin").resolve("jcmd").toString(),
                    Long.toString(process.pid()),
                    "AOT.end_recording"));
        }
        if (!isRecorded()) {
            return;
        }
        Path assembling = folder.resolve("start-up.assembling");
        List<String> command = new ArrayList<>();
        Home.onPath("nice").ifPresent(nice -> command.addAll(List.of(nice.toString(), "-n", "19")));
        command.addAll(Jvm.command(
                256,
                "-XX:AOTMode=create",
                "-XX:AOTConfiguration=" + recording(),
                "-XX:AOTCache=" + assembling,
                "-cp",
                application.toString()));
        try {
            if (run(command) == 0 && Files.exists(assembling)) {
                Files.move(assembling, cache());
            }
        } finally {
            Files.deleteIfExists(assembling);
            Files.deleteIfExists(recording());
        }
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                throw new IOException("%s: still running: %s".formatted(command.getFirst(), said));
            }
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private Path cache() {
        return folder.resolve("start-up%s.aot".formatted(OPTIONS));
    }

    private Path recording() {
        return folder.resolve("start-up%s.recording".formatted(OPTIONS));
    }
}
