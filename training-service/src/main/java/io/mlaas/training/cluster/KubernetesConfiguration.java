package io.mlaas.training.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.mlaas.training.cluster.model.Decisions;
import io.mlaas.training.cluster.model.Manifests;
import io.mlaas.training.registry.Registry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The operator, where trainings run on Kubernetes. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("mlaas.training.kubernetes.enabled")
class KubernetesConfiguration {

    @Bean(destroyMethod = "close")
    KubernetesClient kubernetesClient(KubernetesProperties properties) {
        Path file = properties.kubeconfig();
        Config config = file == null ? Config.autoConfigure(null) : Config.fromKubeconfig(file.toFile());
        String namespace = properties.namespace();
        return new KubernetesClientBuilder()
                .withConfig(
                        namespace == null
                                ? config
                                : new ConfigBuilder(config)
                                        .withNamespace(namespace)
                                        .build())
                .build();
    }

    @Bean
    TrainingLogs trainingLogs(KubernetesClient client) {
        return new TrainingLogs(client, namespace(client));
    }

    @Bean
    Office trainingOperator(
            KubernetesClient client,
            KubernetesProperties properties,
            TrainingLogs logs,
            Registry registry,
            MeterRegistry registryOfMeters) {
        OperatorMeters meters = new OperatorMeters(registryOfMeters);
        ClusterObjects objects = new ClusterObjects(client, namespace(client));
        Reconciler reconciler = new Reconciler(
                objects,
                logs,
                new RegistryCredentials(registry),
                new Manifests(properties.settings()),
                new Decisions(properties.policy()),
                properties.quotas(),
                meters,
                Clock.systemUTC());
        return new Office(
                client,
                namespace(client),
                identity(),
                properties.lease(),
                () -> new Operator(client, namespace(client), objects, reconciler, meters, properties.resync()),
                meters);
    }

    private static String namespace(KubernetesClient client) {
        return Objects.requireNonNullElse(client.getNamespace(), "default");
    }

    /** A new life is another candidate: it must not take an earlier one's Lease for its own. */
    private static String identity() {
        return Objects.requireNonNullElse(System.getenv("HOSTNAME"), "training-service") + "-" + UUID.randomUUID();
    }
}
