package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.api.sharing.PublishedPages;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.testkit.TestIdentity;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What strangers can read of a model, what they cannot, and who decides it. */
class PassportApiTest extends AttestedServer {
    private static final String GLOBEX = TestIdentity.globexScientist();
    private static final String HTML = "text/html,application/xhtml+xml,*/*;q=0.8";

    @Test
    void aStrangerReadsWhatTheOwnerPublishesAndNothingElse() throws Exception {
        Trained model = attested();
        publish(model.id(), "{\"published\": true, \"disclose\": [\"dataset.sha256\", \"metrics.*\"]}")
                .expect(200);

        Answer answer = get(pages(model) + "passport", null).expect(200);

        JsonNode passport = answer.json();
        assertThat(passport.path("format").asString()).isEqualTo("mlaas-passport/1");
        assertThat(passport.at("/model/sha256").asString()).isEqualTo(sha256(model.file()));
        assertThat(passport.at("/model").has("contract_address")).isFalse();
        assertThat(passport.has("publication")).isFalse();
        assertThat(fact(passport, "dataset.sha256").path("value").asString())
                .isEqualTo(model.record().at("/datasets/0/sha256").asString());
        assertThat(fact(passport, "metrics.accuracy").path("value").asDouble()).isEqualTo(0.97);
        assertThat(fact(passport, "image.sha256").path("disclosed").asBoolean()).isFalse();
        String commitment = fact(passport, "image.sha256").path("commitment").asString();
        JsonNode statement = JSON.readTree(send(request(pages(model) + "provenance", null)
                        .header("Accept", "application/json")
                        .build())
                .expect(200)
                .body());
        assertThat(statement.at("/predicate/_sd").valueStream().map(JsonNode::asString))
                .contains(commitment);
        String secret = model.record().at("/datasets/0/id").asString();
        for (String page : PublishedPages.NAMES) {
            String shown = new String(get(pages(model) + page, null).expect(200).body(), StandardCharsets.UTF_8);
            assertThat(shown)
                    .as(page)
                    .doesNotContain(
                            secret, FakeTraining.SHA256, "mlaas/trainer:1", "epochs", "OMP_NUM_THREADS", "2.7.1");
        }
        assertThat(get(pages(model) + "provenance?statement=provenance", null)
                        .expect(403)
                        .code())
                .isEqualTo("STATEMENT_WITHHELD");
        assertThat(document(passport, "statement").has("path")).isFalse();
        assertThat(document(passport, "file").at("/proof/digest").asString()).isEqualTo(sha256(model.file()));
        assertThat(document(passport, "signature").path("key_id").asString())
                .isEqualTo(notary.signer(TestIdentity.ACME).key().id());
        assertThat(passport.path("keys").valueStream().map(key -> key.path("public_key")
                        .asString()))
                .containsExactlyInAnyOrder(
                        notary.signer(TestIdentity.ACME).key().pem(),
                        platformKey().pem());
    }

    @Test
    void theOwnerReadsEverythingAndHowItIsPublished() throws Exception {
        Trained model = attested();

        JsonNode passport = get(pages(model) + "passport", ACME).expect(200).json();

        assertThat(passport.at("/publication/published").asBoolean(true)).isFalse();
        assertThat(passport.path("facts").valueStream().map(fact -> fact.path("disclosed")
                        .asBoolean()))
                .isNotEmpty()
                .doesNotContain(false);
        assertThat(passport.at("/model").has("contract_address")).isTrue();
        assertThat(document(passport, "statement").path("path").asString())
                .isEqualTo("provenance?statement=provenance");
    }

    @Test
    void whatIsNotPublishedIsAsIfItWereNotThere() throws Exception {
        Trained model = attested();
        publish(model.id(), "{\"published\": false, \"disclose\": [\"*\"]}").expect(200);
        String missing = "/model/" + UUID.randomUUID() + "/";
        for (String page : PublishedPages.NAMES) {
            Answer stranger = get(pages(model) + page, null).expect(401);
            Answer nothing = get(missing + page, null).expect(401);
            assertThat(stranger.code()).isEqualTo("UNAUTHENTICATED");
            assertThat(alike(stranger, model.id().toString())).isEqualTo(alike(nothing, missing.split("/")[2]));
            assertThat(stranger.response().headers().map().keySet())
                    .isEqualTo(nothing.response().headers().map().keySet());
            Answer other = get(pages(model) + page, GLOBEX).expect(404);
            assertThat(alike(other, model.id().toString()))
                    .isEqualTo(alike(get(missing + page, GLOBEX).expect(404), missing.split("/")[2]));
        }
        Answer anywhere = get("/model/" + model.id() + "/definition", null).expect(401);
        Answer here = get(pages(model) + "passport", null);
        assertThat(here.header("WWW-Authenticate")).isEqualTo(anywhere.header("WWW-Authenticate"));
        assertThat(here.detail()).isEqualTo(anywhere.detail());
    }

