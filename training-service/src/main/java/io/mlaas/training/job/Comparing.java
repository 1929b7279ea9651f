package io.mlaas.training.job;

import io.mlaas.api.sharing.ReproductionVerdict.Difference;
import io.mlaas.training.comparison.Differences;
import io.mlaas.training.registry.Registry;
import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.runner.ClusterRunner;
import io.mlaas.training.runner.DirectoryRunner;
import io.mlaas.training.runner.JobRunner;
import io.mlaas.training.runner.Observed;
import io.mlaas.training.runner.RegistrationState;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.Runners;
import io.mlaas.training.workspace.Result;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The last step of a trial: what the program wrote is compared with what was registered. */
@Component
class Comparing {
    private static final String UNWATCHED =
            "what the program read beside its inputs was not watched: it ran in a cluster";
    private static final String UNSEEN =
            "tensors were not compared: the result stayed in the cluster, which tells its size and digest alone";

    private final Registry registry;
    private final Registration registration;
    private final Runners runners;

    Comparing(Registry registry, Registration registration, Runners runners) {
        this.registry = registry;
        this.registration = registration;
        this.runners = runners;
    }

    /**
     * @param observed null if nobody wanted to see anything
     * @param metrics of a run in a cluster; those of one in a directory are known since its program ended
     */
    record Compared(
            Job.Outcome result,
            @Nullable Difference difference,
            @Nullable Observed observed,
            @Nullable String metrics) {}

    /** May be repeated. */
    Compared compare(Job job, Trial trial, Run run, JobRunner runner)
            throws StepFailure, IOException, InterruptedException {
        return switch (runner) {
            case DirectoryRunner _ -> compare(job, trial, run);
            case ClusterRunner cluster -> compare(trial, run, cluster);
        };
    }

    private Compared compare(Trial trial, Run run, ClusterRunner cluster)
            throws StepFailure, IOException, InterruptedException {
        return switch (registration.ended(run, cluster)) {
            case RegistrationState.Registered told -> {
                note(run.workspace(), told.fileName(), told.sha256(), trial);
                boolean equal = told.sha256().equals(trial.expected());
                Observed observed = new Observed(List.of(), equal ? List.of(UNWATCHED) : List.of(UNWATCHED, UNSEEN));
                yield new Compared(
                        new Job.Outcome(told.fileName(), told.sizeBytes(), told.sha256()),
                        null,
                        observed,
                        told.metrics());
            }
            case RegistrationState.Failed failed -> throw StepFailure.ofJob(failed.reason(), failed.message());
            case RegistrationState.UnderWay _ -> throw new IllegalStateException("it is over");
        };
    }

    private Compared compare(Job job, Trial trial, Run run) throws StepFailure, IOException {
        Workspace workspace = run.workspace();
        try {
            if (!Files.isDirectory(workspace.output())) {
                throw StepFailure.ofJob("the job's directory is gone, and its result with it");
            }
            Result result = Result.collect(workspace);
            Difference difference =
                    result.sha256().equals(trial.expected()) ? null : difference(job, trial, result, workspace);
            note(workspace, result.name(), result.sha256(), trial);
            return new Compared(
                    new Job.Outcome(result.name(), result.size(), result.sha256()),
                    difference,
                    observed(trial, run),
                    null);
        } catch (Result.Missing e) {
            throw StepFailure.ofJob(String.valueOf(e.getMessage()));
        } catch (RegistryException e) {
            throw StepFailure.of(e);
        }
    }

    private static void note(Workspace workspace, String name, String sha256, Trial trial) throws IOException {
        workspace.note("result " + name + ": sha256 " + sha256 + ", registered: " + trial.expected());
    }

    /** What was seen of a run that ended, if it was to be watched. */
    @Nullable
    Observed observed(Trial trial, Run run) throws IOException {
        boolean watched = trial.conditions().observed();
        return watched && runner(run) instanceof DirectoryRunner here ? here.observed(run) : null;
    }

    private @Nullable JobRunner runner(Run run) {
        return runners.image(run.image())
                .flatMap(image -> runners.named(image.runner()))
                .orElse(null);
    }

    private @Nullable Difference difference(Job job, Trial trial, Result result, Workspace workspace)
            throws RegistryException, IOException {
        Path registered = Files.createDirectories(workspace.result()).resolve("registered");
        registry.artifact(job.modelId(), job.organizationId(), registered, trial.expected());
        return Differences.first(registered, result.file()).orElse(null);
    }
}
