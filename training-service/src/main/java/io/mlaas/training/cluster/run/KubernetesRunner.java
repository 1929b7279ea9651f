package io.mlaas.training.cluster.run;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.mlaas.api.training.TrainingApi.TrainImage;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.runner.ClusterRunner;
import io.mlaas.training.runner.FailureReason;
import io.mlaas.training.runner.RegistrationState;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunFacts;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.workspace.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs as {@code TrainingJob}s, which the operator carries out. Here it is only noted what was asked for; how a run
 * stands is asked of the API server each time.
 */
public final class KubernetesRunner implements ClusterRunner {
    public static final String NAME = "kubernetes";

    private static final Logger log = LoggerFactory.getLogger(KubernetesRunner.class);
    private static final Duration ENDING = Duration.ofMinutes(2);
    private static final long LOOK_AGAIN_MILLIS = 100;
    private static final Set<Integer> NEVER = Set.of(400, 403, 422);
    private static final int EXISTS = 409;
    private static final Set<String> RUNTIMES = Set.of("job", "argo", "kubeflow");
    private static final String CANCELLED = "{\"spec\":{\"cancelled\":true}}";

    private final KubernetesClient client;
    private final String namespace;
    private final Images images;
    private final ClusterLog logs;
    private final Duration logInterval;
    private final Map<String, Instant> copied = new ConcurrentHashMap<>();

