package io.mlaas.learning.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.learning.learner.RunningService;
import io.mlaas.testkit.TestIdentity;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class DeviceApiTest extends RunningService {

    @Test
    void aPasswordIsShownOnceAndKeptNowhere() throws Exception {
        Answer made = post("/devices", "{\"name\": \"pmu-7\", \"description\": \"meter in hall 3\"}");

        assertThat(made.status()).isEqualTo(201);
        String id = made.body().path("device_id").asString();
        String password = made.body().path("password").asString();
        assertThat(made.body().path("user_name").asString()).isEqualTo("device-" + id);
        assertThat(password).matches("mld_[A-Za-z0-9_-]{43}");
        Answer read = get("/devices/" + id);
        assertThat(read.body().path("name").asString()).isEqualTo("pmu-7");
        assertThat(read.body().path("description").asString()).isEqualTo("meter in hall 3");
        assertThat(read.body().path("state").asString()).isEqualTo("ACTIVE");
        assertThat(read.text()).doesNotContain("password", password);
        assertThat(jdbc.sql("select row_to_json(d)::text from device d")
                        .query(String.class)
                        .list())
                .isNotEmpty()
                .noneMatch(row -> row.contains(password));
    }

    @Test
    void aNameIsTakenUntilItsDeviceIsRevoked() throws Exception {
        String id = make("twice").path("device_id").asString();

        Answer again = post("/devices", "{\"name\": \"twice\"}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("DEVICE_EXISTS");
        assertThat(send("POST", "/devices", "{\"name\": \"twice\"}", TestIdentity.globexScientist())
                        .status())
                .isEqualTo(201);

        assertThat(delete(id).status()).isEqualTo(204);
        assertThat(delete(id).status()).isEqualTo(204);
        assertThat(get("/devices/" + id).body().path("state").asString()).isEqualTo("REVOKED");
        Answer rotated = post("/devices/" + id + "/rotate", "");
        assertThat(rotated.status()).isEqualTo(409);
        assertThat(rotated.code()).isEqualTo("DEVICE_REVOKED");
        assertThat(make("twice").path("device_id").asString()).isNotEqualTo(id);
    }

    @Test
    void listsByNameInPages() throws Exception {
        UUID company = UUID.randomUUID();
        String scientist = TestIdentity.user(UUID.randomUUID(), "scientist", company, "DATA_SCIENTIST");
        for (String name : new String[] {"c", "a", "b"}) {
            send("POST", "/devices", "{\"name\": \"" + name + "\"}", scientist);
        }

        Answer first = send("GET", "/devices?limit=2", null, scientist);
        Answer second = send(
                "GET",
                "/devices?limit=2&cursor=" + first.body().path("next_cursor").asString(),
                null,
                scientist);
        assertThat(first.body().path("items").findValuesAsString("name")).containsExactly("a", "b");
        assertThat(second.body().path("items").findValuesAsString("name")).containsExactly("c");
        assertThat(second.body().has("next_cursor")).isFalse();
        assertThat(get("/devices?limit=0").detail()).isEqualTo("limit: 0 (expected: 1 to 200)");
        assertThat(get("/devices?cursor=%20").code()).isEqualTo("DEVICE_INVALID");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                    | $.name: missing
            {"name": "-a"}                        | $.name: "-a" (expected: 1 to 63 letters
            {"name": "a b"}                       | $.name: "a b"
            {"name": 7}                           | $.name: 7
            {"name": "a", "colour": "red"}        | $.colour
            {"name": "a", "description": ["b"]}   | $.description: ["b"]
            []                                    | $: []
            """)
    void saysWhatIsWrongWithADevice(String document, String detail) throws Exception {
        Answer answer = post("/devices", document);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("DEVICE_INVALID");
        assertThat(answer.detail()).startsWith(detail);
    }

    @Test
    void theBrokerIsToldWhoADeviceIsUntilItsCredentialEnds() throws Exception {
        JsonNode made = make("asked");
        String name = made.path("user_name").asString();
        String password = made.path("password").asString();

        Answer known = ask(name, password);
        assertThat(known.status()).isEqualTo(200);
        assertThat(known.body().path("organization_id").asString()).isEqualTo(TestIdentity.ACME.toString());
        assertThat(known.body().path("device_id")).isEqualTo(made.path("device_id"));
        assertThat(known.body().path("topics").toString()).isEqualTo("[\"mlaas/" + TestIdentity.ACME + "/#\"]");
        assertRefused(ask(name, password + "x"));
        assertRefused(ask(make("another").path("user_name").asString(), password));
        assertRefused(ask("device-" + UUID.randomUUID(), password));
        assertRefused(ask(name.toUpperCase(java.util.Locale.ROOT), password));

        JsonNode rotated = post("/devices/" + made.path("device_id").asString() + "/rotate", "")
                .body();
        assertRefused(ask(name, password));
        String second = rotated.path("password").asString();
        assertThat(ask(name, second).body().path("credential").asInt()).isEqualTo(2);
        delete(made.path("device_id").asString());
        assertRefused(ask(name, second));
    }

    @Test
    void theBrokerIsToldWhomATokenNames() throws Exception {
        String token = TestIdentity.acmeScientist();
        Answer known = ask(TestIdentity.ACME_SCIENTIST.toString(), token);
        assertThat(known.body().path("organization_id").asString()).isEqualTo(TestIdentity.ACME.toString());
        assertThat(known.body().has("expires_at")).isTrue();
        assertThat(known.body().has("device_id")).isFalse();
        assertRefused(ask("somebody-else", token));
        assertRefused(ask(TestIdentity.ACME_SCIENTIST.toString(), TestIdentity.forged()));
        UUID operator = UUID.randomUUID();
        assertRefused(ask(operator.toString(), TestIdentity.user(operator, "operator", TestIdentity.ACME, "OPERATOR")));
    }

    @Test
    void aPasswordIsABearerTokenOfTheRoleDevice() throws Exception {
        JsonNode made = make("rest");
        String password = made.path("password").asString();

        assertThat(send("GET", "/v2", null, password).status()).isEqualTo(200);
        assertThat(send("GET", "/devices", null, password).status()).isEqualTo(403);
        JsonNode itself = send("GET", "/devices/me", null, password).body();
        assertThat(itself.path("device_id")).isEqualTo(made.path("device_id"));
        assertThat(itself.path("organization_id").asString()).isEqualTo(TestIdentity.ACME.toString());
        assertThat(get("/devices/me").status()).isEqualTo(403);
        delete(made.path("device_id").asString());
        assertThat(send("GET", "/v2", null, password).status()).isEqualTo(401);
    }

    private JsonNode make(String name) throws Exception {
        Answer made = post("/devices", "{\"name\": \"" + name + "\"}");
        assertThat(made.status()).isEqualTo(201);
        return made.body();
    }

    private Answer delete(String id) throws Exception {
        return send("DELETE", "/devices/" + id, null, TestIdentity.acmeScientist());
    }

    private Answer ask(String name, String password) throws Exception {
        return send(
                "POST",
                "/internal/devices/authenticate",
                "{\"user_name\": \"" + name + "\", \"password\": \"" + password + "\"}",
                TestIdentity.service("mqtt-broker"));
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("DEVICE_REFUSED");
    }
}
