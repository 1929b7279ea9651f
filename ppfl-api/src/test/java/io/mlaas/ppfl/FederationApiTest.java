package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.testkit.Documentation;
import io.mlaas.testkit.TestIdentity;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FederationApiTest extends RunningService {

    @Test
    void storesAFederationAndTellsHowItGoes() throws Exception {
        Answer made = post("/federations/", """
                {"name": "stored", "engine": "fedavg", "topology": {"mode": "simulation", "clients": 3, "rounds": 2},
                 "model": {"net_name": "digits-mlp"}, "seed": 7}
                """);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String id = made.body().path("id").asString();
        assertThat(made.response().headers().firstValue("Location")).hasValue("/federations/" + id);
        assertThat(made.body().path("request").path("seed").asInt()).isEqualTo(7);

        JsonNode read = get("/federations/" + id + "/").body();
        assertThat(read.path("name").asString()).isEqualTo("stored");
        assertThat(read.path("kind").asString()).isEqualTo("FEDERATION");
        assertThat(read.path("rounds").isArray()).isTrue();
        JsonNode links = read.path("links");
        assertThat(links.propertyNames()).contains("self", "events").doesNotContain("participants");
        assertThat(links.path("page").asString()).isEqualTo("/federations/" + id + "/page");
        assertThat(get(links.path("report").asString()).status()).isEqualTo(200);
        assertThat(events(id).getFirst()).isEqualTo("io.mlaas.federation.requested");
    }

    @Test
    void namesEverythingThatIsWrongAndStoresNothing() throws Exception {
        Answer refused = post("/federations", """
                {"name": "no spaces please", "engine": "tensor", "topology": {"mode": "pretended"}, "model": {"net_name": "resnet"}}
                """);
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("FEDERATION_REFUSED");
        assertThat(refused.detail())
                .contains("$.engine: ", "$.topology.mode: ", "$.model.net_name: \"resnet\"", "digits-mlp");
        assertThat(get("/federations?limit=200").text()).doesNotContain("no spaces please");
    }

    @Test
    void takesWeakPrivacyOnlyFromThoseWhoSayThatTheyMeanIt() throws Exception {
        String plan = """
                {"name": "weak", "engine": "fedpate", "topology": {"clients": 2, "rounds": 1}, "model": {"net_name": "digits-mlp"},
                 "privacy": {"mechanism": "laplacian", "epsilon": 0.6, "queries": 1000, "accept_weak_privacy": %s}}
                """;
        Answer refused = post("/federations", plan.formatted("false"));
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.detail()).contains("$.privacy: epsilon 272.4 at delta 1.0E-5", "accept_weak_privacy: true");
        Answer taken = post("/federations", plan.formatted("true"));
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        JsonNode privacy = taken.body().path("privacy");
        assertThat(privacy.path("epsilon").asDouble()).isCloseTo(272.4, within(0.1));
        assertThat(privacy.path("warning").asString()).contains("272.4", "next to nothing");
    }

    @Test
    void listsByPagesAndFilters() throws Exception {
        List<String> made = List.of(federation("page-1"), federation("page-2"), federation("page-3"));
        Answer first = get("/federations?kind=federation&engine=fedavg&limit=2");
        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(ids(first)).containsExactly(made.get(2), made.get(1));
        Answer second = get("/federations?limit=1&cursor="
                + first.body().path("next_cursor").asString());
        assertThat(ids(second)).containsExactly(made.getFirst());

        delete("/federations/" + made.get(1));
        assertThat(ids(get("/federations?state=cancelled&limit=1"))).containsExactly(made.get(1));
        assertThat(ids(get("/federations?kind=NV&engine=flower"))).isEmpty();
        assertThat(get("/federations?state=lost").detail()).startsWith("state: lost (expected: one of [REQUESTED");
        assertThat(get("/federations?cursor=x").code()).isEqualTo("MALFORMED_REQUEST");
        assertThat(get("/federations?limit=0").detail()).isEqualTo("limit: 0 (expected: 1 to 200)");
    }

    @Test
    void cancelsOnceAndHidesFromOthers() throws Exception {
        String id = federation("cancelled");
        assertThat(send("DELETE", "/federations/" + id, null, TestIdentity.globexScientist())
                        .code())
                .isEqualTo("FEDERATION_UNKNOWN");
        assertThat(delete("/federations/" + id).status()).isEqualTo(204);
        assertThat(delete("/federations/" + id).status()).isEqualTo(204);
        assertThat(get("/federations/" + id).body().path("state").asString()).isEqualTo("CANCELLED");
        assertThat(events(id).stream().filter(type -> type.endsWith(".cancelled")))
                .hasSize(1);
        assertThat(get("/federations/" + UUID.randomUUID()).status()).isEqualTo(404);
    }

    private static List<String> ids(Answer page) {
        return page.body()
                .path("items")
                .valueStream()
                .map(item -> item.path("id").asString())
                .toList();
    }

    private List<String> events(String federation) {
        return jdbc
                .sql("select payload from outbox_event where key = :key order by sequence")
                .param("key", federation)
                .query(String.class)
                .list()
                .stream()
                .map(text -> json.readTree(text).path("type").asString())
                .toList();
    }

    @Test
    void publishesItsApi() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/openapi.json"))
                .build();
        Documentation.openApiIsCommitted(
                "ppfl-api", http.send(request, BodyHandlers.ofString()).body());
    }
}