    /** @param logInterval how often a running program's log is read */
    public KubernetesRunner(KubernetesClient client, String namespace, ImageProperties images, Duration logInterval) {
        this.client = client;
        this.namespace = namespace;
        this.images = new Images(images);
        this.logs = new ClusterLog(client, namespace);
        this.logInterval = logInterval;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<TrainImage> image(String reference) {
        return images.image(reference, NAME);
    }

    @Override
    public List<String> references() {
        return images.references();
    }

    /** On which of its nodes a cluster runs what, it decides later. */
    @Override
    public RunFacts facts(Run run) {
        return new RunFacts(Specs.ofThePlatform(images.environment(run.image())), null);
    }

    @Override
    public void start(Run run) throws IOException {
        Notes notes = new Notes(run);
        if (notes.has(Notes.BEGUN) || notes.has(Notes.STOP) || notes.has(Notes.REFUSED)) {
            return;
        }
        String runtime = run.order().resourcesOrNone().runtime();
        if (runtime != null && !RUNTIMES.contains(runtime)) {
            notes.write(
                    Notes.REFUSED, "model_params.resources.runtime: " + runtime + " (expected: job, argo or kubeflow)");
            return;
        }
        String image = images.byDigest(run.image())
                .orElseThrow(() -> new IOException("the image " + run.image() + " is not allowed here any more"));
        TrainingJob job = Specs.job(run, namespace, image, images.environment(run.image()));
        try {
            client.resource(job).inNamespace(namespace).create();
            log.info("run {} of job {} is TrainingJob {}", run.number(), run.jobId(), job.name());
        } catch (KubernetesClientException e) {
            if (NEVER.contains(e.getCode())) {
                notes.write(Notes.REFUSED, "the cluster refuses the training: " + reason(e));
                return;
            }
            if (e.getCode() != EXISTS) {
                throw unreachable(e);
            }
        }
        notes.write(Notes.BEGUN, job.name());
    }

    @Override
    public RunState state(Run run) throws IOException {
        Notes notes = new Notes(run);
        String refused = notes.read(Notes.REFUSED);
        if (refused != null) {
            return new RunState.Failed(FailureReason.INVALID_SPEC, refused);
        }
        TrainingJob job = notes.has(Notes.BEGUN) ? find(run) : null;
        if (job == null) {
            return notes.has(Notes.STOP) ? new RunState.Stopped() : new RunState.Vanished();
        }
        RunState state = States.of(job.status());
        copyLog(run, notes, state.ended());
        return state;
    }

    /** Of a run that goes on, now and then; of one that ended, in any case. */
    private void copyLog(Run run, Notes notes, boolean ended) throws IOException {
        String name = Specs.name(run);
        Instant last = copied.getOrDefault(name, Instant.MIN);
        if (!ended && last.plus(logInterval).isAfter(Instant.now())) {
            return;
        }
        try {
            logs.copy(name, notes.target());
        } catch (KubernetesClientException e) {
            throw unreachable(e);
        }
        if (ended) {
            copied.remove(name);
        } else {
            copied.put(name, Instant.now());
        }
    }

    @Override
    public void stop(Run run) throws IOException {
        Notes notes = new Notes(run);
        notes.write(Notes.STOP, "");
        Instant patience = Instant.now().plus(ENDING);
        for (TrainingJob job = find(run); job != null && !job.status().ended(); job = find(run)) {
            if (!job.getSpec().cancelled()) {
                cancel(run);
            }
            if (Instant.now().isAfter(patience)) {
                throw new IOException("TrainingJob " + job.name() + " is still being ended");
            }
            pause();
        }
    }

    private void cancel(Run run) throws IOException {
        try {
            // as a merge it takes effect whatever the operator writes at the same time
            trainings().withName(Specs.name(run)).patch(PatchContext.of(PatchType.JSON_MERGE), CANCELLED);
        } catch (KubernetesClientException e) {
            throw unreachable(e);
        }
    }

    @Override
    public RegistrationState registration(Run run) throws IOException {
        TrainingJob job = find(run);
        if (job == null) {
            return new RegistrationState.Failed(
                    FailureReason.PLATFORM_UNAVAILABLE, "the TrainingJob " + Specs.name(run) + " is gone");
        }
        Notes notes = new Notes(run);
        copyLog(run, notes, job.status().ended());
        return States.registration(job.status(), metrics(notes));
    }

    private static @Nullable String metrics(Notes notes) throws IOException {
        return ClusterLog.told(notes.target().log(), Metrics.MARK)
                .map(Metrics::parse)
                .orElse(null);
    }

    @Override
    public Set<UUID> jobs() throws IOException {
        try {
            return trainings().withLabel(Specs.JOB_ID_LABEL).list().getItems().stream()
                    .map(job -> UUID.fromString(job.getMetadata().getLabels().get(Specs.JOB_ID_LABEL)))
                    .collect(Collectors.toSet());
        } catch (KubernetesClientException e) {
            throw unreachable(e);
        }
    }

    @Override
    public void remove(UUID jobId) throws IOException {
        try {
            for (TrainingJob job :
                    trainings().withLabels(Specs.labels(jobId)).list().getItems()) {
                trainings().withName(job.name()).delete();
            }
        } catch (KubernetesClientException e) {
            throw unreachable(e);
        }
    }

    private @Nullable TrainingJob find(Run run) throws IOException {
        try {
            return trainings().withName(Specs.name(run)).get();
        } catch (KubernetesClientException e) {
            throw unreachable(e);
        }
    }

    private NonNamespaceOperation<TrainingJob, KubernetesResourceList<TrainingJob>, Resource<TrainingJob>> trainings() {
        MixedOperation<TrainingJob, KubernetesResourceList<TrainingJob>, Resource<TrainingJob>> all =
                client.resources(TrainingJob.class);
        return all.inNamespace(namespace);
    }

    private static IOException unreachable(KubernetesClientException e) {
        return new IOException("the cluster did not do what was asked of it: " + reason(e), e);
    }

    private static String reason(KubernetesClientException e) {
        return e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage()
                : String.valueOf(e.getMessage());
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a training was ended", e);
        }
    }

    /** What was asked for, in the job's directory. */
    private record Notes(Path log, Path directory) {
        static final String BEGUN = "begun";
        static final String STOP = "stop";
        static final String REFUSED = "refused";

        Notes(Run run) {
            this(run.workspace().log(), run.workspace().control().resolve("kubernetes-" + run.number()));
        }

        ClusterLog.Target target() {
            return new ClusterLog.Target(log, directory.resolve("log.json"));
        }

        boolean has(String name) {
            return Files.exists(directory.resolve(name));
        }

        @Nullable
        String read(String name) throws IOException {
            return has(name) ? Files.readString(directory.resolve(name)) : null;
        }

        void write(String name, String text) throws IOException {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(name), text);
        }
    }
}
