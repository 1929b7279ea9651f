package io.mlaas.realm;

import io.mlaas.realm.RealmDocument.Existing;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Adds to a realm what its document has and it has not: roles, clients with their service accounts, mappers of clients, and
 * the roles and groups of service accounts. Nothing that is there is changed, whoever made it. Each step asks first what is
 * missing, so that an update that was broken off is completed by the next.
 */
public final class RealmUpdate {
    private static final int ALL = 10_000;

    private final URI server;
    private final String administrator;
    private final String password;

    /** @param server where Keycloak answers, without a path */
    public RealmUpdate(URI server, String administrator, String password) {
        this.server = server;
        this.administrator = administrator;
        this.password = password;
    }

    /**
     * @param secrets of clients, by their ids; null where it has none. Asked of each that is a service; clients that are there
     *     keep their own.
     * @return what was added, a line each; empty where nothing was missing
     * @throws RealmProblem where the realm is not as it should be now
     */
    public List<String> apply(RealmDocument document, Function<String, @Nullable String> secrets) {
        try (AdminApi api = new AdminApi(server, document.name())) {
            Optional<RealmProblem> refused = api.logIn(administrator, password);
            if (refused.isPresent()) {
                expectEveryService(api, document, secrets, refused.get());
                return List.of();
            }
            List<String> added = new ArrayList<>();
            document.additions(existing(api), secrets)
                    .ifPresent(additions -> added.addAll(imported(api.post("/partialImport", additions))));
            Map<String, JsonNode> clients = clients(api);
            document.clients().forEach(client -> added.addAll(addMappers(api, client, clients)));
            added.addAll(addMemberships(api, document));
            return added;
        }
    }

    /** Who administers the realm may have removed the first administrator: nothing is wrong then until something is missing. */
    private static void expectEveryService(
            AdminApi api, RealmDocument document, Function<String, @Nullable String> secrets, RealmProblem refused) {
        List<String> unknown = document.clients().stream()
                .filter(client -> client.has("secret"))
                .map(client -> client.path("clientId").asString())
                .filter(client -> {
                    String secret = secrets.apply(client);
                    return secret == null || !api.knows(client, secret);
                })
                .toList();
        if (!unknown.isEmpty()) {
            throw RealmProblem.lasting(
                    "%s; no token for %s (expected: an administrator who may add them, or these clients)"
                            .formatted(refused.getMessage(), String.join(", ", unknown)));
        }
    }

    private static Existing existing(AdminApi api) {
        return new Existing(
                values(api.get("/roles?briefRepresentation=true&max=" + ALL), "name"),
                values(api.get("/groups?briefRepresentation=true&max=" + ALL), "name"),
                values(api.get("/clients?max=" + ALL), "clientId"));
    }

    /** All or nothing: Keycloak imports in one transaction. */
    private static List<String> imported(JsonNode answer) {
        return answer.path("results")
                .valueStream()
                .filter(result -> result.path("action").asString().equals("ADDED"))
                .map(result -> "%s %s"
                        .formatted(
                                result.path("resourceType")
                                        .asString()
                                        .toLowerCase(Locale.ROOT)
                                        .replace("realm_", "")
                                        .replace('_', ' '),
                                result.path("resourceName").asString()))
                .toList();
    }

    private static Map<String, JsonNode> clients(AdminApi api) {
        Map<String, JsonNode> clients = new HashMap<>();
        api.get("/clients?max=" + ALL)
                .valueStream()
                .forEach(client -> clients.put(client.path("clientId").asString(), client));
        return clients;
    }

    private static List<String> addMappers(AdminApi api, JsonNode wanted, Map<String, JsonNode> clients) {
        String id = wanted.path("clientId").asString();
        JsonNode there = clients.get(id);
        if (there == null) {
            throw RealmProblem.passing("client %s: gone since it was imported".formatted(id), null);
        }
        Set<String> names = values(there.path("protocolMappers"), "name");
        List<String> added = new ArrayList<>();
        for (JsonNode mapper : wanted.path("protocolMappers").values()) {
            String name = mapper.path("name").asString();
            if (!names.contains(name)) {
                api.post(
                        "/clients/%s/protocol-mappers/models"
                                .formatted(there.path("id").asString()),
                        mapper);
                added.add("mapper %s of client %s".formatted(name, id));
            }
        }
        return added;
    }

    private static List<String> addMemberships(AdminApi api, RealmDocument document) {
        List<String> added = new ArrayList<>();
        Map<String, Set<String>> roles = new HashMap<>();
        Map<String, Set<String>> groups = new HashMap<>();
        for (JsonNode account : document.serviceAccounts()) {
            String name = account.path("username").asString();
            for (String role : RealmDocument.names(account.path("realmRoles"))) {
                if (!roles.computeIfAbsent(role, one -> usersWithRole(api, one)).contains(name)) {
                    addRole(api, name, role);
                    added.add("role %s of user %s".formatted(role, name));
                }
            }
            for (String group : RealmDocument.names(account.path("groups"))) {
                if (!groups.computeIfAbsent(group, one -> members(api, one)).contains(name)) {
                    api.put("/users/%s/groups/%s".formatted(userId(api, name), groupId(api, group)));
                    added.add("user %s in group %s".formatted(name, group));
                }
            }
        }
        return added;
    }

    private static Set<String> usersWithRole(AdminApi api, String role) {
        return values(api.get("/roles/%s/users?max=%d".formatted(AdminApi.encoded(role), ALL)), "username");
    }

    private static Set<String> members(AdminApi api, String group) {
        return values(
                api.get("/groups/%s/members?briefRepresentation=true&max=%d".formatted(groupId(api, group), ALL)),
                "username");
    }

    private static Set<String> values(JsonNode array, String key) {
        Set<String> values = new HashSet<>();
        array.valueStream().forEach(one -> values.add(one.path(key).asString()));
        return values;
    }

    private static void addRole(AdminApi api, String user, String role) {
        JsonNode representation = api.get("/roles/" + AdminApi.encoded(role));
        api.post(
                "/users/%s/role-mappings/realm".formatted(userId(api, user)),
                JsonMapper.shared().createArrayNode().add(representation));
    }

    private static String userId(AdminApi api, String name) {
        JsonNode found = api.get("/users?exact=true&username=" + AdminApi.encoded(name));
        if (found.isEmpty()) {
            throw RealmProblem.passing("user %s: gone since it was imported".formatted(name), null);
        }
        return found.get(0).path("id").asString();
    }

    private static String groupId(AdminApi api, String path) {
        return api.get("/group-by-path/" + AdminApi.encoded(path.substring(1)))
                .path("id")
                .asString();
    }
}
