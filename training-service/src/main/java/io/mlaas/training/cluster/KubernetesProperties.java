package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.mlaas.training.cluster.model.Admission;
import io.mlaas.training.cluster.model.ClusterSettings;
import io.mlaas.training.cluster.model.Policy;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Trainings on Kubernetes. docs/configuration.md describes each property.
 *
 * @param enabled whether this service is an operator
 * @param kubeconfig how the cluster is reached; without it, by the pod's own service account
 * @param namespace where trainings are; without it, the kubeconfig's or the pod's own
 */
@Validated
@ConfigurationProperties("mlaas.training.kubernetes")
record KubernetesProperties(
        @DefaultValue("false") boolean enabled,
        @Nullable Path kubeconfig,
        @Nullable String namespace,

        @Nullable String agentImage,

        @DefaultValue({
            "java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            "/app/application.jar",
            "io.mlaas.training.agent.Agent"
        })
        @NotEmpty
        List<String> agentCommand,

        @DefaultValue("http://model-sharing-service:18101") @NotBlank
        String registryUrl,

        @Nullable String storageClass,

        @DefaultValue("ReadWriteMany") @NotBlank @Pattern(regexp = "ReadWriteMany|ReadWriteOnce")
        String sharedAccessMode,

        @DefaultValue List<String> pullSecrets,
        @Valid @DefaultValue List<Egress> egress,
        @DefaultValue("2m") @NotNull Duration nodeLostAfter,
        @DefaultValue("1d") @NotNull Duration keepPods,
        @DefaultValue("30s") @NotNull Duration resync,
        @DefaultValue("5m") @NotNull Duration imagePullGrace,
        @DefaultValue("15m") @NotNull Duration unschedulableGrace,
        @DefaultValue("20") @Positive int registrations,
        @DefaultValue("10s") @NotNull Duration firstDelay,
        @DefaultValue("5m") @NotNull Duration maxDelay,
        @Valid @DefaultValue @NotNull Quota quota,
        @Valid @DefaultValue Map<UUID, Quota> companies,
        @Valid @DefaultValue @NotNull Lease lease) {

    /** What a company may have at once. */
    record Quota(
            @DefaultValue("4") @Positive int runningJobs,
            @DefaultValue("8") @PositiveOrZero int gpus) {
        Admission.Quota toModel() {
            return new Admission.Quota(runningJobs, gpus);
        }
    }

    /** Either addresses, or pods by labels. */
    record Egress(
            @Nullable String cidr,
            @DefaultValue Map<String, String> namespaceLabels,
            @DefaultValue Map<String, String> podLabels,
            @DefaultValue List<Integer> ports) {
        ClusterSettings.Egress toModel() {
            return new ClusterSettings.Egress(
                    cidr,
                    namespaceLabels.isEmpty()
                            ? null
                            : new LabelSelectorBuilder()
                                    .withMatchLabels(namespaceLabels)
                                    .build(),
                    podLabels.isEmpty()
                            ? null
                            : new LabelSelectorBuilder()
                                    .withMatchLabels(podLabels)
                                    .build(),
                    ports);
        }
    }

    /** Who holds this Lease acts. */
    record Lease(
            @DefaultValue("mlaas-training-operator") @NotBlank
            String name,

            @DefaultValue("15s") @NotNull Duration duration,
            @DefaultValue("10s") @NotNull Duration renewDeadline,
            @DefaultValue("2s") @NotNull Duration retryPeriod) {}

    KubernetesProperties {
        if (enabled && (agentImage == null || agentImage.isBlank())) {
            throw new IllegalArgumentException(
                    "mlaas.training.kubernetes.agent-image: missing"
                            + " (expected: the image of this service, best by digest: it fetches inputs and registers results)");
        }
        for (Egress peer : egress) {
            if ((peer.cidr() == null)
                    == (peer.namespaceLabels().isEmpty() && peer.podLabels().isEmpty())) {
                throw new IllegalArgumentException("mlaas.training.kubernetes.egress: " + peer
                        + " (expected: either a cidr, or namespace-labels or pod-labels)");
            }
        }
    }

    ClusterSettings settings() {
        return new ClusterSettings(
                Objects.requireNonNull(agentImage),
                agentCommand,
                registryUrl,
                storageClass,
                sharedAccessMode,
                pullSecrets,
                egress.stream().map(Egress::toModel).toList(),
                nodeLostAfter,
                keepPods);
    }

    Policy policy() {
        return new Policy(imagePullGrace, unschedulableGrace, registrations, firstDelay, maxDelay);
    }

    Admission.Quotas quotas() {
        return new Admission.Quotas(
                quota.toModel(),
                companies.entrySet().stream()
                        .collect(Collectors.toMap(entry -> entry.getKey().toString(), entry -> entry.getValue()
                                .toModel())));
    }
}