    @Test
    void isKeptNowhereLongerThanItIsPublished() throws Exception {
        Trained model = attested();
        publish(model.id(), "{\"published\": true}").expect(200);
        Answer first = get(pages(model) + "passport", null).expect(200);
        assertThat(first.header("Cache-Control")).isEqualTo("public, no-cache");
        assertThat(first.header("Vary")).contains("Accept", "Authorization");
        assertThat(get(pages(model) + "passport", ACME).expect(200).header("Cache-Control"))
                .isEqualTo("private, no-cache");
        assertThat(known(model, first.header("ETag")).status()).isEqualTo(304);
        assertThat(send(request(pages(model) + "passport", null)
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build())
                        .expect(200)
                        .header("ETag"))
                .isEqualTo(first.header("ETag"));

        publish(model.id(), "{\"published\": true, \"disclose\": [\"dataset\"]}")
                .expect(200);
        assertThat(known(model, first.header("ETag")).status()).isEqualTo(200);
        publish(model.id(), "{\"published\": false}").expect(200);

        assertThat(known(model, first.header("ETag")).status()).isEqualTo(401);
        get(pages(model) + "signature", null).expect(401);
    }

    @Test
    void onlyTheOwnersScientistsPublish() throws Exception {
        Trained model = attested();
        publish(model.id(), GLOBEX, "{\"published\": true}").expect(404);
        send(request("/model/" + model.id() + "/grants/" + TestIdentity.GLOBEX, ACME)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"permissions\":[\"read\",\"use\",\"train\"]}"))
                        .build())
                .expect(201);
        Answer granted = publish(model.id(), GLOBEX, "{\"published\": true}").expect(403);
        assertThat(granted.code()).isEqualTo("NOT_GRANTED");
        publish(model.id(), TestIdentity.acmeOperator(), "{\"published\": true}")
                .expect(403);
        publish(model.id(), null, "{\"published\": true}").expect(401);
        get(pages(model) + "passport", null).expect(401);

        assertThat(get(pages(model) + "passport", GLOBEX).expect(200).json().has("publication"))
                .isFalse();
    }

    @Test
    void tellsOfEachChangeOnce() throws Exception {
        Trained model = attested();
        String body = "{\"published\": true, \"disclose\": [\"seeds.*\", \"dataset\", \"dataset\"]}";

        JsonNode first = publish(model.id(), body).expect(200).json();
        JsonNode again = publish(model.id(), body).expect(200).json();
        publish(model.id(), "{\"published\": false}").expect(200);

        assertThat(first.path("revision").asInt()).isEqualTo(1);
        assertThat(again).isEqualTo(first);
        assertThat(first.path("disclose").toString()).isEqualTo("[\"dataset\",\"seeds.*\"]");
        assertThat(events(model.id(), RegistryEvents.PASSPORT_PUBLISHED))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.path("disclose").toString()).isEqualTo("[\"dataset\",\"seeds.*\"]");
                    assertThat(event.path("revision").asInt()).isEqualTo(1);
                });
        assertThat(events(model.id(), RegistryEvents.PASSPORT_WITHDRAWN))
                .singleElement()
                .satisfies(event -> assertThat(event.path("revision").asInt()).isEqualTo(2));
        assertThat(jdbc.sql("select count(*) from audit_entry where path = :path and status < 400")
                        .param("path", pages(model) + "passport")
                        .query(Integer.class)
                        .single())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                                  | INVALID_REQUEST    | published: missing
                    {"published": true, "disclose": ["a b"]}            | INVALID_REQUEST    | disclose[0]: a b
                    {"published": true, "disclose": ["dataset", null]}  | INVALID_REQUEST    | disclose[1]: null
                    {"published": true, "disclose": ["weights"]}        | UNKNOWN_DISCLOSURE | disclose: weights (expected: of dataset
                    {"published": true, "disclose": ["weights.*"]}      | UNKNOWN_DISCLOSURE | disclose: weights.*
                    """)
    void refusesWhatCannotBeDisclosed(String body, String code, String detail) throws Exception {
        Answer answer = publish(attested().id(), body);

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(detail);
        assertThat(answer.status()).isEqualTo(422);
    }

    @Test
    void isAPageForBrowsersAndJsonForAllOthers() throws Exception {
        Trained model = attested();
        publish(model.id(), "{\"published\": true}").expect(200);

        Answer page = accepting(pages(model) + "passport", HTML).expect(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'", "style-src 'sha256-");
        assertThat(new String(page.body(), StandardCharsets.UTF_8))
                .contains(
                        "Model passport", sha256(model.file()), "not disclosed", "/model/" + model.id() + "/passport");
        assertThat(accepting(pages(model) + "passport", "*/*").header("Content-Type"))
                .isEqualTo("application/json");
        Answer badge = get(pages(model) + "badge.svg", null).expect(200);
        assertThat(badge.header("Content-Type")).isEqualTo("image/svg+xml");
        assertThat(new String(badge.body(), StandardCharsets.UTF_8))
                .startsWith("<svg ")
                .contains("not tried");
        Answer bom = get(pages(model) + "bom", null).expect(200);
        assertThat(bom.header("Content-Type")).startsWith("application/vnd.cyclonedx+json");
        assertThat(JSON.readTree(bom.body()).at("/compositions/0/aggregate").asString())
                .isEqualTo("incomplete");
        assertThat(JSON.readTree(get(pages(model) + "bom", ACME).expect(200).body())
                        .at("/compositions/0/aggregate")
                        .asString())
                .isEqualTo("complete");
        assertThat(get(pages(model) + "card", null).expect(200).header("Content-Type"))
                .isEqualTo("text/markdown;charset=UTF-8");
        assertThat(accepting(pages(model) + "card", "application/json")
                        .json()
                        .path("origin")
                        .asString())
                .isEqualTo("TRAINED");
    }

    @Test
    void showsWhatCameOfTrainingAgain() throws Exception {
        Trained model = attested();
        publish(model.id(), "{\"published\": true}").expect(200);
        UUID reproduction = UUID.randomUUID();
        judge(model, reproduction, verdict(model, reproduction)).expect(204);

        JsonNode passport = get(pages(model) + "passport", null).expect(200).json();

        assertThat(passport.at("/reproductions/tried").asInt()).isEqualTo(1);
        assertThat(passport.at("/reproductions/verdicts/0/outcome").asString()).isEqualTo("REPRODUCED");
        assertThat(passport.toString()).doesNotContain("somebody");
        assertThat(new String(get(pages(model) + "badge.svg", null).body(), StandardCharsets.UTF_8))
                .contains("reproduced 1 of 1");
    }

    @Test
    void aDeletedModelHasNoPassport() throws Exception {
        Trained model = attested();
        publish(model.id(), "{\"published\": true}").expect(200);
        send(request("/model/" + model.id(), ACME).DELETE().build()).expect(204);

        assertThat(get(pages(model) + "passport", null).expect(401).code()).isEqualTo("UNAUTHENTICATED");
        get(pages(model) + "passport", GLOBEX).expect(404);
    }

    /** Every document is signed and anchored. */
    private Trained attested() throws Exception {
        Trained model = trained();
        tell(model, model.record()).expect(204);
        for (String of : List.of("file", "signature", "statement", "commitments")) {
            ready("/model/" + model.id() + "/proof?of=" + of, ACME);
        }
        return model;
    }

    private static String pages(Trained model) {
        return "/model/" + model.id() + "/";
    }

    private Answer publish(UUID model, String body) throws Exception {
        return publish(model, ACME, body);
    }

    private Answer publish(UUID model, @Nullable String token, String body) throws Exception {
        return send(request("/model/" + model + "/passport", token)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private Answer known(Trained model, String etag) throws Exception {
        return send(request(pages(model) + "passport", null)
                .header("If-None-Match", etag)
                .build());
    }

    private Answer accepting(String path, String accept) throws Exception {
        return send(request(path, null).header("Accept", accept).build());
    }

    private static String alike(Answer answer, String id) {
        return new String(answer.body(), StandardCharsets.UTF_8)
                .replace(id, "…")
                .replaceAll("\"correlation_id\":\"[^\"]*\"", "");
    }

    private static JsonNode fact(JsonNode passport, String name) {
        return find(passport.path("facts"), "name", name);
    }

    private static JsonNode document(JsonNode passport, String kind) {
        return find(passport.path("evidence"), "kind", kind);
    }

    private static JsonNode find(JsonNode list, String member, String value) {
        List<JsonNode> found = new ArrayList<>();
        list.forEach(element -> {
            if (element.path(member).asString("").equals(value)) {
                found.add(element);
            }
        });
        assertThat(found).as(value).hasSize(1);
        return found.getFirst();
    }
}
