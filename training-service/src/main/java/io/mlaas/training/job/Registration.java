package io.mlaas.training.job;

import io.mlaas.training.registry.Registry;
import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.workspace.Result;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** The last step: what the program wrote becomes the model's result. */
@Component
class Registration {
    private static final Duration VALIDITY = Duration.ofHours(2);
    private static final long LARGEST_METRICS = 256 * 1024;
    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final Registry registry;

    Registration(Registry registry) {
        this.registry = registry;
    }

    /** May be repeated, whatever became of earlier tries. */
    Job.Outcome register(Job job, Workspace workspace) throws StepFailure {
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

    /** The program's {@code metrics.json}, or null if it wrote none that can be shown. */
    static @Nullable String metrics(Workspace workspace) throws IOException {
        Path file = workspace.output().resolve(Result.METRICS);
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_METRICS) {
            return null;
        }
        try {
            return LENIENT.readTree(Files.readAllBytes(file)).toString();
        } catch (JacksonException e) {
            workspace.note(Result.METRICS + " is not JSON and is not shown");
            return null;
        }
    }
}
