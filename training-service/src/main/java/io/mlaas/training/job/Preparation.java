package io.mlaas.training.job;

import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.api.training.TrainingApi.TrainImage;
import io.mlaas.training.registry.Registry;
import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.registry.RegistryInputs;
import io.mlaas.training.runner.ClusterRunner;
import io.mlaas.training.runner.Conditions;
import io.mlaas.training.runner.DirectoryRunner;
import io.mlaas.training.runner.JobRunner;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.Runners;
import io.mlaas.training.workspace.SafeName;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The first step: everything that the program may read is put into the job's directory, and is what was registered. */
@Component
class Preparation {
    private static final Duration VALIDITY = Duration.ofHours(2);

    private final Registry registry;
    private final Runners runners;
    private final JobProperties properties;
    private final JsonMapper json;

    Preparation(Registry registry, Runners runners, JobProperties properties, JsonMapper json) {
        this.registry = registry;
        this.runners = runners;
        this.properties = properties;
        this.json = json;
    }

    Workspace workspace(Job job) {
        return Workspace.of(properties.workDirectory(), job.id());
    }

    Run run(Job job, int number) {
        return new Run(
                job.id(),
                number,
                job.order(),
                workspace(job),
                timeout(job.order()),
                job.trial() == null ? Conditions.NONE : job.trial().conditions(),
                job.trial() != null);
    }

    /** The model's owner may ask for less time than anybody gets. */
    private Duration timeout(TrainingRequested order) {
        Long wanted = order.resourcesOrNone().deadlineSeconds();
        Duration most = properties.timeout();
        return wanted == null || wanted > most.toSeconds() ? most : Duration.ofSeconds(wanted);
    }

    JobRunner runner(TrainImage image) {
        return runners.named(image.runner()).orElseThrow();
    }

    /** @return the image that is to run */
    TrainImage prepare(Job job, BooleanSupplier cancelled) throws StepFailure {
        TrainingRequested order = job.order();
        TrainImage image = image(order);
        try {
            run(job, 1).variables("", "");
        } catch (IllegalArgumentException e) {
            throw StepFailure.ofJob(String.valueOf(e.getMessage()));
        }
        try {
            workspace(job).reset();
            switch (runner(image)) {
                case DirectoryRunner _ -> fetch(job, cancelled);
                case ClusterRunner _ ->
                    workspace(job)
                            .note("attempt " + job.attempts() + ": dataset " + order.datasetId()
                                    + " is fetched in the cluster");
            }
            return image;
        } catch (RegistryException e) {
            throw StepFailure.of(e);
        } catch (IOException e) {
            throw StepFailure.of(e);
        }
    }

    private void fetch(Job job, BooleanSupplier cancelled) throws RegistryException, IOException {
        TrainingRequested order = job.order();
        Workspace workspace = workspace(job);
        workspace.note("attempt " + job.attempts() + ": fetching dataset " + order.datasetId());
        // a model that has its result gives out no credential: its inputs are read as its owner's
        RegistryInputs inputs = job.trial() == null
                ? registry.inputs(registry.credential(job.modelId(), job.id(), VALIDITY))
                : registry.inputsOf(order.organizationId());
        String name = SafeName.of(order.datasetFileName(), "dataset");
        inputs.dataset(order.datasetId(), workspace.dataset().resolve(name), order.datasetSha256(), cancelled);
        Files.writeString(workspace.datasetMetadata(), json.writeValueAsString(order.datasetMetadata()));
        workspace.note("dataset " + name + ": sha256 " + order.datasetSha256() + ", as registered");
        String definition = order.definitionFile();
        if (definition != null) {
            Files.createDirectories(workspace.definition());
            inputs.definition(
                    job.modelId(),
                    workspace.definition().resolve(SafeName.of(definition, "model")),
                    order.definitionSha256(),
                    cancelled);
        }
    }

    private TrainImage image(TrainingRequested order) throws StepFailure {
        TrainImage image;
        try {
            image = runners.image(order.trainImage())
                    .orElseThrow(() -> StepFailure.ofJob(runners.unknown(order.trainImage())));
        } catch (UncheckedIOException e) {
            throw StepFailure.of(new IOException("the files of " + order.trainImage() + " cannot be read", e));
        }
        // what runs must be what the chain says ran
        if (!image.sha256().equals(order.trainImageSha256())) {
            throw StepFailure.ofJob("train_image: " + order.trainImage() + " is sha256 " + image.sha256()
                    + " here (expected: " + order.trainImageSha256() + ", as it was when the model was registered)");
        }
        return image;
    }
}
