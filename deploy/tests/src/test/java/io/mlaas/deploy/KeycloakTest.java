package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The realm that a bundled Keycloak imports. */
class KeycloakTest {

    @Test
    void hasNobodyButTheServices() {
        JsonNode realm = realm(Chart.render("ingress: {enabled: true}"));

        assertThat(realm.get("users").valueStream().map(user -> user.path("serviceAccountClientId")
                        .asString()))
                .isNotEmpty()
                .allMatch(client ->
                        client.endsWith("-service") || client.equals("ppfl-api") || client.equals("mqtt-broker"));
        assertThat(realm.get("groups").valueStream().map(group -> group.get("name")
                        .asString()))
                .containsExactly("platform");
        assertThat(realm.get("sslRequired").asString()).isEqualTo("external");
        assertThat(client(realm, "mlaas-console").get("redirectUris").toString())
                .isEqualTo("[\"https://mlaas.example.org/*\"]");
    }

    @Test
    void hasTheDemoUsersWhereTheyAreWanted() {
        JsonNode realm = realm(Chart.render("keycloak: {demoUsers: true}"));

        assertThat(realm.get("users").valueStream().map(user -> user.path("username")
                        .asString()))
                .contains("acme-scientist", "admin");
    }

    /** Keycloak replaces what it has a variable for: every secret is one. */
    @Test
    void takesEverySecretFromItsEnvironment() {
        Manifests manifests = Chart.render();
        JsonNode realm = realm(manifests);
        var variables = manifests
                .get(StatefulSet.class, "mlaas-keycloak")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getEnv()
                .stream()
                .map(variable -> variable.getName())
                .toList();

        Stream<String> secrets = realm.get("clients")
                .valueStream()
                .filter(client -> client.has("secret"))
                .map(client -> client.get("secret").asString());

        assertThat(secrets).hasSize(9).allSatisfy(secret -> assertThat(Pattern.compile("\\$\\{(\\w+)}")
                        .matcher(secret)
                        .results()
                        .map(found -> found.group(1)))
                .hasSize(1)
                .isSubsetOf(variables));
    }

    private static JsonNode client(JsonNode realm, String id) {
        return realm.get("clients")
                .valueStream()
                .filter(client -> client.get("clientId").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode realm(Manifests manifests) {
        return new JsonMapper()
                .readTree(manifests
                        .get(ConfigMap.class, "mlaas-keycloak")
                        .getData()
                        .get("mlaas-realm.json"));
    }
}
