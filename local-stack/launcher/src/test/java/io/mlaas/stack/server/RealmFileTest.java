package io.mlaas.stack.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What may be in the realm's file: all else would come to new installations and to no older one (ADR 42). */
class RealmFileTest {
    private static final JsonNode REALM = JsonMapper.shared().readTree(KeycloakServer.realm());

    @Test
    void hasOnlyWhatAnOlderRealmGetsToo() {
        assertThat(REALM.propertyNames())
                .as("members beside those of RealmUpdate are settings, which are whoever administers the realm's")
                .containsOnly(
                        "realm",
                        "displayName",
                        "enabled",
                        "sslRequired",
                        "registrationAllowed",
                        "accessTokenLifespan",
                        "bruteForceProtected",
                        "failureFactor",
                        "waitIncrementSeconds",
                        "maxFailureWaitSeconds",
                        "roles",
                        "groups",
                        "clients",
                        "users");
        assertThat(REALM.path("roles").propertyNames()).containsExactly("realm");
        assertThat(REALM.path("roles").path("realm").valueStream())
                .allSatisfy(role -> assertThat(role.propertyNames()).containsOnly("name", "description"));
    }

    @Test
    void givesEveryServiceAnAccountOfItsOwn() {
        assertThat(REALM.path("users")
                        .valueStream()
                        .filter(user -> user.has("serviceAccountClientId"))
                        .map(user -> user.path("serviceAccountClientId").asString()))
                .containsExactlyInAnyOrderElementsOf(KeycloakServer.SERVICES);
        assertThat(REALM.path("users").valueStream().filter(user -> user.has("serviceAccountClientId")))
                .allSatisfy(account -> assertThat(account.propertyNames())
                        .containsOnly("username", "enabled", "serviceAccountClientId", "realmRoles", "groups"));
    }
}
