package io.mlaas.stack.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.realm.RealmDocument;
import io.mlaas.realm.RealmProblem;
import io.mlaas.realm.RealmUpdate;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.process.Jvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Realms that older versions made, each of its own name, in one real Keycloak. */
class RealmUpdateTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PASSWORD = "bootstrap";
    private static final String NEW = "ppfl-api";

    @TempDir
    static Path folder;

    private static Running database;
    private static Running server;
    private static KeycloakServer keycloak;

    @BeforeAll
    static void start() {
        Home home = Home.find();
        var postgres = new PostgresServer(new PostgresServer.Config(Place.in(home, folder, "postgres"), 0, "secret"));
        database = Running.start(postgres);
        keycloak = new KeycloakServer(new KeycloakServer.Config(
                Place.in(home, folder, "keycloak"),
                0,
                0,
                postgres.jdbcUrl("postgres"),
                "postgres",
                "secret",
                PASSWORD,
                KeycloakServer.SERVICES.stream().collect(Collectors.toMap(s -> s, RealmUpdateTest::secret))));
        server = Running.start(keycloak);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.stop();
        }
        if (database != null) {
            database.stop();
        }
    }

    @Test
    void addsNothingToARealmOfThisVersion() {
        assertThat(keycloak.updateRealm()).isEmpty();
    }

    @Test
    void addsTheServiceThatAnOlderRealmDoesNotKnow() throws Exception {
        create(older("before"));
        assertThat(token("before", NEW, secret(NEW)).statusCode()).isEqualTo(401);

        List<String> added = update("before");
        assertThat(added)
                .filteredOn(line -> !line.startsWith("role SERVICE of user "))
                .containsExactlyInAnyOrder(
                        "client " + NEW,
                        "role SERVICE",
                        "user service-account-" + NEW,
                        "mapper organization_id of client gateway-service");
        assertThat(added)
                .filteredOn(line -> line.startsWith("role SERVICE of user "))
                .as("those that were there before the role")
                .hasSize(KeycloakServer.SERVICES.size() - 1);

        for (String client : List.of(NEW, "gateway-service")) {
            JsonNode claims = claims(token("before", client, secret(client)));
            assertThat(claims.path("organization_id").asString()).isEqualTo("00000000-0000-4000-8000-000000000001");
            assertThat(claims.at("/realm_access/roles").valueStream().map(JsonNode::asString))
                    .contains("SERVICE");
            assertThat(claims.path("aud").toString()).contains("\"mlaas\"");
        }
        assertThat(program("before")).isEqualTo("realm before: nothing was missing");

        breakOff("before");
        assertThat(program("before").lines())
                .as("the container of Compose and the job of the chart")
                .containsExactlyInAnyOrder(
                        "realm before: added mapper audience mlaas of client " + NEW,
                        "realm before: added role SERVICE of user service-account-" + NEW,
                        "realm before: added user service-account-" + NEW + " in group /platform",
                        "realm before: up to date");
        assertThat(claims(token("before", NEW, secret(NEW)))
                        .path("organization_id")
                        .asString())
                .isEqualTo("00000000-0000-4000-8000-000000000001");
    }

    @Test
    void saysWhyItMayNotAndLeavesWhatPeopleMadeChangedAndRemoved() throws Exception {
        create(older("lived-in"));
        admin("POST", "/lived-in/users", """
                {"username": "carol", "enabled": true, "email": "carol@acme.test", "firstName": "Carol", "lastName": "C",
                 "credentials": [{"type": "password", "value": "carol's", "temporary": false}]}
                """);
        admin("POST", "/lived-in/clients", """
                {"clientId": "carols-notebook", "publicClient": false, "serviceAccountsEnabled": true, "secret": "own"}
                """);
        JsonNode training =
                admin("GET", "/lived-in/clients?clientId=training-service", "").get(0);
        admin(
                "PUT",
                "/lived-in/clients/" + training.path("id").asString(),
                ((ObjectNode) training)
                        .put("secret", "replaced")
                        .put("description", "ours")
                        .toString());
        String scientist = admin("GET", "/lived-in/users?exact=true&username=acme-scientist", "")
                .get(0)
                .path("id")
                .asString();
        admin("DELETE", "/lived-in/users/" + scientist, "");
        ObjectNode realm = JSON.createObjectNode().put("accessTokenLifespan", 60);
        admin("PUT", "/lived-in", realm.toString());

        RealmUpdate update = new RealmUpdate(URI.create(keycloak.url()), "mlaas-bootstrap", "wrong");

        assertThat(update.apply(document("mlaas"), RealmUpdateTest::secret))
                .as("without its first administrator, but every service has its token")
                .isEmpty();
        assertThatThrownBy(() -> update.apply(document("lived-in"), RealmUpdateTest::secret))
                .isInstanceOfSatisfying(RealmProblem.class, problem -> assertThat(problem.passing())
                        .isFalse())
                .hasMessageContaining("mlaas-bootstrap may not log in to administer " + keycloak.url())
                .hasMessageContaining("no token for training-service, ppfl-api (")
                .hasMessageNotContaining("wrong");
        assertThatThrownBy(() -> new RealmUpdate(URI.create(keycloak.url()), "mlaas-bootstrap", PASSWORD)
                        .apply(document("lived-in"), client -> null))
                .isInstanceOf(RealmProblem.class)
                .hasMessageStartingWith("ppfl-api: no secret is known");
        assertThat(update("lived-in")).contains("client " + NEW);

        assertThat(admin("GET", "/lived-in/users?exact=true&username=carol", "")
                        .get(0)
                        .path("email")
                        .asString())
                .isEqualTo("carol@acme.test");
        assertThat(token("lived-in", "carols-notebook", "own").statusCode()).isEqualTo(200);
        assertThat(token("lived-in", "training-service", "replaced").statusCode())
                .isEqualTo(200);
        assertThat(token("lived-in", "training-service", secret("training-service"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(admin("GET", "/lived-in/clients?clientId=training-service", "")
                        .get(0)
                        .path("description")
                        .asString())
                .isEqualTo("ours");
        assertThat(admin("GET", "/lived-in/users?exact=true&username=acme-scientist", ""))
                .as("who was removed")
                .isEmpty();
        assertThat(admin("GET", "/lived-in", "").path("accessTokenLifespan").asInt())
                .isEqualTo(60);
    }

    private static List<String> update(String realm) {
        return new RealmUpdate(URI.create(keycloak.url()), "mlaas-bootstrap", PASSWORD)
                .apply(document(realm), RealmUpdateTest::secret);
    }

    private static RealmDocument document(String realm) {
        return RealmDocument.of(whole(realm).toString());
    }

    private static String secret(String client) {
        return "secret-" + client;
    }

    private static ObjectNode whole(String name) {
        return ((ObjectNode) JSON.readTree(KeycloakServer.realm())).put("realm", name);
    }

    /** Before federations: no ppfl-api; and, to see them added, no role SERVICE and one mapper less. */
    private static ObjectNode older(String name) {
        ObjectNode realm = whole(name);
        // ids are of one realm only
        realm.withArray("users").forEach(user -> ((ObjectNode) user).remove("id"));
        remove(
                realm.withArray("clients"),
                client -> client.path("clientId").asString().equals(NEW));
        remove(
                realm.withArray("users"),
                user -> user.path("serviceAccountClientId").asString("").equals(NEW));
        remove(
                realm.withObject("roles").withArray("realm"),
                role -> role.path("name").asString().equals("SERVICE"));
        realm.withArray("users").forEach(user -> {
            if (user.has("serviceAccountClientId")) {
                ((ObjectNode) user).remove("realmRoles");
            }
        });
        realm.withArray("clients").forEach(client -> {
            String id = client.path("clientId").asString();
            if (client.has("secret")) {
                ((ObjectNode) client).put("secret", secret(id));
            }
            if (id.equals("gateway-service")) {
                remove(
                        ((ObjectNode) client).withArray("protocolMappers"),
                        mapper -> mapper.path("name").asString().equals("organization_id"));
            }
        });
        return realm;
    }

    private static void remove(ArrayNode array, Predicate<JsonNode> which) {
        List<JsonNode> kept = array.valueStream().filter(Predicate.not(which)).toList();
        array.removeAll();
        array.addAll(kept);
    }

    private static void create(ObjectNode realm) throws Exception {
        admin("POST", "", realm.toString());
    }

    /** What an update may leave that is killed: the import is one transaction, all after it are steps of their own. */
    private static void breakOff(String realm) throws Exception {
        String path = "/" + realm;
        JsonNode client = admin("GET", path + "/clients?clientId=" + NEW, "").get(0);
        String mapper = client.path("protocolMappers")
                .valueStream()
                .filter(one -> one.path("name").asString().equals("audience mlaas"))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
        String id = client.path("id").asString();
        admin("DELETE", (path + "/clients/%s/protocol-mappers/models/%s").formatted(id, mapper), "");
        JsonNode account = admin("GET", (path + "/clients/%s/service-account-user").formatted(id), "");
        String user = account.path("id").asString();
        admin(
                "DELETE",
                (path + "/users/%s/role-mappings/realm").formatted(user),
                JSON.createArrayNode()
                        .add(admin("GET", path + "/roles/SERVICE", ""))
                        .toString());
        JsonNode group =
                admin("GET", (path + "/users/%s/groups").formatted(user), "").get(0);
        admin(
                "DELETE",
                path + "/users/%s/groups/%s".formatted(user, group.path("id").asString()),
                "");
    }

    /** As it is run in a container: a process of its own. */
    private static String program(String realm) throws Exception {
        Path files = Files.createTempDirectory(folder, "program");
        ProcessBuilder program = new ProcessBuilder(
                Jvm.java().toString(), "-cp", System.getProperty("java.class.path"), "io.mlaas.realm.RealmProgram");
        program.environment().put("MLAAS_REALM_SERVER", keycloak.url());
        program.environment().put("MLAAS_REALM_ADMINISTRATOR", "mlaas-bootstrap");
        program.environment()
                .put(
                        "MLAAS_REALM_PASSWORDFILE",
                        Files.writeString(files.resolve("password"), PASSWORD).toString());
        program.environment()
                .put(
                        "MLAAS_REALM_DOCUMENT",
                        Files.writeString(
                                        files.resolve("realm.json"),
                                        whole(realm).toString())
                                .toString());
        program.environment().put("MLAAS_REALM_SECRETS", files.toString());
        Process process = program.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static JsonNode admin(String method, String path, String body) throws Exception {
        JsonNode login = JSON.readTree(
                form("master", "grant_type=password&client_id=admin-cli&username=mlaas-bootstrap&password=" + PASSWORD)
                        .body());
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(keycloak.url() + "/admin/realms" + path))
                .header("Authorization", "Bearer " + login.path("access_token").asString())
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
        assertThat(answer.statusCode())
                .as(method + " " + path + ": " + answer.body())
                .isBetween(200, 204);
        return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }

    private static HttpResponse<String> token(String realm, String client, String secret) throws Exception {
        return form(realm, "grant_type=client_credentials&client_id=%s&client_secret=%s".formatted(client, secret));
    }

    private static HttpResponse<String> form(String realm, String form) throws Exception {
        return send(HttpRequest.newBuilder(
                        URI.create("%s/realms/%s/protocol/openid-connect/token".formatted(keycloak.url(), realm)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode claims(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String token = JSON.readTree(answer.body()).path("access_token").asString();
        return JSON.readTree(new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1])));
    }
}
