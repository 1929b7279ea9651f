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
        Boolean cancelled) {

    /** What is not given is as the schema has it. */
    public TrainingJobSpec(
            String jobId,
            String modelId,
            String organizationId,
            String image,
            @Nullable List<InputFile> datasets,
            @Nullable Definition definition,
            @Nullable Map<String, String> environment,
            @Nullable Resources resources,
            @Nullable Map<String, String> nodeSelector,
            @Nullable List<Toleration> tolerations,
            @Nullable Long deadlineSeconds,
            @Nullable Integer retries,
            @Nullable String outputSize,
            @Nullable Runtime runtime,
            @Nullable Integer workers,
            @Nullable Integer priority,
            @Nullable String queue,
            @Nullable Boolean cancelled) {
        this.jobId = jobId;
        this.modelId = modelId;
        this.organizationId = organizationId;
        this.image = image;
        this.datasets = datasets == null ? List.of() : List.copyOf(datasets);
        this.definition = definition;
        this.environment = environment == null ? Map.of() : sorted(environment);
        this.resources = resources == null ? new Resources(null, null, null, null) : resources;
        this.nodeSelector = nodeSelector == null ? Map.of() : sorted(nodeSelector);
        this.tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
        this.deadlineSeconds = deadlineSeconds == null ? Long.valueOf(7200) : deadlineSeconds;
        this.retries = retries == null ? Integer.valueOf(3) : retries;
        this.outputSize = outputSize == null ? "10Gi" : outputSize;
        this.runtime = runtime == null ? Runtime.JOB : runtime;
        this.workers = workers == null ? Integer.valueOf(1) : workers;
        this.priority = priority == null ? Integer.valueOf(0) : priority;
        this.queue = queue;
        this.cancelled = cancelled == null ? Boolean.FALSE : cancelled;
    }

    /** A dataset that the program may read. */
    public record InputFile(String id, String fileName, String sha256) {}

    /** The model's uploaded definition. */
    public record Definition(String fileName, String sha256) {}

    /** What each worker gets; limits and requests are the same. */
    public record Resources(String cpu, String memory, Integer gpus, String gpuResource) {
        public Resources(
                @Nullable String cpu, @Nullable String memory, @Nullable Integer gpus, @Nullable String gpuResource) {
            this.cpu = cpu == null ? "1" : cpu;
            this.memory = memory == null ? "2Gi" : memory;
            this.gpus = gpus == null ? Integer.valueOf(0) : gpus;
            this.gpuResource = gpuResource == null ? "nvidia.com/gpu" : gpuResource;
        }
    }

    /** What runs it. */
    @SuppressWarnings("JavaLangClash") // the field's name in the resource
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
                true);
    }

    private static Map<String, String> sorted(Map<String, String> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
