package io.mlaas.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mlaas.testkit.TestIdentity;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.JsonNode;

class AuditTest extends RegistryServer {
    private static final UUID INITECH = UUID.randomUUID();
    private static final String OPERATOR = TestIdentity.user(UUID.randomUUID(), "op", INITECH, "OPERATOR");

    /** Of a company of this test's own, so that the entries are too. */
    private final UUID subject = UUID.randomUUID();

    private final String scientist = TestIdentity.user(subject, "initech-scientist", INITECH, "DATA_SCIENTIST");

    @Autowired
    @Qualifier("auditRetention")
    private SmartLifecycle retention;

    @Test
    void tellsWhoChangedWhatWhenFromWhereAndHowItEnded() throws Exception {
        Instant before = Instant.now();
        Form form = Form.of()
                .file("dataset", "secret-name.bin", "text/csv", random(100))
                .field("metadata", METADATA);
        Answer made = send(request("/dataset?note=private", scientist)
                        .header("Content-Type", Form.TYPE)
                        .header("X-Forwarded-For", "203.0.113.9")
                        .header("X-Correlation-Id", "upload-" + subject)
                        .POST(BodyPublishers.ofByteArray(form.body()))
                        .build())
                .expect(201);
        String id = made.json().path("dataset_id").asString();

        JsonNode entry = only(audit("asset=" + id));
        assertThat(entry.path("actor").path("subject").asString()).isEqualTo(subject.toString());
        assertThat(entry.path("actor").path("name").asString()).isEqualTo("initech-scientist");
        assertThat(entry.path("actor").path("roles").get(0).asString()).isEqualTo("DATA_SCIENTIST");
        assertThat(entry.path("organization_id").asString()).isEqualTo(INITECH.toString());
        assertThat(entry.path("service").asString()).isEqualTo("model-sharing-service");
        assertThat(entry.path("method").asString()).isEqualTo("POST");
        assertThat(entry.path("operation").asString()).isEqualTo("/dataset");
        assertThat(entry.path("path").asString()).isEqualTo("/dataset");
        assertThat(entry.path("source").asString()).isEqualTo("203.0.113.9");
        assertThat(entry.path("outcome").asString()).isEqualTo("DONE");
        assertThat(entry.path("status").asInt()).isEqualTo(201);
        assertThat(entry.path("correlation_id").asString()).isEqualTo("upload-" + subject);
        assertThat(Instant.parse(entry.path("at").asString())).isBetween(before.minusSeconds(1), Instant.now());
        assertThat(entry.toString()).doesNotContain("acting_service", "problem", "secret-name", "private");
    }

    @Test
    void tellsWhichServiceActedForWhomAndWhatAJobDid() throws Exception {
        UUID model = registerModel(scientist, registerDataset(scientist, random(50)));
        send(request("/internal/model/" + model + "/job-credential", TestIdentity.service("training-service"))
                .header("X-On-Behalf-Of", scientist)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"))
                .build());
        UUID job = UUID.randomUUID();
        put("/model/" + model, jobCredential(model, job), random(10)).expect(200);

        JsonNode byJob = only(audit("method=PUT&asset=" + model));
        assertThat(byJob.path("actor").path("name").asString()).isEqualTo("job " + job);
        assertThat(byJob.path("actor").path("roles").get(0).asString()).isEqualTo("JOB");
        assertThat(byJob.path("operation").asString()).isEqualTo("/model/{model_id}");
        JsonNode byService = audit("method=POST&asset=" + model + "&actor=" + subject).stream()
                .filter(entry -> entry.has("acting_service"))
                .findFirst()
                .orElseThrow();
        assertThat(byService.path("acting_service").asString()).contains("training-service");
        assertThat(byService.path("organization_id").asString()).isEqualTo(INITECH.toString());
    }

