package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.mlaas.deploy.Installations.Installation;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** What the chart says of the platform's services, compared with the services. */
class ServicesTest {

    private static final List<String> SERVICES = List.of(
            "gateway",
            "model-sharing",
            "blockchain",
            "training",
            "translation",
            "online-learning",
            "monitoring",
            "ppfl");

    /** Metaspace, code, direct memory, and what threads and the collector take: as the JVM is told in the chart. */
    private static final Pattern FLAG = Pattern.compile("-(?:Xmx|XX:[A-Za-z]+Size=)(\\d+)m");

    private static final BigDecimal MEGABYTE = BigDecimal.valueOf(1 << 20);
    private static final int THREADS = 48;

    static Stream<Installation> installations() {
        return Installations.all();
    }

    /** A variable that no property takes is a setting that silently does nothing. */
    @ParameterizedTest
    @MethodSource("installations")
    void configuresOnlyWhatServicesKnow(Installation installation) {
        Manifests manifests = installation.render();
        for (String service : SERVICES) {
            List<String> properties = ServiceProperties.of(service);
            Container container = container(manifests, service);

            assertThat(Stream.concat(
                                    environment(manifests, service).keySet().stream(),
                                    container.getEnv().stream().map(variable -> variable.getName()))
                            .filter(name -> name.startsWith("MLAAS_"))
                            .filter(name -> properties.stream()
                                    .noneMatch(property -> name.equals(property) || name.startsWith(property + "_"))))
                    .as("of %s, which knows %s", service, properties)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("installations")
    void givesEveryServiceMoreMemoryThanItsJvmMayTake(Installation installation) {
        Manifests manifests = installation.render();
        Map<String, Integer> beside = nativeMegabytes(installation);
        for (String service : SERVICES) {
            Matcher flags = FLAG.matcher(environment(manifests, service).get("JAVA_TOOL_OPTIONS"));
            int megabytes = THREADS
                    + beside.getOrDefault(service, 0)
                    + flags.results()
                            .mapToInt(flag -> Integer.parseInt(flag.group(1)))
                            .sum();

            assertThat(PodPolicies.memoryLimit(container(manifests, service)))
                    .as("%s: heap, JVM and native memory are %d MiB", service, megabytes)
                    .isGreaterThanOrEqualTo(MEGABYTE.multiply(BigDecimal.valueOf(megabytes)));
        }
    }

    @ParameterizedTest
    @MethodSource("installations")
    void givesServersMoreMemoryThanTheirJvmMayTake(Installation installation) {
        Pattern heap = Pattern.compile("-Xmx(\\d+)m");
        for (var pod : installation.render().pods()) {
            for (Container container : pod.spec().getContainers()) {
                container.getEnv().stream()
                        .filter(variable -> variable.getValue() != null)
                        .flatMap(variable -> heap.matcher(variable.getValue()).results())
                        .forEach(found -> assertThat(PodPolicies.memoryLimit(container))
                                .as("%s: heap and as much as half of it", pod)
                                .isGreaterThanOrEqualTo(
                                        MEGABYTE.multiply(BigDecimal.valueOf(Long.parseLong(found.group(1)) * 3 / 2))));
            }
        }
    }

    @Test
    void listensWhereItsApplicationDoes() {
        Manifests manifests = Chart.render();
        for (String service : SERVICES) {
            String port = environment(manifests, service).get("SERVER_PORT");

            assertThat(Chart.read(application(service)))
                    .as(service)
                    .containsPattern("(?m)^(server\\.port: |  port: )" + port + "$");
            assertThat(container(manifests, service).getPorts())
                    .as(service)
                    .anySatisfy(it -> assertThat(it.getContainerPort()).hasToString(port));
        }
    }

    /** Files of a job, and a client's name at the broker, belong to one pod: it has to keep its name. */
    @Test
    void keepsNamesOfPodsThatOwnSomething() {
        Manifests manifests = Chart.render();

        assertThat(manifests.all(StatefulSet.class).stream()
                        .map(set -> set.getMetadata().getName().substring("mlaas-".length()))
                        .filter(SERVICES::contains))
                .containsExactlyInAnyOrder("training", "translation", "online-learning", "ppfl");
        assertThat(manifests.get(StatefulSet.class, "mlaas-training").getSpec().getVolumeClaimTemplates())
                .hasSize(1);
        assertThat(container(manifests, "training").getEnv()).anySatisfy(variable -> {
            assertThat(variable.getName()).isEqualTo("MLAAS_TRAINING_NODE");
            assertThat(variable.getValueFrom().getFieldRef().getFieldPath()).isEqualTo("metadata.name");
        });
        assertThat(environment(manifests, "training")).doesNotContainKey("MLAAS_TRAINING_NODE");
    }

    /** Nobody scales away a pod that has jobs; more learners than partitions would have nothing to do. */
    @Test
    void scalesOnlyWhatMayBeScaled() {
        Manifests manifests = Chart.render(Chart.size("large"));

        assertThat(manifests.all(HorizontalPodAutoscaler.class).stream()
                        .map(each -> each.getSpec().getScaleTargetRef().getName()))
                .containsExactlyInAnyOrder(
                        "mlaas-gateway", "mlaas-model-sharing", "mlaas-online-learning", "mlaas-monitoring");
        assertThat(manifests
                        .get(HorizontalPodAutoscaler.class, "mlaas-online-learning")
                        .getSpec()
                        .getMaxReplicas())
                .isEqualTo(16);
    }

    /** Data owners are outside: their Service can be published alone, and its port is open to all, but only that one. */
    @Test
    void letsDataOwnersReachFederationsAndNothingElse() {
        Manifests manifests = Chart.render(
                "ppfl: {federation: {publicAddress: 'fl.example.org:443', service: {type: LoadBalancer, annotations: {a: b}}}}");

        Service federation = manifests.get(Service.class, "mlaas-ppfl-federation");
        assertThat(federation.getSpec().getType()).isEqualTo("LoadBalancer");
        assertThat(federation.getMetadata().getAnnotations()).containsEntry("a", "b");
        assertThat(federation.getSpec().getSelector()).containsEntry("app.kubernetes.io/component", "ppfl");
        assertThat(federation.getSpec().getPorts())
                .extracting(port -> port.getPort() + " " + port.getTargetPort().getStrVal())
                .containsExactly("18117 federation");
        assertThat(manifests.get(NetworkPolicy.class, "mlaas-ppfl").getSpec().getIngress())
                .filteredOn(rule -> rule.getFrom().isEmpty())
                .singleElement()
                .satisfies(rule -> assertThat(rule.getPorts())
                        .extracting(port -> port.getPort().getIntVal())
                        .containsExactly(18117));
        assertThat(environment(manifests, "ppfl"))
                .containsEntry("MLAAS_PPFL_FEDERATION_PUBLICADDRESS", "fl.example.org:443");
        assertThat(environment(Chart.render(), "ppfl"))
                .containsEntry("MLAAS_PPFL_FEDERATION_PUBLICADDRESS", "mlaas-ppfl-federation.platform.svc:18117");
    }

    @Test
    void startsPodsAnewWhenTheirConfigurationChanges() {
        String[] checksums = Stream.of("", "services: {gateway: {env: {MLAAS_GATEWAY_LIMITS_COMPANYRATE: 200}}}")
                .map(Chart::render)
                .map(manifests -> manifests.get(Deployment.class, "mlaas-gateway"))
                .map(gateway -> gateway.getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getAnnotations()
                        .get("checksum/config"))
                .toArray(String[]::new);

        assertThat(checksums[0]).hasSize(64).isNotEqualTo(checksums[1]);
    }

    @Test
    void takesAnImageByItsDigest() {
        String digest = "sha256:" + "ab".repeat(32);

        Manifests manifests = Chart.render("services: {gateway: {digest: '" + digest + "'}}");

        assertThat(container(manifests, "gateway").getImage()).isEqualTo("docker.io/mlaas/gateway-service@" + digest);
    }

    private static Container container(Manifests manifests, String service) {
        return manifests.pods().stream()
                .filter(pod -> pod.owner().getMetadata().getName().equals("mlaas-" + service))
                .findFirst()
                .orElseThrow()
                .spec()
                .getContainers()
                .getFirst();
    }

    private static Map<String, String> environment(Manifests manifests, String service) {
        return manifests.get(ConfigMap.class, "mlaas-" + service).getData();
    }

    /** As the values have it: they are no more than a promise of how much stays free beside the JVM. */
    private static Map<String, Integer> nativeMegabytes(Installation installation) {
        Map<String, Integer> megabytes = new HashMap<>();
        Stream.concat(Stream.of(Chart.read(Chart.FOLDER.resolve("values.yaml"))), installation.values().stream())
                .forEach(values -> {
                    Map<String, Object> document = new Yaml().load(values);
                    Object services = document.get("services");
                    if (services instanceof Map<?, ?> settings) {
                        settings.forEach((service, each) -> {
                            if (each instanceof Map<?, ?> map && map.get("nativeMegabytes") instanceof Integer number) {
                                megabytes.put(service.toString(), number);
                            }
                        });
                    }
                });
        return megabytes;
    }

    static String module(String service) {
        return service.equals("ppfl") ? "ppfl-api" : service + "-service";
    }

    static Path application(String service) {
        Path file = Chart.REPOSITORY.resolve(module(service) + "/src/main/resources/application.yml");
        assertThat(Files.exists(file)).as(file.toString()).isTrue();
        return file;
    }
}
