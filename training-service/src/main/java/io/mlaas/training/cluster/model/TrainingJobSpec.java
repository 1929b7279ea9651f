package io.mlaas.training.cluster.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be trained. Defaults are the schema's; the API server refuses what the schema refuses, before this is made.
 *
 * @param image by digest, {@code name@sha256:…}
 * @param deadlineSeconds how long a pod may be active, from its fetching to its end
 * @param retries after failures of the platform; the program's own end is final
 * @param workers pods that train together, with {@link Runtime#KUBEFLOW} only
 * @param compareOnly whether its result is told and not registered: a model is trained again
 * @param queue the Kueue LocalQueue that admits it, if any
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrainingJobSpec(
        String jobId,
        String modelId,
        String organizationId,
        String image,
        List<InputFile> datasets,
        @Nullable Definition definition,
        Map<String, String> environment,
        Resources resources,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations,
        Long deadlineSeconds,
        Integer retries,
        String outputSize,
        Runtime runtime,
        Integer workers,
        Integer priority,
        @Nullable String queue,
        Boolean compareOnly,
        Boolean cancelled) {

    public TrainingJobSpec {
        datasets = datasets == null ? List.of() : List.copyOf(datasets);
        environment = environment == null ? Map.of() : sorted(environment);
        resources = resources == null ? new Resources("1", "2Gi", 0, "nvidia.com/gpu") : resources;
        nodeSelector = nodeSelector == null ? Map.of() : sorted(nodeSelector);
        tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
        deadlineSeconds = deadlineSeconds == null ? Long.valueOf(7200) : deadlineSeconds;
        retries = retries == null ? Integer.valueOf(3) : retries;
        outputSize = outputSize == null ? "10Gi" : outputSize;
        runtime = runtime == null ? Runtime.JOB : runtime;
        workers = workers == null ? Integer.valueOf(1) : workers;
        priority = priority == null ? Integer.valueOf(0) : priority;
        compareOnly = compareOnly == null ? Boolean.FALSE : compareOnly;
        cancelled = cancelled == null ? Boolean.FALSE : cancelled;
    }

    /** A dataset that the program may read. */
    public record InputFile(String id, String fileName, String sha256) {}

    /** The model's uploaded definition. */
    public record Definition(String fileName, String sha256) {}

    /** What each worker gets; limits and requests are the same. */
    public record Resources(String cpu, String memory, Integer gpus, String gpuResource) {
        public Resources {
            cpu = cpu == null ? "1" : cpu;
            memory = memory == null ? "2Gi" : memory;
            gpus = gpus == null ? Integer.valueOf(0) : gpus;
            gpuResource = gpuResource == null ? "nvidia.com/gpu" : gpuResource;
        }
    }

    /** What runs it. */
    // the name that users of training platforms know
    @SuppressWarnings("JavaLangClash")
    public enum Runtime {
        JOB,
        ARGO,
        KUBEFLOW;

        @JsonValue
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Runtime of(String json) {
            return valueOf(json.toUpperCase(Locale.ROOT));
        }
    }

    /** GPUs of all its workers together. */
    public int totalGpus() {
        return resources.gpus() * workers;
    }

    public TrainingJobSpec cancel() {
        return new TrainingJobSpec(
                jobId,
                modelId,
                organizationId,
                image,
                datasets,
                definition,
                environment,
                resources,
                nodeSelector,
                tolerations,
                deadlineSeconds,
                retries,
                outputSize,
                runtime,
                workers,
                priority,
                queue,
                compareOnly,
                true);
    }

    private static Map<String, String> sorted(Map<String, String> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