    @Test
    void tellsWhatKnownCallersWereRefused() throws Exception {
        post("/dataset", OPERATOR, Form.of().field("metadata", METADATA)).expect(403);
        post("/dataset", scientist, Form.of().field("metadata", METADATA)).expect(400);
        UUID missing = UUID.randomUUID();
        send(request("/uploads/" + missing, scientist)
                        .header("Tus-Resumable", "1.0.0")
                        .DELETE()
                        .build())
                .expect(404);
        send(request("/nothing/here", scientist).DELETE().build()).expect(404);
        send(request("/dataset", scientist)
                        .header("X-On-Behalf-Of", TestIdentity.admin())
                        .POST(BodyPublishers.noBody())
                        .build())
                .expect(403);
        String service = TestIdentity.service("training-service");
        send(request("/dataset/" + missing, service)
                        .header("X-On-Behalf-Of", TestIdentity.forged())
                        .DELETE()
                        .build())
                .expect(401);
        send(request("/dataset", TestIdentity.forged())
                        .POST(BodyPublishers.noBody())
                        .build())
                .expect(401);

        List<String> refused = audit("outcome=REFUSED&limit=200").stream()
                .filter(entry -> entry.path("actor").path("subject").asString().equals(subject.toString())
                        || entry.path("actor").path("name").asString().equals("op"))
                .map(entry -> entry.path("method").asString() + " "
                        + entry.path("path").asString() + " "
                        + entry.path("status").asInt() + " "
                        + entry.path("problem").asString())
                .toList();
        assertThat(refused)
                .containsExactly(
                        "POST /dataset 403 FORBIDDEN",
                        "DELETE /nothing/here 404 NOT_FOUND",
                        "DELETE /uploads/" + missing + " 404 UNKNOWN_UPLOAD",
                        "POST /dataset 400 MISSING_PART",
                        "POST /dataset 403 FORBIDDEN");
        Answer all = get("/audit?status=401&limit=1", TestIdentity.admin()).expect(200);
        assertThat(all.json().at("/items/0/path").asString()).isEqualTo("/dataset/" + missing);
    }

