package io.mlaas.training.cluster.run;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.api.sharing.TrainingResources;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobSpec;
import io.mlaas.training.cluster.model.TrainingJobSpec.Definition;
import io.mlaas.training.cluster.model.TrainingJobSpec.InputFile;
import io.mlaas.training.runner.Run;
import io.mlaas.training.workspace.SafeName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** How a run becomes a {@code TrainingJob}: always the same one, under a name that is made of the job and the run. */
final class Specs {
    static final String JOB_ID_LABEL = "mlaas.io/job-id";

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
                .setAnnotations(Map.of(
                        Names.DATASET_METADATA,
                        JSON.writeValueAsString(run.order().datasetMetadata())));
        return job;
    }

    static Map<String, String> labels(UUID jobId) {
        return Map.of(JOB_ID_LABEL, jobId.toString());
    }

    /** What is not asked for is left to the defaults of the resource. */
    private static TrainingJobSpec spec(Run run, String image, Map<String, String> environment) {
        TrainingRequested order = run.order();
        TrainingResources wanted = order.resourcesOrNone();
        Map<String, Object> spec = new TreeMap<>();
        spec.put("jobId", run.jobId().toString());
        spec.put("modelId", order.modelId().toString());
        spec.put("organizationId", order.organizationId().toString());
        spec.put("image", image);
        spec.put(
                "datasets",
                List.of(new InputFile(
                        order.datasetId().toString(),
                        SafeName.of(order.datasetFileName(), "dataset"),
                        order.datasetSha256())));
        spec.put("environment", environment(run, environment));
        spec.put("deadlineSeconds", seconds(run.timeout()));
        Map<String, Object> resources = new TreeMap<>();
        put(resources, "cpu", wanted.cpu());
        put(resources, "memory", wanted.memory());
        put(resources, "gpus", wanted.gpus());
        put(resources, "gpuResource", wanted.gpuResource());
        spec.put("resources", resources);
        put(spec, "definition", definition(order));
        put(spec, "nodeSelector", wanted.nodeSelector());
        put(spec, "retries", wanted.retries());
        put(spec, "outputSize", wanted.outputSize());
        put(spec, "runtime", wanted.runtime());
        put(spec, "workers", wanted.workers());
        put(spec, "priority", wanted.priority());
        put(spec, "queue", wanted.queue());
        put(spec, "compareOnly", run.compareOnly() ? Boolean.TRUE : null);
        return Serialization.jsonMapper().convertValue(spec, TrainingJobSpec.class);
    }

    private static void put(Map<String, Object> members, String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, value);
        }
    }

    private static @Nullable Definition definition(TrainingRequested order) {
        String name = order.definitionFile();
        String sha256 = order.definitionSha256();
        return name == null || sha256 == null ? null : new Definition(SafeName.of(name, "model"), sha256);
    }

    /** The same in every run. */
    static Map<String, String> ofThePlatform(Map<String, String> ofTheImage) {
        Map<String, String> environment = new TreeMap<>(ONE_THREAD);
        // relaxed binding gives keys of a map in lower case
        ofTheImage.forEach((name, value) -> environment.put(Run.variable(name), value));
        return environment;
    }

    private static Map<String, String> environment(Run run, Map<String, String> ofTheImage) {
        Map<String, String> environment = ofThePlatform(ofTheImage);
        environment.putAll(run.parameters());
        return environment;
    }

    private static long seconds(Duration timeout) {
        return Math.max(1, timeout.plusMillis(999).toSeconds());
    }
}
