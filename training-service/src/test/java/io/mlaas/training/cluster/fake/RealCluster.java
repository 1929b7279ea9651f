package io.mlaas.training.cluster.fake;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.mlaas.training.cluster.Crd;
import io.mlaas.training.cluster.model.TrainingJob;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A namespace of its own, with restricted Pod Security, on the cluster that a kubeconfig names. */
public final class RealCluster implements Cluster {
    private final Config config;
    private final KubernetesClient admin;
    private final String namespace = "a-" + UUID.randomUUID().toString().substring(0, 8);

    public RealCluster(String kubeconfig) {
        config = new ConfigBuilder(Config.fromKubeconfig(new File(kubeconfig)))
                .withNamespace(namespace)
                .build();
        admin = new KubernetesClientBuilder().withConfig(config).build();
        var definitions = admin.apiextensions().v1().customResourceDefinitions();
        if (definitions.withName(Crd.definition().getMetadata().getName()).get() == null) {
            definitions.resource(Crd.definition()).create();
        } else {
            definitions.withName(Crd.definition().getMetadata().getName()).edit(old -> {
                old.setSpec(Crd.definition().getSpec());
                return old;
            });
        }
        definitions
                .withName(Crd.definition().getMetadata().getName())
                .waitUntilCondition(
                        crd -> crd.getStatus() != null
                                && crd.getStatus().getConditions().stream()
                                        .anyMatch(
                                                c -> "Established".equals(c.getType()) && "True".equals(c.getStatus())),
                        30,
                        TimeUnit.SECONDS);
        admin.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .withLabels(Map.of("pod-security.kubernetes.io/enforce", "restricted"))
                        .endMetadata()
                        .build())
                .create();
    }

    public Config config() {
        return config;
    }

    @Override
    public KubernetesClient client(Consumer<KubernetesClientBuilder> more) {
        KubernetesClientBuilder builder = new KubernetesClientBuilder().withConfig(config);
        more.accept(builder);
        return builder.build();
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public String image() {
        return System.getProperty("mlaas.test.program-image", "");
    }

    @Override
    public String shellImage() {
        return System.getProperty("mlaas.test.image", "mlaas.test/shell:1");
    }

    @Override
    public void evict(String pod) {
        admin.pods().inNamespace(namespace).withName(pod).evict();
    }

    @Override
    public boolean real() {
        return true;
    }

    @Override
    public boolean canLoseNodes() {
        return false;
    }

    @Override
    public void loseNodeOf(String pod) {
        throw new UnsupportedOperationException("a real node is not ours to lose");
    }

    @Override
    public void close() {
        admin.namespaces().withName(namespace).delete();
        // no operator is left that would let them go
        var trainings = admin.resources(TrainingJob.class).inNamespace(namespace);
        for (TrainingJob job : trainings.list().getItems()) {
            if (!job.getMetadata().getFinalizers().isEmpty()) {
                trainings.withName(job.name()).edit(left -> {
                    left.getMetadata().setFinalizers(List.of());
                    return left;
                });
            }
        }
        admin.close();
    }
}
