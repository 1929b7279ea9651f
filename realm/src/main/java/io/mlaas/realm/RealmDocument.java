package io.mlaas.realm;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The realm as this version of the platform has it, in Keycloak's own format: a fresh Keycloak imports it whole. To one that
 * is there belong only its roles, its clients and the accounts of those that are services: people and companies are whoever
 * administers the realm's, and who was removed does not come back.
 */
public final class RealmDocument {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final JsonNode realm;

    private RealmDocument(JsonNode realm) {
        this.realm = realm;
    }

    public static RealmDocument of(String json) {
        try {
            JsonNode realm = JSON.readTree(json);
            if (realm.path("realm").asString("").isEmpty()) {
                throw RealmProblem.lasting("the realm's document: $.realm is missing (expected: the realm's name)");
            }
            return new RealmDocument(realm);
        } catch (JacksonException e) {
            throw RealmProblem.lasting("the realm's document: " + e.getOriginalMessage() + " (expected: JSON)");
        }
    }

    String name() {
        return realm.path("realm").asString();
    }

    List<JsonNode> clients() {
        return realm.path("clients").valueStream().toList();
    }

    List<JsonNode> serviceAccounts() {
        return realm.path("users")
                .valueStream()
                .filter(user -> user.has("serviceAccountClientId"))
                .toList();
    }

    List<JsonNode> roles() {
        return realm.path("roles").path("realm").valueStream().toList();
    }

    /** Those that service accounts are in. */
    List<JsonNode> groups() {
        Set<String> paths = new HashSet<>();
        serviceAccounts().forEach(account -> paths.addAll(names(account.path("groups"))));
        return realm.path("groups")
                .valueStream()
                .filter(group -> paths.contains("/" + group.path("name").asString()))
                .toList();
    }

    /**
     * What Keycloak's partial import is asked to add; empty where nothing is missing.
     *
     * @param secrets of clients, by their ids; null where it has none
     */
    Optional<ObjectNode> additions(Existing existing, Function<String, @Nullable String> secrets) {
        List<JsonNode> roles = without(roles(), "name", existing.roles());
        List<JsonNode> groups = without(groups(), "name", existing.groups());
        List<JsonNode> clients = without(clients(), "clientId", existing.clients()).stream()
                .map(client -> (JsonNode) withSecret((ObjectNode) client.deepCopy(), secrets))
                .toList();
        if (roles.isEmpty() && groups.isEmpty() && clients.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode additions = JSON.createObjectNode();
        // whoever else is at it at the same time
        additions.put("ifResourceExists", "SKIP");
        additions.putObject("roles").putArray("realm").addAll(roles);
        additions.putArray("groups").addAll(groups);
        additions.putArray("clients").addAll(clients);
        additions.putArray("users").addAll(without(serviceAccounts(), "serviceAccountClientId", existing.clients()));
        return Optional.of(additions);
    }

    private static List<JsonNode> without(List<JsonNode> those, String key, Set<String> existing) {
        return those.stream()
                .filter(one -> !existing.contains(one.path(key).asString()))
                .toList();
    }

    /** Names of roles and of groups at the top, ids of clients. */
    record Existing(Set<String> roles, Set<String> groups, Set<String> clients) {}

    /** Only the import at Keycloak's start puts variables in; this one is at a running server. */
    private static ObjectNode withSecret(ObjectNode client, Function<String, @Nullable String> secrets) {
        if (!client.path("secret").asString("").startsWith("${")) {
            return client;
        }
        String id = client.path("clientId").asString();
        String secret = secrets.apply(id);
        if (secret == null || secret.isEmpty()) {
            throw RealmProblem.lasting(
                    "%s: no secret is known (expected: one for each client that is a service)".formatted(id));
        }
        return client.put("secret", secret);
    }

    static List<String> names(JsonNode array) {
        List<String> names = new ArrayList<>();
        array.valueStream().forEach(name -> names.add(name.asString()));
        return names;
    }
}
