package io.mlaas.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.api.audit.AuditEntry;
import io.mlaas.api.audit.AuditPage;
import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class AuditTest {
    private static final StubService SHARING = new StubService("model-sharing-service");
    private static final StubService BLOCKCHAIN = new StubService("blockchain-service");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final HttpClient http = HttpClient.newHttpClient();

    @Autowired
    private JsonMapper json;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        TestIdentity.register(registry);
        registry.add("mlaas.services.model-sharing", SHARING::url);
        registry.add("mlaas.services.blockchain", BLOCKCHAIN::url);
        registry.add("mlaas.services.training", StubService::nobody);
        registry.add("mlaas.services.translation", StubService::nobody);
        registry.add("mlaas.services.online-learning", StubService::nobody);
        registry.add("mlaas.services.monitoring", StubService::nobody);
        registry.add("mlaas.services.ppfl", StubService::nobody);
    }

    @BeforeEach
    void forget() {
        SHARING.forget();
        BLOCKCHAIN.forget();
    }

    @Test
    void mergesAllServicesByTimeAndSaysWhichDidNotAnswer() throws Exception {
        List<AuditEntry> sharing = entries("model-sharing-service", 0, 2, 4, 6, 8);
        List<AuditEntry> blockchain = entries("blockchain-service", 1, 2, 3);
        serve(SHARING, sharing);
        serve(BLOCKCHAIN, blockchain);
        String token = TestIdentity.acmeOperator();

        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            HttpResponse<String> answer = ask("?limit=3&method=POST&from=2026-01-01T00:00:00Z" + cursor, token);
            assertThat(answer.statusCode()).isEqualTo(200);
            JsonNode page = json.readTree(answer.body());
            assertThat(page.path("items").size()).isLessThanOrEqualTo(3);
            assertThat(page.path("unanswered").valueStream().map(JsonNode::asString))
                    .containsExactlyInAnyOrder(
                            "training-service",
                            "translation-service",
                            "online-learning-service",
                            "monitoring-service",
                            "ppfl-api");
            page.path("items").forEach(entry -> seen.add(entry.path("id").asString()));
            cursor = page.has("next_cursor")
                    ? "&cursor=" + page.path("next_cursor").asString()
                    : "";
        } while (!cursor.isEmpty());

        List<AuditEntry> all = new ArrayList<>(sharing);
        all.addAll(blockchain);
        all.sort(Comparator.comparing(AuditEntry::at)
                .thenComparing(entry -> entry.id().toString())
                .reversed());
        assertThat(seen)
                .containsExactlyElementsOf(
                        all.stream().map(entry -> entry.id().toString()).toList());
        assertThat(SHARING.latest().header("Authorization")).isEqualTo("Bearer " + token);
        assertThat(SHARING.received().getFirst().uri())
                .contains("limit=3", "method=POST", "from=2026-01-01T00%3A00%3A00Z")
                // The service knows its caller's company; it does not have to be told, and checks it.
                .contains("organization_id=" + TestIdentity.ACME);
    }

    @Test
    void isForOperatorsAndAdministrators() throws Exception {
        serve(SHARING, List.of());
        serve(BLOCKCHAIN, List.of());

        assertThat(ask("", TestIdentity.acmeScientist()).statusCode()).isEqualTo(403);
        assertThat(SHARING.received()).isEmpty();
        assertThat(ask("", TestIdentity.admin()).statusCode()).isEqualTo(200);
        assertThat(SHARING.latest().uri()).doesNotContain("organization_id");
        assertThat(ask("?limit=0", TestIdentity.admin()).statusCode()).isEqualTo(422);
        assertThat(ask("?cursor=x", TestIdentity.admin()).statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> ask(String query, String token) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/audit" + query))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static List<AuditEntry> entries(String service, int... minutes) {
        List<AuditEntry> entries = new ArrayList<>();
        for (int minute : minutes) {
            entries.add(new AuditEntry(
                    UUID.randomUUID(),
                    NOON.plusSeconds(60L * minute),
                    service,
                    new AuditEntry.Actor("subject", "name", List.of("DATA_SCIENTIST")),
                    TestIdentity.ACME,
                    null,
                    "POST",
                    "/dataset",
                    "/dataset",
                    List.of(),
                    "127.0.0.1",
                    "DONE",
                    201,
                    null,
                    "id"));
        }
        return entries;
    }

    /** Answers as a service would: three at a time, newest first, after the entry that the cursor names. */
    private void serve(StubService stub, List<AuditEntry> entries) {
        List<AuditEntry> sorted = entries.stream()
                .sorted(Comparator.comparing(AuditEntry::at).reversed())
                .toList();
        stub.replace("/audit", exchange -> {
            stub.record(exchange);
            String query = exchange.getRequestURI().getRawQuery();
            String cursor = query.replaceAll(".*cursor=([^&]*).*", "$1");
            List<AuditEntry> rest = cursor.equals(query)
                    ? sorted
                    : sorted.stream().filter(entry -> isAfter(entry, cursor)).toList();
            boolean more = rest.size() > 3;
            AuditPage page = new AuditPage(more ? rest.subList(0, 3) : rest, more ? "there is more" : null, null);
            StubService.answer(exchange, 200, "application/json", json.writeValueAsString(page));
        });
    }

    private static boolean isAfter(AuditEntry entry, String cursor) {
        String[] position = new String(java.util.Base64.getUrlDecoder().decode(cursor)).split(" ");
        long micros = entry.at().getEpochSecond() * 1_000_000;
        long last = Long.parseLong(position[0]);
        return micros < last || (micros == last && entry.id().toString().compareTo(position[1]) < 0);
    }
}
