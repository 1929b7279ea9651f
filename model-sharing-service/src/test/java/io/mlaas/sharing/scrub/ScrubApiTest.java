package io.mlaas.sharing.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.sharing.RegistryServer;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.testkit.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Everything at rest is looked at, without anybody asking for it. */
class ScrubApiTest extends RegistryServer {
    @Autowired
    private ScrubRepository runs;

    @Autowired
    private DataSource database;

    private final UUID company = UUID.randomUUID();
    private final String user = TestIdentity.user(UUID.randomUUID(), "scientist", company, "DATA_SCIENTIST");
    private final String operator = TestIdentity.user(UUID.randomUUID(), "operator", company, "OPERATOR");

    private UUID start() throws Exception {
        return UUID.fromString(
                postJson("/scrub", operator, "").expect(202).json().path("id").asString());
    }

    private JsonNode run(UUID id) throws Exception {
        for (JsonNode run : get("/scrub", operator).expect(200).json().path("runs")) {
            if (run.path("id").asString().equals(id.toString())) {
                return run;
            }
        }
        throw new AssertionError("no run " + id);
    }

    private JsonNode finished(UUID id) throws Exception {
        await().atMost(Duration.ofSeconds(30)).until(() -> run(id).has("finished_at"));
        return run(id);
    }

    private String status(String asset) throws Exception {
        return get(asset + "/status", user).expect(200).json().path("status").asString();
    }

    @Test
    void findsWhatWasTamperedWithAndLeavesTheRest() throws Exception {
        byte[] bad = random(2_000_000);
        byte[] badModel = random(1000);
        UUID good = registerDataset(user, random(3000));
        UUID dataset = registerDataset(user, bad);
        UUID model = trainedModel(user, badModel);
        UUID goodModel = trainedModel(user, random(1000));
        flipOneByte(stored(company, bad));
        Files.delete(stored(company, badModel));

        UUID id = start();
        JsonNode run = finished(id);

        assertThat(run.path("tampered").asInt()).isEqualTo(2);
        assertThat(run.path("unchecked").asInt()).isZero();
        assertThat(run.path("assets").asInt()).isEqualTo(6); // with the datasets of the models
        assertThat(run.path("bytes").asLong()).isGreaterThan(2_000_000);
        assertThat(run.path("findings")).hasSize(2);
        assertThat(run.path("findings"))
                .anySatisfy(found -> {
                    assertThat(found.path("asset_id").asString()).isEqualTo(dataset.toString());
                    assertThat(found.path("outcome").asString()).isEqualTo("TAMPERED");
                    assertThat(found.path("expected").asString()).isEqualTo(sha256(bad));
                })
                .anySatisfy(
                        found -> assertThat(found.path("reason").asString()).isEqualTo("the stored object is gone"));
        assertThat(status("/dataset/" + dataset)).isEqualTo("QUARANTINED");
        assertThat(status("/model/" + model)).isEqualTo("QUARANTINED");
        assertThat(status("/dataset/" + good)).isEqualTo("REGISTERED");
        assertThat(status("/model/" + goodModel)).isEqualTo("TRAINED");
        assertThat(events(dataset, RegistryEvents.ASSET_QUARANTINED)).hasSize(1);
        assertThat(events(id, RegistryEvents.SCRUB_FINISHED))
                .singleElement()
                .satisfies(event -> assertThat(event.path("tampered").asInt()).isEqualTo(2));
        assertThat(finished(start()).path("tampered").asInt()).isZero();
    }

    @Test
    void whatCannotBeAskedIsNeverQuarantined() throws Exception {
        UUID first = registerDataset(user, random(1000));
        UUID second = registerDataset(user, random(1000));

        chain.down(true);
        JsonNode withoutChain = finished(start());
        chain.down(false);

        assertThat(withoutChain.path("unchecked").asInt()).isEqualTo(2);
        assertThat(withoutChain.path("tampered").asInt()).isZero();
        assertThat(withoutChain.path("findings"))
                .allSatisfy(
                        found -> assertThat(found.path("outcome").asString()).isEqualTo("UNCHECKED"));

        Path bucket = TestServers.s3Files().resolve(company.toString());
        Path away = bucket.resolveSibling(company + ".away");
        Files.move(bucket, away);
        JsonNode withoutBucket;
        try {
            withoutBucket = finished(start());
        } finally {
            Files.move(away, bucket);
        }
        assertThat(withoutBucket.path("unchecked").asInt()).isEqualTo(2);
        assertThat(status("/dataset/" + first)).isEqualTo("REGISTERED");
        assertThat(status("/dataset/" + second)).isEqualTo("REGISTERED");
        assertThat(finished(start()).path("unchecked").asInt()).isZero();
    }

