package io.mlaas.training.cluster.model;

import io.fabric8.kubernetes.api.model.LabelSelector;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the manifests of all trainings have in common.
 *
 * @param agentImage the image that fetches inputs and registers results
 * @param agentCommand runs it; "fetch" or "register" is added
 * @param registryUrl where pods reach the registry
 * @param storageClass of the volumes; the cluster's default if null
 * @param sharedAccessMode of the volumes that several workers share
 * @param pullSecrets names of Secrets with which images are pulled
 * @param egress where pods may connect to, besides DNS
 * @param nodeLostAfter how long a pod stays on a node that does not answer
 * @param keepPods how long pods that ended are kept for their logs
 */
public record ClusterSettings(
        String agentImage,
        List<String> agentCommand,
        String registryUrl,
        @Nullable String storageClass,
        String sharedAccessMode,
        List<String> pullSecrets,
        List<Egress> egress,
        Duration nodeLostAfter,
        Duration keepPods) {
    public ClusterSettings {
        agentCommand = List.copyOf(agentCommand);
        pullSecrets = List.copyOf(pullSecrets);
        egress = List.copyOf(egress);
    }

    /**
     * Either addresses or pods.
     *
     * @param cidr addresses outside of the cluster
     * @param namespace selects namespaces; together with {@code pods}, pods in them
     * @param ports TCP ports; none for all
     */
    public record Egress(
            @Nullable String cidr,
            @Nullable LabelSelector namespace,
            @Nullable LabelSelector pods,
            List<Integer> ports) {
        public Egress {
            ports = List.copyOf(ports);
        }
    }
}