    @Test
    void hasTheEntryBeforeTheChangeIsServed() throws Exception {
        byte[] body = Form.of()
                .file("dataset", "slow.bin", "text/csv", random(60_000))
                .field("metadata", METADATA)
                .body();
        PipedOutputStream client = new PipedOutputStream();
        PipedInputStream wire = new PipedInputStream(client, 64_000);
        HttpRequest upload = request("/dataset", scientist)
                .header("Content-Type", Form.TYPE)
                .POST(BodyPublishers.ofInputStream(() -> wire))
                .build();
        CompletableFuture<HttpResponse<Void>> answer = http.sendAsync(upload, HttpResponse.BodyHandlers.discarding());
        client.write(body, 0, 40_000);
        client.flush();

        await().atMost(Duration.ofSeconds(10))
                .until(() -> !audit("actor=" + subject).isEmpty());
        JsonNode during = only(audit("actor=" + subject));
        assertThat(during.path("outcome").asString()).isEqualTo("UNKNOWN");
        assertThat(during.has("status")).isFalse();

        client.write(body, 40_000, body.length - 40_000);
        client.close();
        assertThat(answer.join().statusCode()).isEqualTo(201);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            JsonNode after = only(audit("actor=" + subject));
            assertThat(after.path("outcome").asString()).isEqualTo("DONE");
            assertThat(after.path("id")).isEqualTo(during.path("id"));
        });
    }

    @Test
    void showsAnOperatorTheOwnCompanyAndAnAdminEverybody() throws Exception {
        registerDataset(scientist, random(20));
        registerDataset(TestIdentity.acmeScientist(), random(20));

        assertThat(audit("limit=200"))
                .allSatisfy(entry ->
                        assertThat(entry.path("organization_id").asString()).isEqualTo(INITECH.toString()));
        Answer other = get("/audit?organization_id=" + INITECH, TestIdentity.acmeOperator())
                .expect(200);
        assertThat(other.json().path("items").findValuesAsString("organization_id"))
                .isNotEmpty()
                .containsOnly(TestIdentity.ACME.toString());
        Answer mine =
                get("/audit?organization_id=" + INITECH, TestIdentity.admin()).expect(200);
        assertThat(mine.json().path("items").findValuesAsString("organization_id"))
                .isNotEmpty()
                .containsOnly(INITECH.toString());
        get("/audit", scientist).expect(403);
    }

    @Test
    void givesPagesNewestFirst() throws Exception {
        for (int i = 0; i < 5; i++) {
            send(request("/uploads/" + UUID.randomUUID(), scientist).DELETE().build());
        }
        List<String> seen = new ArrayList<>();
        List<Instant> times = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = get("/audit?limit=2&actor=" + subject + cursor, OPERATOR)
                    .expect(200)
                    .json();
            page.path("items").forEach(entry -> {
                seen.add(entry.path("id").asString());
                times.add(Instant.parse(entry.path("at").asString()));
            });
            cursor = page.has("next_cursor")
                    ? "&cursor=" + page.path("next_cursor").asString()
                    : "";
        } while (!cursor.isEmpty());

        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
        assertThat(times).isSortedAccordingTo(java.util.Comparator.reverseOrder());
        assertThat(audit("actor=" + subject + "&from=" + times.get(1))).hasSize(2);
        assertThat(audit("actor=" + subject + "&to=" + times.get(1))).hasSize(3);
        assertThat(audit("actor=initech-scientist&method=delete&outcome=refused&limit=200"))
                .hasSizeGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, 422",
        "limit=201, 422",
        "limit=x, 422",
        "asset=7, 422",
        "method=GET, 422",
        "status=99, 422",
        "outcome=FINE, 422",
        "from=yesterday, 422",
        "to=+999999999-01-01T00:00:00Z, 422",
        "cursor=!, 400",
        "cursor=YWJj, 400",
        "organization_id=x, 422",
        "actor=%00, 422"
    })
    void refusesFiltersThatItCannotRead(String query, int status) throws Exception {
        Answer answer = get("/audit?" + query, OPERATOR);

        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update audit_entry set subject = 'somebody else' where id = :id",
                "update audit_entry set status = 200 where id = :id",
                "update audit_entry set status = null where id = :id",
                "update audit_entry set at = now() - interval '2 years' where id = :id",
                "delete from audit_entry where id = :id",
                "with r as (select set_config('mlaas.audit_retention', '1 second', true))"
                        + " delete from audit_entry using r where id = :id"
            })
    void letsNobodyChangeWhatHappened(String change) throws Exception {
        registerDataset(scientist, random(20));
        UUID entry = UUID.fromString(only(audit("actor=" + subject)).path("id").asString());

        assertThatThrownBy(() -> jdbc.sql(change).param("id", entry).update())
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("audit_entry " + entry);
        assertThatThrownBy(() -> jdbc.sql("truncate audit_entry").update()).isInstanceOf(DataAccessException.class);
        assertThat(audit("actor=" + subject)).hasSize(1);
    }

    @Test
    void removesWhatIsOlderThanTheRetention() throws Exception {
        UUID old = insertAged("366 days");
        UUID kept = insertAged("364 days");

        retention.stop();
        retention.start();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(ids("initech-aged")).doesNotContain(old));
        assertThat(ids("initech-aged")).contains(kept);
    }

    @Test
    void holdsNoCredentialEvenOneInAPath() throws Exception {
        String job = "mlj_" + "A".repeat(43);
        send(request("/dataset/" + job + "/" + scientist + "?token=" + scientist, scientist)
                .DELETE()
                .build());

        assertThat(only(audit("actor=" + subject)).path("path").asString()).isEqualTo("/dataset/…/…");
        assertThat(jdbc.sql("select count(*) from audit_entry e where e::text like '%eyJ%' or e::text like '%mlj\\_%'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private List<JsonNode> audit(String query) throws IOException, InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        get("/audit?" + query, OPERATOR).expect(200).json().path("items").forEach(items::add);
        return items;
    }

    private static JsonNode only(List<JsonNode> entries) {
        assertThat(entries).hasSize(1);
        return entries.getFirst();
    }

    private UUID insertAged(String age) {
        UUID id = UUID.randomUUID();
        jdbc.sql("""
                        insert into audit_entry (id, at, subject, name, roles, organization_id, method, path, source,
                            status, assets)
                        values (:id, now() - cast(:age as interval), 'aged', 'initech-aged', '{}', :organization,
                            'POST', '/dataset', '127.0.0.1', 201, '{}')
                        """)
                .param("id", id)
                .param("age", age)
                .param("organization", INITECH)
                .update();
        return id;
    }

    private List<UUID> ids(String name) {
        return jdbc.sql("select id from audit_entry where name = :name")
                .param("name", name)
                .query(UUID.class)
                .list();
    }
}
