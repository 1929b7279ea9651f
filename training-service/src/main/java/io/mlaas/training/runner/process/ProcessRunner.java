package io.mlaas.training.runner.process;

import io.mlaas.api.training.TrainingApi.TrainImage;
import io.mlaas.training.runner.DirectoryRunner;
import io.mlaas.training.runner.Observed;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunFacts;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.runner.ThisMachine;
import io.mlaas.training.runner.process.ProcessProperties.Image;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Runs jobs as local processes: an own directory, session and environment, resource limits, killed with all that they
 * started. A shell script ({@code job.sh}) is the parent of the program and notes its exit code: neither the end nor the
 * restart of the service disturbs it.
 */
@Component
class ProcessRunner implements DirectoryRunner {
    static final String NAME = "process";

    private static final Logger log = LoggerFactory.getLogger(ProcessRunner.class);
    private static final Duration STARTING = Duration.ofSeconds(10);
    private static final Duration DRAINING = Duration.ofSeconds(2);
    private static final long LOOK_AGAIN_MILLIS = 20;
    private static final List<String> NEEDED = List.of("setsid", "prlimit", "sh", "dd", "tail", "cut", "mv", "mkdir");

    private final ProcessProperties properties;
    private final Watching watching;
    private final Map<String, Image> images = new LinkedHashMap<>();
    private final ImageDigest digest = new ImageDigest();

    @Autowired
    ProcessRunner(ProcessProperties properties, ProcessProperties.Images configured) {
        this(
                properties,
                configured.images(),
                new Watching(configured.workDirectory().resolve(".observer")));
    }

