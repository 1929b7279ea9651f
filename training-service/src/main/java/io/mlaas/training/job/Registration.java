package io.mlaas.training.job;

import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.training.registry.Registry;
import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.runner.ClusterRunner;
import io.mlaas.training.runner.DirectoryRunner;
import io.mlaas.training.runner.FailureReason;
import io.mlaas.training.runner.JobRunner;
import io.mlaas.training.runner.RegistrationState;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.workspace.Result;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The last step: what the program wrote becomes the model's result. */
@Component
class Registration {
    private static final Duration VALIDITY = Duration.ofHours(2);

    private static final Logger log = LoggerFactory.getLogger(Registration.class);

    private final Registry registry;
    private final JobProperties properties;

    Registration(Registry registry, JobProperties properties) {
        this.registry = registry;
        this.properties = properties;
    }

    /** @param metrics of a run in a cluster; those of one in a directory are known since its program ended */
    record Registered(Job.Outcome result, @Nullable String metrics) {}

    /** May be repeated, whatever became of earlier tries. */
    Registered register(Job job, Run run, JobRunner runner) throws StepFailure, InterruptedException {
        return switch (runner) {
            case DirectoryRunner _ -> new Registered(upload(job, run.workspace()), null);
            case ClusterRunner cluster -> await(job, run, cluster);
        };
    }

    /**
     * Whether a run in a cluster, however it ended there, is to be taken for one that succeeded: its program has, and its
     * result is on its way, or the registry holds it already.
     */
    boolean isBeyondRecall(Job job, RunState state) throws InterruptedException {
        if (state instanceof RunState.Exited exited) {
            return exited.code() == 0;
        }
        if (job.trial() != null) {
            // the result that the registry holds is not this run's
            return false;
        }
        for (int failures = 1; ; failures++) {
            try {
                return registry.result(job.modelId()).isPresent();
            } catch (RegistryException e) {
                if (e.kind() == RegistryException.Kind.REFUSED) {
                    return false;
                }
                log.warn("whether model {} has a result is asked again", job.modelId(), e);
                Thread.sleep(properties.retry().delay(failures));
            }
        }
    }

    /** The registry is the truth: what it holds is registered, whatever became of the cluster's own notes. */
    private Registered await(Job job, Run run, ClusterRunner cluster) throws StepFailure, InterruptedException {
        try {
            RegistrationState state = ended(run, cluster);
            Optional<ModelStatus> model = registry.result(job.modelId());
            return switch (state) {
                case RegistrationState.Registered registered -> {
                    if (model.filter(held -> registered.sha256().equals(held.sha256()))
                            .isEmpty()) {
                        throw StepFailure.ofJob(
                                FailureReason.RESULT_REFUSED,
                                "the registry does not hold the result: sha256 " + registered.sha256() + " (expected: "
                                        + model.map(ModelStatus::sha256).orElse("none") + ")");
                    }
                    yield new Registered(
                            new Job.Outcome(registered.fileName(), registered.sizeBytes(), registered.sha256()),
                            registered.metrics());
                }
                case RegistrationState.Failed failed ->
                    new Registered(
                            model.map(Registration::outcome)
                                    .orElseThrow(() -> StepFailure.ofJob(failed.reason(), failed.message())),
                            null);
                case RegistrationState.UnderWay _ -> throw new IllegalStateException("it is over");
            };
        } catch (RegistryException e) {
            throw StepFailure.of(e);
        }
    }

    /** What the cluster says of a result that it registered, or was only to tell. */
    RegistrationState ended(Run run, ClusterRunner cluster) throws InterruptedException {
        RegistrationState state = look(run, cluster);
        while (state instanceof RegistrationState.UnderWay) {
            Thread.sleep(properties.pollInterval());
            state = look(run, cluster);
        }
        return state;
    }

    private static RegistrationState look(Run run, ClusterRunner cluster) {
        try {
            return cluster.registration(run);
        } catch (IOException e) {
            log.warn("the cluster cannot be asked about run {} of job {} now", run.number(), run.jobId(), e);
            return new RegistrationState.UnderWay();
        }
    }

    private static Job.Outcome outcome(ModelStatus model) {
        return new Job.Outcome(
                model.fileName() == null ? "model" : model.fileName(),
                model.sizeBytes() == null ? 0 : model.sizeBytes(),
                Objects.requireNonNull(model.sha256()));
    }

    private Job.Outcome upload(Job job, Workspace workspace) throws StepFailure {
        try {
            if (!Files.isDirectory(workspace.output())) {
                throw StepFailure.ofJob("the job's directory is gone, and its result with it");
            }
            Result result = Result.collect(workspace);
            registry.register(job.modelId(), job.id(), VALIDITY, result.file(), result.name(), result.sha256());
            return new Job.Outcome(result.name(), result.size(), result.sha256());
        } catch (Result.Missing e) {
            throw StepFailure.ofJob(String.valueOf(e.getMessage()));
        } catch (RegistryException e) {
            throw StepFailure.of(e);
        } catch (IOException e) {
            throw StepFailure.of(e);
        }
    }
}
