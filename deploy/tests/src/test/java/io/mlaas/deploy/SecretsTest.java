package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Passwords and keys: made once, and never again. */
class SecretsTest {

    @Test
    void areMadeAtTheFirstInstallation() {
        Manifests made = Chart.installation(Map.of());

        assertThat(made.all(Secret.class))
                .extracting(secret -> secret.getMetadata().getName())
                .containsExactlyInAnyOrder(
                        "mlaas-clients", "mlaas-keys", "mlaas-postgres", "mlaas-mqtt", "mlaas-s3", "mlaas-keycloak");
        assertThat(made.all(Secret.class))
                .allSatisfy(secret -> assertThat(secret.getMetadata().getAnnotations())
                        .as("outlives the release")
                        .containsEntry("helm.sh/resource-policy", "keep"));
        Map<String, String> keys = data(made, "mlaas-keys");
        assertThat(keys)
                .containsOnlyKeys("blockchain-master", "ppfl-master", "sharing-master", "translation-signing.pem");
        assertThat(Base64.getDecoder().decode(keys.get("blockchain-master").strip()))
                .hasSize(32);
        assertThat(keys.get("blockchain-master")).isNotEqualTo(keys.get("sharing-master"));
        assertThat(keys.get("translation-signing.pem")).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(data(made, "mlaas-postgres").values())
                .doesNotHaveDuplicates()
                .allMatch(it -> it.length() == 40);
    }

    /** Every key that a pod asks for is in the secret that the chart makes. */
    @Test
    void haveEveryKeyThatPodsAskFor() {
        Manifests made = Chart.installation(Map.of());
        Map<String, Set<String>> keys = made.all(Secret.class).stream()
                .collect(Collectors.toMap(secret -> secret.getMetadata().getName(), secret -> secret.getData()
                        .keySet()));

        List<String> missing = made.pods().stream()
                .flatMap(pod -> Stream.concat(
                        pod.spec().getContainers().stream()
                                .flatMap(container -> container.getEnv().stream())
                                .filter(variable -> variable.getValueFrom() != null
                                        && variable.getValueFrom().getSecretKeyRef() != null)
                                .map(variable -> variable.getValueFrom().getSecretKeyRef())
                                .map(reference -> reference.getName() + "/" + reference.getKey()),
                        pod.spec().getVolumes().stream()
                                .filter(volume -> volume.getSecret() != null)
                                .flatMap(volume -> volume.getSecret().getItems().stream()
                                        .map(item -> volume.getSecret().getSecretName() + "/" + item.getKey()))))
                .filter(reference -> !keys.getOrDefault(reference.split("/", 2)[0], Set.of())
                        .contains(reference.split("/", 2)[1]))
                .toList();

        assertThat(missing).isEmpty();
    }

    @Test
    void staySecretsThatSomebodyElseHas() {
        Manifests rendered = Chart.render("secrets: {create: true}\n" + Installations.EXTERNAL);

        assertThat(rendered.all(Secret.class)).isEmpty();
        assertThat(rendered.pods().stream()
                        .flatMap(pod -> pod.spec().getContainers().stream())
                        .flatMap(container -> container.getEnv().stream())
                        .filter(variable -> variable.getValueFrom() != null
                                && variable.getValueFrom().getSecretKeyRef() != null)
                        .map(variable ->
                                variable.getValueFrom().getSecretKeyRef().getName()))
                .isSubsetOf("clients", "keys", "postgres", "mqtt", "kafka");
    }

    /** What an upgrade finds is kept, byte for byte; what a newer version needs beside is made. */
    @Test
    void areKeptByAnUpgrade() {
        Manifests before = Chart.installation(Map.of());
        Map<String, Secret> there = before.all(Secret.class).stream()
                .collect(Collectors.toMap(secret -> secret.getMetadata().getName(), secret -> secret));
        there.get("mlaas-clients").getData().remove("monitoring-service");
        Map<String, String> json = new LinkedHashMap<>();
        there.forEach((name, secret) -> json.put(name, Serialization.asJson(secret)));

        Manifests after = Chart.installation(json);

        assertThat(after.all(Secret.class)).hasSize(there.size());
        there.forEach((name, secret) ->
                assertThat(after.get(Secret.class, name).getData()).as(name).containsAllEntriesOf(secret.getData()));
        assertThat(data(after, "mlaas-clients")).containsKey("monitoring-service");
    }

    private static Map<String, String> data(Manifests manifests, String name) {
        return manifests.get(Secret.class, name).getData().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> new String(Base64.getDecoder().decode(entry.getValue()), StandardCharsets.UTF_8)));
    }
}
