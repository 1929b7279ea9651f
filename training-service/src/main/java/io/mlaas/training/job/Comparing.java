package io.mlaas.training.job;

import io.mlaas.api.sharing.ReproductionVerdict.Difference;
import io.mlaas.training.comparison.Differences;
import io.mlaas.training.registry.Registry;
import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.runner.DirectoryRunner;
import io.mlaas.training.runner.JobRunner;
import io.mlaas.training.runner.Observed;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.Runners;
import io.mlaas.training.workspace.Result;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The last step of a trial: what the program wrote is compared with what was registered. */
@Component
class Comparing {
    private final Registry registry;
    private final Runners runners;

    Comparing(Registry registry, Runners runners) {
        this.registry = registry;
        this.runners = runners;
    }

    /** @param observed null if nobody wanted to see anything */
    record Compared(
            Job.Outcome result,
            @Nullable Difference difference,
            @Nullable Observed observed) {}

    /** May be repeated. */
    Compared compare(Job job, Trial trial, Run run) throws StepFailure, IOException {
        Workspace workspace = run.workspace();
        try {
            if (!Files.isDirectory(workspace.output())) {
                throw StepFailure.ofJob("the job's directory is gone, and its result with it");
            }
            Result result = Result.collect(workspace);
            Difference difference =
                    result.sha256().equals(trial.expected()) ? null : difference(job, trial, result, workspace);
            workspace.note(
                    "result " + result.name() + ": sha256 " + result.sha256() + ", registered: " + trial.expected());
            return new Compared(
                    new Job.Outcome(result.name(), result.size(), result.sha256()), difference, observed(trial, run));
        } catch (Result.Missing e) {
            throw StepFailure.ofJob(String.valueOf(e.getMessage()));
        } catch (RegistryException e) {
            throw StepFailure.of(e);
        }
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