    ProcessRunner(ProcessProperties properties, List<Image> configured, Watching watching) {
        this.properties = properties;
        this.watching = watching;
        for (Image image : configured) {
            if (images.put(image.reference(), image) != null) {
                throw new IllegalStateException(
                        "mlaas.training.images: " + image.reference() + " is there twice (expected: once)");
            }
        }
        for (String program : NEEDED) {
            if (executable(program) == null) {
                throw new IllegalStateException("mlaas.training.process.path: " + properties.path() + " has no "
                        + program + " (expected: coreutils and util-linux)");
            }
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<TrainImage> image(String reference) {
        return Optional.ofNullable(images.get(reference)).map(image -> {
            ImageDigest.Digests digests = digest.of(image.files());
            return new TrainImage(reference, digests.sha256(), digests.md5(), NAME);
        });
    }

    @Override
    public List<String> references() {
        return List.copyOf(images.keySet());
    }

    @Override
    public RunFacts facts(Run run) throws IOException {
        return new RunFacts(ofThePlatform(known(run)), ThisMachine.platform());
    }

    @Override
    public Optional<String> unobservant() throws IOException {
        return watching.missing();
    }

    @Override
    public Observed observed(Run run) throws IOException {
        return watching.observed(run, known(run));
    }

    private Image known(Run run) throws IOException {
        Image image = images.get(run.image());
        if (image == null) {
            throw new IOException("the image " + run.image() + " is not configured here");
        }
        return image;
    }

    @Override
    public void start(Run run) throws IOException {
        Image image = known(run);
        Path control = control(run);
        if (Files.exists(control.resolve("begun"))) {
            return;
        }
        Files.createDirectories(control);
        Files.createDirectories(run.workspace().log().getParent());
        Path script = control.resolve("job.sh");
        try (InputStream in = ProcessRunner.class.getResourceAsStream("/io/mlaas/training/runner/process/job.sh")) {
            Files.copy(Objects.requireNonNull(in), script, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> command = new ArrayList<>(List.of(
                tool("setsid"),
                tool("sh"),
                script.toString(),
                control.toString(),
                run.workspace().log().toString(),
                Long.toString(properties.logLimit().toBytes()),
                tool("prlimit")));
        command.addAll(properties.limits().options());
        command.add("--");
        command.addAll(watching.prefix(run, image));
        command.addAll(image.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(run.workspace().root().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        control.resolve("runner.log").toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment(run, image));
        Process process = builder.start();
        log.info("run {} of job {} starts as process {}", run.number(), run.jobId(), process.pid());
    }

    /** The same in every run. */
    private Map<String, String> ofThePlatform(Image image) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("OMP_NUM_THREADS", "1");
        environment.put("MKL_NUM_THREADS", "1");
        // relaxed binding gives keys of a map in lower case
        image.environment().forEach((name, value) -> environment.put(Run.variable(name), value));
        environment.put("PATH", properties.path());
        return environment;
    }

    private Map<String, String> environment(Run run, Image image) {
        Map<String, String> environment = ofThePlatform(image);
        environment.put("HOME", run.workspace().root().toString());
        environment.putAll(run.variables(
                run.workspace().input().toString(), run.workspace().output().toString()));
        return environment;
    }

    @Override
    public RunState state(Run run) throws IOException {
        Path control = control(run);
        ProcessGroup group = group(run);
        // asked in this order: what was written before it died is seen after it is found dead
        boolean alive = group.leader() != null && group.leader().alive();
        Integer code = exitCode(control);
        if (code != null) {
            if (alive && !olderThan(control.resolve("exit"), DRAINING)) {
                return new RunState.Running();
            }
            kill(run);
            return ended(control, code);
        }
        if (Files.exists(control.resolve("timeout")) && !alive) {
            kill(run);
            return new RunState.TimedOut();
        }
        if (Files.exists(control.resolve("stop")) && !alive) {
            kill(run);
            return new RunState.Stopped();
        }
        if (alive) {
            if (olderThan(control.resolve("begun"), run.timeout())) {
                stop(run, "timeout");
                return new RunState.TimedOut();
            }
            return new RunState.Running();
        }
        boolean starting = group.leader() == null
                && Files.exists(control.resolve("job.sh"))
                && !olderThan(control.resolve("job.sh"), STARTING);
        if (starting) {
            return new RunState.Running();
        }
        kill(run);
        return new RunState.Vanished();
    }

    private static RunState ended(Path control, int code) {
        if (Files.exists(control.resolve("timeout"))) {
            return new RunState.TimedOut();
        }
        return Files.exists(control.resolve("stop")) ? new RunState.Stopped() : new RunState.Exited(code);
    }

    @Override
    public void stop(Run run) throws IOException {
        stop(run, "stop");
    }

    private void stop(Run run, String why) throws IOException {
        Path control = control(run);
        Files.createDirectories(control);
        // a start that was asked for and did not happen yet must not happen after this either
        createIfAbsent(control.resolve("begun"));
        if (exitCode(control) == null) {
            createIfAbsent(control.resolve(why));
        }
        group(run).members().forEach(ProcessHandle::destroy);
        Instant patience = Instant.now().plus(properties.stopGrace());
        while (!group(run).members().isEmpty() && Instant.now().isBefore(patience)) {
            pause();
        }
        kill(run);
    }

    /** Until none is left: a process may start another one while it is being killed. */
    private static void kill(Run run) throws IOException {
        ProcessGroup group = group(run);
        for (List<ProcessHandle> left = group.members(); !left.isEmpty(); left = group.members()) {
            left.forEach(ProcessHandle::destroyForcibly);
            pause();
        }
    }

    private static ProcessGroup group(Run run) throws IOException {
        String line = read(control(run).resolve("process"));
        return new ProcessGroup(run.jobId(), line == null ? null : ProcessGroup.Leader.parse(line));
    }

    private static @Nullable Integer exitCode(Path control) throws IOException {
        String code = read(control.resolve("exit"));
        return code == null ? null : Integer.valueOf(code.strip());
    }

    private static Path control(Run run) {
        return run.workspace().control().resolve(Integer.toString(run.number()));
    }

    private static boolean olderThan(Path file, Duration age) throws IOException {
        return Files.getLastModifiedTime(file).toInstant().plus(age).isBefore(Instant.now());
    }

    private static void createIfAbsent(Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    private static @Nullable String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a job's processes were ended", e);
        }
    }

    private String tool(String program) {
        return Objects.requireNonNull(executable(program)).toString();
    }

    private @Nullable Path executable(String program) {
        for (String directory : properties.path().split(":", -1)) {
            Path candidate = Path.of(directory).resolve(program);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }
}