    @Test
    void aContractThatTheChainDoesNotKnowIsReportedAndNotQuarantined() throws Exception {
        UUID id = registerDataset(user, random(1000));
        jdbc.sql("update dataset set contract_address = '0xffffffffffffffffffffffffffffffffffffffff' where id = :id")
                .param("id", id)
                .update();

        // A run that somebody else's request began before the change may have passed the asset already.
        await().untilAsserted(() -> {
            JsonNode run = finished(start());
            assertThat(run.path("not_on_chain").asInt()).as("%s", run).isEqualTo(1);
            assertThat(run.path("findings").path(0).path("outcome").asString()).isEqualTo("NOT_ON_CHAIN");
        });
        assertThat(status("/dataset/" + id)).isEqualTo("REGISTERED");
        get("/dataset/" + id, user).expect(502);
    }

    @Test
    void goesOnWhereAKilledProcessLeftIt() throws Exception {
        List<UUID> ids = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            contents.add(random(1000));
            ids.add(registerDataset(user, contents.get(i)));
        }
        for (byte[] content : contents) {
            flipOneByte(stored(company, content));
        }
        UUID second = ids.stream()
                .sorted(Comparator.comparing(UUID::toString))
                .toList()
                .get(1);
        UUID run = UUID.randomUUID();
        // What the process wrote down after its second look.
        jdbc.sql("""
                with run as (insert into scrub_run (id, organization_id, requested_by) values (:run, :company, 'x'))
                insert into scrub_progress (run_id, organization_id, after_kind, after_id, assets)
                values (:run, :company, 'dataset', :after, 2)
                """)
                .param("run", run)
                .param("company", company)
                .param("after", second)
                .update();

        JsonNode finished = finished(run);

        assertThat(finished.path("assets").asInt()).isEqualTo(4);
        assertThat(finished.path("tampered").asInt()).isEqualTo(2);
        assertThat(finished(start()).path("tampered").asInt()).isEqualTo(2);
    }

    @Test
    void oneProcessScrubsAtATimeAndARepeatedRequestIsTheSameRun() throws Exception {
        registerDataset(user, random(1000));
        UUID id;
        try (Connection other = database.getConnection();
                var statement = other.createStatement()) {
            await().until(() -> {
                try (var answer = statement.executeQuery("select pg_try_advisory_lock(" + 0x6d6c73637275L + ")")) {
                    return answer.next() && answer.getBoolean(1);
                }
            });
            id = start();
            assertThat(start()).isEqualTo(id);
            await().during(Duration.ofMillis(500))
                    .until(() -> run(id).path("assets").asInt() == 0);
            statement.execute("select pg_advisory_unlock(" + 0x6d6c73637275L + ")");
        }
        assertThat(finished(id).path("assets").asInt()).isEqualTo(1);
    }

    @Test
    void theCompanyOfWhichLeastWasReadComesFirst() {
        UUID run = UUID.randomUUID();
        UUID small = UUID.randomUUID();
        UUID large = UUID.randomUUID();
        jdbc.sql("insert into scrub_run (id, finished_at) values (:run, now())")
                .param("run", run)
                .update();
        for (UUID one : List.of(small, large)) {
            jdbc.sql("insert into scrub_progress (run_id, organization_id, bytes) values (:run, :one, :bytes)")
                    .param("run", run)
                    .param("one", one)
                    .param("bytes", one.equals(small) ? 10 : 1_000_000)
                    .update();
        }
        assertThat(runs.turn(run).orElseThrow().organizationId()).isEqualTo(small);
        jdbc.sql("update scrub_progress set bytes = 2000000 where run_id = :run and organization_id = :one")
                .param("run", run)
                .param("one", small)
                .update();
        assertThat(runs.turn(run).orElseThrow().organizationId()).isEqualTo(large);
        jdbc.sql("update scrub_progress set unchecked = 1, assets = 1 where run_id = :run and organization_id = :one")
                .param("run", run)
                .param("one", large)
                .update();
        assertThat(runs.turn(run).orElseThrow().organizationId())
                .as("one whose bucket does not answer waits")
                .isEqualTo(small);
        jdbc.sql("update scrub_progress set unchecked = 0 where run_id = :run")
                .param("run", run)
                .update();
        runs.done(run, large);
        assertThat(runs.turn(run).orElseThrow().organizationId()).isEqualTo(small);
    }

    @Test
    void anotherCompanySeesNothingOfItAndAnAdministratorAll() throws Exception {
        UUID dataset = registerDataset(user, random(10));
        UUID id = start();
        finished(id);
        String stranger = TestIdentity.user(UUID.randomUUID(), "stranger", UUID.randomUUID(), "OPERATOR");
        assertThat(new String(
                        get("/scrub?limit=50", stranger).expect(200).body(), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain(id.toString())
                .doesNotContain(dataset.toString());
        assertThat(new String(
                        get("/scrub?limit=50", TestIdentity.admin()).expect(200).body(),
                        java.nio.charset.StandardCharsets.UTF_8))
                .contains(id.toString());
        assertThat(get("/scrub?limit=51", operator).expect(422).code()).isEqualTo("INVALID_REQUEST");
    }
}
