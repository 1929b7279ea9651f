package io.mlaas.training.cluster.run;

import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.api.sharing.TrainingResources;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobSpec;
import io.mlaas.training.cluster.model.TrainingJobSpec.Definition;
import io.mlaas.training.cluster.model.TrainingJobSpec.InputFile;
import io.mlaas.training.cluster.model.TrainingJobSpec.Resources;
import io.mlaas.training.cluster.model.TrainingJobSpec.Runtime;
import io.mlaas.training.runner.Run;
import io.mlaas.training.workspace.SafeName;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** How a run becomes a {@code TrainingJob}: always the same one, under a name that is made of the job and the run. */
final class Specs {
    static final String JOB_ID_LABEL = "mlaas.io/job-id";
    /** The dataset's metadata, which the program finds beside the dataset. */
    static final String METADATA = "mlaas.io/dataset-metadata";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Map<String, String> ONE_THREAD = Map.of("OMP_NUM_THREADS", "1", "MKL_NUM_THREADS", "1");

    private Specs() {}

    static String name(Run run) {
        return "tj-" + run.jobId() + "-" + run.number();
    }

    static TrainingJob job(Run run, String namespace, String image, Map<String, String> environment) {
        TrainingJob job = TrainingJob.of(namespace, name(run), spec(run, image, environment));
        job.getMetadata().setLabels(labels(run.jobId()));
        job.getMetadata()
                .setAnnotations(
                        Map.of(METADATA, JSON.writeValueAsString(run.order().datasetMetadata())));
        return job;
    }

    static Map<String, String> labels(UUID jobId) {
        return Map.of(JOB_ID_LABEL, jobId.toString());
    }

    private static TrainingJobSpec spec(Run run, String image, Map<String, String> environment) {
        TrainingRequested order = run.order();
        TrainingResources wanted = order.resourcesOrNone();
        return new TrainingJobSpec(
                run.jobId().toString(),
                order.modelId().toString(),
                order.organizationId().toString(),
                image,
                List.of(new InputFile(
                        order.datasetId().toString(),
                        SafeName.of(order.datasetFileName(), "dataset"),
                        order.datasetSha256())),
                definition(order),
                environment(run, environment),
                new Resources(wanted.cpu(), wanted.memory(), wanted.gpus(), wanted.gpuResource()),
                wanted.nodeSelector() == null ? Map.of() : wanted.nodeSelector(),
                List.of(),
                seconds(run.timeout()),
                wanted.retries(),
                wanted.outputSize(),
                wanted.runtime() == null
                        ? null
                        : Runtime.valueOf(wanted.runtime().toUpperCase(Locale.ROOT)),
                wanted.workers(),
                wanted.priority(),
                wanted.queue(),
                false);
    }

    private static @Nullable Definition definition(TrainingRequested order) {
        String name = order.definitionFile();
        String sha256 = order.definitionSha256();
        return name == null || sha256 == null ? null : new Definition(SafeName.of(name, "model"), sha256);
    }

    private static Map<String, String> environment(Run run, Map<String, String> ofTheImage) {
        Map<String, String> environment = new TreeMap<>(ONE_THREAD);
        // relaxed binding gives keys of a map in lower case
        ofTheImage.forEach((name, value) -> environment.put(Run.variable(name), value));
        environment.putAll(run.parameters());
        return environment;
    }

    private static long seconds(Duration timeout) {
        return Math.max(1, timeout.plusMillis(999).toSeconds());
    }
}
