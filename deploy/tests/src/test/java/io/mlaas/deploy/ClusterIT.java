package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.mlaas.deploy.Installations.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What only a real API server knows: required fields, formats, admission, and that secrets outlive an upgrade. */
@EnabledIfSystemProperty(named = "mlaas.test.kubeconfig", matches = ".+")
class ClusterIT {

    private static final String NAMESPACE =
            "d-chart-" + UUID.randomUUID().toString().substring(0, 8);

    /** Pods of them are never started: the images are not there, and nobody waits for them. */
    private static final String SMALLEST = """
            services: {gateway: {replicas: 1, autoscaling: {enabled: false}}}
            kafka: {bundled: false, external: {bootstrapServers: 'kafka:9092'}}
            evm: {bundled: false, external: {rpcUrl: 'http://evm:8545'}}
            """;

    private static KubernetesClient client;
    private static Path kubeconfig;

    @BeforeAll
    static void connect() throws Exception {
        kubeconfig = Path.of(Objects.requireNonNull(System.getProperty("mlaas.test.kubeconfig")));
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
                .build();
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        // What the chart says of its pods is believed only when admission lets them in.
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterAll
    static void clean() {
        if (client != null) {
            client.namespaces().withName(NAMESPACE).delete();
            client.close();
        }
    }

    static Stream<Installation> installations() {
        return Installations.all();
    }

    @ParameterizedTest
    @MethodSource("installations")
    void everyObjectIsTakenStrictly(Installation installation) {
        List<String> refused = new ArrayList<>();
        for (HasMetadata object : installation.render().objects()) {
            // Of operators that this cluster does not have.
            if (!UnknownFields.OF_OTHERS.containsKey(object.getKind())
                    // Its namespace is made by the same installation.
                    && object.getMetadata().getNamespace() == null) {
                refusal(object).ifPresent(refused::add);
            }
        }

        assertThat(refused).isEmpty();
    }

    /** Pod Security `restricted` judges pods, not what makes them: each template is tried as a pod. */
    @Test
    void everyPodIsLetIn() {
        Manifests manifests = Chart.render(Installations.EVERYTHING);
        List<String> refused = new ArrayList<>();
        for (Manifests.PodOf pod : manifests.pods()) {
            var claimed = pod.owner() instanceof StatefulSet set
                    ? set.getSpec().getVolumeClaimTemplates()
                    : List.<PersistentVolumeClaim>of();
            var spec = new PodSpecBuilder(pod.spec())
                    .addAllToVolumes(claimed.stream()
                            .map(claim -> new VolumeBuilder()
                                    .withName(claim.getMetadata().getName())
                                    .withNewEmptyDir()
                                    .endEmptyDir()
                                    .build())
                            .toList())
                    .withServiceAccountName("default")
                    .withPriorityClassName(null)
                    .build();
            refusal(new PodBuilder()
                            .withNewMetadata()
                            .withGenerateName("tried-")
                            .withLabels(pod.metadata().getLabels())
                            .endMetadata()
                            .withSpec(spec)
                            .build())
                    .ifPresent(refused::add);
        }

        assertThat(refused).isEmpty();
    }

    @Test
    void anUpgradeKeepsSecretsAndSoDoesTheEndOfTheRelease() throws Exception {
        Path values = Files.writeString(Files.createTempFile("values", ".yaml"), SMALLEST);
        String release = "up";
        new Helm(Chart.FOLDER)
                .install()
                .skipCrds()
                .withName(release)
                .withNamespace(NAMESPACE)
                .withValuesFile(values)
                .withKubeConfig(kubeconfig)
                .call();
        Map<String, Map<String, String>> before = secrets();

        new Helm(Chart.FOLDER)
                .upgrade()
                .skipCrds()
                .withName(release)
                .withNamespace(NAMESPACE)
                .resetThenReuseValues()
                .set("services.gateway.replicas", 3)
                .withKubeConfig(kubeconfig)
                .call();

        assertThat(before).hasSize(6);
        assertThat(secrets()).isEqualTo(before);
        assertThat(client.apps()
                        .deployments()
                        .inNamespace(NAMESPACE)
                        .withName("up-mlaas-gateway")
                        .get()
                        .getSpec()
                        .getReplicas())
                .isEqualTo(3);

        Helm.uninstall(release)
                .withNamespace(NAMESPACE)
                .withKubeConfig(kubeconfig)
                .call();

        assertThat(secrets()).as("outlive the release").isEqualTo(before);
    }

    private static Map<String, Map<String, String>> secrets() {
        return client.secrets().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(secret -> "Opaque".equals(secret.getType()))
                .collect(Collectors.toMap(secret -> secret.getMetadata().getName(), Secret::getData));
    }

    private static Optional<String> refusal(HasMetadata object) {
        try {
            client.resource(object)
                    .inNamespace(NAMESPACE)
                    .dryRun()
                    .fieldValidation(Validation.STRICT)
                    .create();
            return Optional.empty();
        } catch (KubernetesClientException e) {
            return Optional.of(Manifests.name(object) + ": " + e.getMessage());
        }
    }
}
