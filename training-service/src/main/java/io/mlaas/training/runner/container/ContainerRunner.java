package io.mlaas.training.runner.container;

import io.mlaas.api.sharing.TrainingRecord.Platform;
import io.mlaas.api.training.TrainingApi.TrainImage;
import io.mlaas.training.runner.DirectoryRunner;
import io.mlaas.training.runner.FailureReason;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunFacts;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.runner.ThisMachine;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Runs jobs as containers of a Docker or Podman daemon. A container is found again by its name, which is its run's: neither
 * the end of the service nor that of the daemon loses one. How it ended is noted beside it before it is removed.
 */
@Component
@ConditionalOnProperty("mlaas.training.container.enabled")
class ContainerRunner implements DirectoryRunner, AutoCloseable {
    static final String NAME = "container";

    private static final Logger log = LoggerFactory.getLogger(ContainerRunner.class);
    private static final int KILLED = 128 + 9;

    private final ContainerProperties properties;
    private final Images images;
    private final Daemon daemon;
    private final Pulls pulls;
    private final Outputs outputs;
    private final Map<String, Instant> away = new ConcurrentHashMap<>();

    @Autowired
    ContainerRunner(ContainerProperties properties) {
        this(properties, new Daemon(properties.host()));
    }

    ContainerRunner(ContainerProperties properties, Daemon daemon) {
        this.properties = properties;
        this.daemon = daemon;
        this.images = new Images(properties.images(), properties.allowed());
        this.pulls = new Pulls(daemon, properties.pullTimeout());
        this.outputs = new Outputs(daemon, properties.logLimit().toBytes());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<TrainImage> image(String reference) {
        return images.of(reference)
                .map(allowed -> new TrainImage(
                        reference, allowed.pinned().sha256(), allowed.pinned().md5(), NAME));
    }

    @Override
    public List<String> references() {
        return images.references();
    }

    @Override
    public RunFacts facts(Run run) throws IOException {
        return new RunFacts(ContainerSpec.ofThePlatform(allowed(run)), platform());
    }

    /** A daemon tells of its machine; of the processor it does not, unless that machine is this one. */
    private @Nullable Platform platform() {
        try {
            Platform daemons = daemon.platform();
            Platform here = ThisMachine.platform();
            boolean same = "unix".equals(properties.host().getScheme())
                    && here.kernel() != null
                    && here.kernel().equals(daemons.kernel());
            // whole processors' worth of time; how many of them it sees is the daemon's affair
            int cores = properties.cpus().setScale(0, RoundingMode.CEILING).intValueExact();
            return new Platform(
                    daemons.os(),
                    daemons.kernel(),
                    daemons.architecture(),
                    same ? here.cpuModel() : null,
                    same ? here.cpuFlags() : List.of(),
                    cores);
        } catch (DaemonException e) {
            log.warn("the container daemon does not tell of its machine", e);
            return null;
        }
    }

    private Images.Allowed allowed(Run run) throws IOException {
        return images.of(run.image())
                .orElseThrow(() -> new IOException("the image " + run.image() + " may not run here"));
    }

    @Override
    public void start(Run run) throws IOException {
        RunNotes notes = RunNotes.of(run);
        if (notes.stopped() || notes.ended().isPresent() || notes.startedAt().isPresent()) {
            return;
        }
        allowed(run);
        notes.ask();
        state(run);
    }

    @Override
    public RunState state(Run run) throws IOException {
        RunNotes notes = RunNotes.of(run);
        Optional<RunState> ended = notes.ended();
        if (ended.isPresent()) {
            return ended.get();
        }
        try {
            RunState state = notes.stopped() ? stopped(run, notes) : look(run, notes);
            away.remove(ContainerSpec.name(run));
            return state;
        } catch (RefusedException e) {
            return end(run, notes, new RunState.Failed(e.reason(), e.getMessage()));
        } catch (DaemonException e) {
            return withoutDaemon(run, notes, e);
        }
    }

    private RunState look(Run run, RunNotes notes) throws IOException, RefusedException {
        Optional<Daemon.State> found = daemon.find(ContainerSpec.name(run));
        Optional<Instant> started = notes.startedAt();
        if (found.isEmpty() || found.get().waits()) {
            if (started.isPresent()) {
                return end(run, notes, new RunState.Vanished());
            }
            return notes.asked() ? begin(run, notes) : new RunState.Waiting("was not started yet", null);
        }
        if (found.get().ended()) {
            return ended(run, notes, found.get());
        }
        if (started.isEmpty()) {
            // the service died between the start and the note about it
            notes.started();
        } else if (started.get().plus(run.timeout()).isBefore(Instant.now())) {
            daemon.stop(ContainerSpec.name(run), properties.stopGrace());
            return end(run, notes, new RunState.TimedOut());
        }
        outputs.follow(run, notes);
        return new RunState.Running();
    }

    /** The next step towards a running container. */
    private RunState begin(Run run, RunNotes notes) throws IOException, RefusedException {
        Images.Allowed image = allowed(run);
        if (!daemon.hasImage(image.pinned())) {
            if (image.pinned().byId() || !properties.pull()) {
                throw new RefusedException(
                        FailureReason.IMAGE_PULL_FAILED,
                        "the image " + image.pinned().reference() + " is not on this machine, and is not pulled",
                        null);
            }
            if (!pulls.done(image.pinned())) {
                return new RunState.Waiting("waits for its image, which is pulled", null);
            }
        }
        endEarlierRuns(run);
        notes.logStart(run.workspace().log());
        daemon.create(new ContainerSpec(run, image, properties, new ProgramUser(properties.user()).readyFor(run)));
        daemon.start(ContainerSpec.name(run));
        notes.started();
        log.info("run {} of job {} starts in container {}", run.number(), run.jobId(), ContainerSpec.name(run));
        outputs.follow(run, notes);
        return new RunState.Running();
    }

    /** A run that was given up while the daemon was away may go on: nothing of it may write beside the new one. */
    private void endEarlierRuns(Run run) throws DaemonException {
        for (Daemon.Found found :
                daemon.labelled(Map.of(ContainerSpec.JOB, run.jobId().toString()))) {
            if (!found.name().equals(ContainerSpec.name(run))) {
                log.info("container {} of an earlier run is removed", found.name());
                daemon.remove(found.id());
            }
        }
    }

    private RunState ended(Run run, RunNotes notes, Daemon.State container) throws IOException {
        // not every machine tells what killed a container, and nobody else has a reason to
        if (container.exitCode() == KILLED || (container.outOfMemory() && container.exitCode() != 0)) {
            String why = container.outOfMemory() ? "because" : "probably because";
            return end(
                    run,
                    notes,
                    new RunState.Failed(
                            FailureReason.OUT_OF_MEMORY,
                            "the program was killed (exit code %d), %s it used more than the %d MB of memory that it may"
                                    .formatted(
                                            container.exitCode(),
                                            why,
                                            properties.memory().toMegabytes())));
        }
        return end(run, notes, new RunState.Exited(container.exitCode()));
    }

    /** The last word about a run: its log is complete, the end noted, the container gone. */
    private RunState end(Run run, RunNotes notes, RunState state) throws IOException {
        String name = ContainerSpec.name(run);
        outputs.complete(run, notes);
        notes.end(state);
        away.remove(name);
        try {
            daemon.remove(name);
        } catch (DaemonException e) {
            log.warn("container {} is removed later", name, e);
        }
        return state;
    }

    private RunState stopped(Run run, RunNotes notes) throws IOException {
        String name = ContainerSpec.name(run);
        Optional<Daemon.State> found = daemon.find(name);
        if (found.isPresent() && found.get().ended()) {
            return ended(run, notes, found.get());
        }
        if (found.isPresent() && !found.get().waits()) {
            daemon.stop(name, properties.stopGrace());
        }
        return end(run, notes, new RunState.Stopped());
    }

    @Override
    public void stop(Run run) throws IOException {
        RunNotes notes = RunNotes.of(run);
        notes.stop();
        if (notes.ended().isEmpty()) {
            stopped(run, notes);
        }
    }

    /** What has begun may go on without the daemon; what has not is tried again later. */
    private RunState withoutDaemon(Run run, RunNotes notes, DaemonException e) throws IOException {
        String name = ContainerSpec.name(run);
        boolean begun = notes.startedAt().isPresent();
        Instant since = away.computeIfAbsent(name, _ -> Instant.now());
        if (begun && since.plus(properties.patience()).isAfter(Instant.now())) {
            log.warn("run {} of job {} cannot be asked about: {}", run.number(), run.jobId(), e.getMessage());
            return new RunState.Waiting("waits for the container daemon, which does not answer", null);
        }
        log.warn("run {} of job {} is given up", run.number(), run.jobId(), e);
        away.remove(name);
        RunState.Failed failed =
                new RunState.Failed(FailureReason.PLATFORM_UNAVAILABLE, String.valueOf(e.getMessage()));
        notes.end(failed);
        return failed;
    }

    /** Removes the containers of a work directory whose jobs are over: of jobs that ended while the daemon was away. */
    void sweep(Path workDirectory) throws IOException {
        for (Daemon.Found found :
                daemon.labelled(Map.of(ContainerSpec.DIRECTORY, ContainerSpec.directory(workDirectory)))) {
            Path job = workDirectory.resolve(found.labels().getOrDefault(ContainerSpec.JOB, "unknown"));
            Path control = new Workspace(job).control();
            if (!Files.exists(control.resolve(found.labels().getOrDefault(ContainerSpec.RUN, "0")))) {
                log.info("container {} of a job that is over is removed", found.name());
                daemon.remove(found.id());
            }
        }
    }

    @Override
    public void close() throws IOException {
        outputs.close();
        daemon.close();
    }
}
