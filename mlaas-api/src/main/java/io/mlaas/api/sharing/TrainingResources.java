package io.mlaas.api.sharing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a training asks of a cluster; whatever is absent is the operator's default there. A runner on a single machine has
 * nothing of it to give but the deadline.
 *
 * @param cpu as Kubernetes writes it: {@code 500m}, {@code 4}
 * @param memory as Kubernetes writes it: {@code 512Mi}, {@code 16Gi}
 * @param gpuResource which kind of GPU, {@code nvidia.com/gpu} if absent
 * @param nodeSelector labels of the nodes that will do
 * @param retries after failures of the platform, not of the program
 * @param outputSize of the volume that inputs and outputs share
 * @param runtime {@code job}, {@code argo} or {@code kubeflow}
 * @param workers that train together, with {@code kubeflow}
 * @param priority within the company's queue; the higher goes first
 * @param queue the Kueue LocalQueue that is to admit it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingResources(
        @Nullable String cpu,
        @Nullable String memory,
        @Nullable Integer gpus,
        @Nullable String gpuResource,
        @Nullable Map<String, String> nodeSelector,
        @Nullable Long deadlineSeconds,
        @Nullable Integer retries,
        @Nullable String outputSize,
        @Nullable String runtime,
        @Nullable Integer workers,
        @Nullable Integer priority,
        @Nullable String queue) {
    public static final TrainingResources NONE =
            new TrainingResources(null, null, null, null, null, null, null, null, null, null, null, null);
}
