package io.mlaas.training.job;

import io.mlaas.api.sharing.ReproductionVerdict.Difference;
import io.mlaas.training.comparison.Differences;
import io.mlaas.training.registry.Registry;
import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.runner.Run;
import io.mlaas.training.workspace.Result;
import io.mlaas.training.workspace.Workspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The last step of a trial: what the program wrote is compared with what was registered. */
@Component
class Comparing {
    private static final int MOST_LINES = 2000;
    private static final int LONGEST_LINE = 1000;

    private final Registry registry;

    Comparing(Registry registry) {
        this.registry = registry;
    }

    record Compared(Job.Outcome result, @Nullable Difference difference, List<String> observations) {}

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
                    new Job.Outcome(result.name(), result.size(), result.sha256()),
                    difference,
                    observations(run.observations()));
        } catch (Result.Missing e) {
            throw StepFailure.ofJob(String.valueOf(e.getMessage()));
        } catch (RegistryException e) {
            throw StepFailure.of(e);
        }
    }

    private @Nullable Difference difference(Job job, Trial trial, Result result, Workspace workspace)
            throws RegistryException, IOException {
        Path registered = Files.createDirectories(workspace.result()).resolve("registered");
        registry.artifact(job.modelId(), job.organizationId(), registered, trial.expected());
        return Differences.first(registered, result.file()).orElse(null);
    }

    private static List<String> observations(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        if (Files.isRegularFile(file)) {
            try (var in =
                    new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null && lines.size() < MOST_LINES; line = in.readLine()) {
                    // PostgreSQL's JSON takes every character but NUL
                    lines.add(line.substring(0, Math.min(line.length(), LONGEST_LINE))
                            .replace("\0", ""));
                }
            }
        }
        return lines;
    }
}
