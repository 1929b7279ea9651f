package io.mlaas.sharing.anchoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.blockchain.VerifyRequest;
import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.sharing.RegistryServer;
import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class ChainRelayTest extends RegistryServer {
    @Autowired
    private ChainStepRepository steps;

    @Test
    void takesAStepWhoseWorkerVanishedAndChangesNothingTwice() throws Exception {
        UUID dataset = registerDataset(TestIdentity.acmeScientist(), random(10));
        int deployments = chain.deployments();
        // As if the process was killed between the chain's answer and its being recorded as done.
        jdbc.sql("""
                update chain_step set state = 'WAITING', finished_at = null, leased_until = now() - interval '1 second'
                where asset_id = :id
                """).param("id", dataset).update();
        await().untilAsserted(() -> assertThat(step(dataset)).isEqualTo("DONE"));
        assertThat(chain.deployments()).isEqualTo(deployments);
        assertThat(events(dataset, RegistryEvents.DATASET_REGISTERED)).hasSize(1);
    }

    @Test
    void leavesAStepToItsWorker() throws Exception {
        UUID dataset = registerDataset(TestIdentity.acmeScientist(), random(10));
        jdbc.sql("""
                update chain_step set state = 'WAITING', finished_at = null, leased_until = now() + interval '1 hour'
                where asset_id = :id
                """).param("id", dataset).update();
        registerDataset(TestIdentity.acmeScientist(), random(10));
        assertThat(step(dataset)).isEqualTo("WAITING");
    }

    @Test
    void takesManyRegistrationsTogetherAndGivesEachItsOwnOutcome() throws Exception {
        List<UUID> datasets = waiting(40);
        chain.refuse(datasets.get(7));
        int batches = chain.batches();
        long deployments = chain.deployments();

        release(datasets);

        await().untilAsserted(() -> {
            for (UUID dataset : datasets) {
                assertThat(step(dataset)).isEqualTo(dataset.equals(datasets.get(7)) ? "REFUSED" : "DONE");
            }
        });
        assertThat(chain.batches() - batches).isBetween(1, 10);
        assertThat(chain.deployments() - deployments).isEqualTo(39);
        assertThat(state(datasets.get(7))).isEqualTo("FAILED");
        assertThat(state(datasets.get(8))).isEqualTo("REGISTERED");
        assertThat(events(datasets.get(8), RegistryEvents.DATASET_REGISTERED)).hasSize(1);
    }

    @Test
    void anchorsOnceWhenTheAnswersToWholeBatchesAreLost() throws Exception {
        List<UUID> datasets = waiting(30);
        long deployments = chain.deployments();
        chain.loseAnswers(3);

        release(datasets);

        await().untilAsserted(() ->
                assertThat(datasets).allMatch(dataset -> step(dataset).equals("DONE")));
        assertThat(chain.deployments() - deployments).isEqualTo(30);
        for (UUID dataset : datasets) {
            assertThat(events(dataset, RegistryEvents.DATASET_REGISTERED)).hasSize(1);
        }
    }

    @Test
    void leasesByTheDatabasesClock() throws Exception {
        UUID dataset = waiting(1).getFirst();
        jdbc.sql("update chain_step set next_attempt_at = now() - interval '1 second' where asset_id = :id")
                .param("id", dataset)
                .update();
        await().untilAsserted(() -> assertThat(step(dataset)).isEqualTo("DONE"));
        ChainStep step = jdbc.sql("""
                insert into chain_step (asset_id, kind, request, next_attempt_at)
                select asset_id, 'VERIFY', request, now() + interval '1 hour' from chain_step where asset_id = :id
                returning sequence
                """)
                .param("id", dataset)
                .query((row, number) -> (ChainStep) new ChainStep.Verify(
                        row.getLong("sequence"),
                        dataset,
                        1,
                        "0x",
                        new VerifyRequest(UUID.randomUUID(), "a1".repeat(32), "b2".repeat(16))))
                .single();

        steps.retryAfter(step, Duration.ofMinutes(10), "for the test");

        assertThat(jdbc.sql("""
                        select extract(epoch from next_attempt_at - now())::int from chain_step where sequence = :sequence
                        """)
                        .param("sequence", step.sequence())
                        .query(Integer.class)
                        .single())
                .isBetween(590, 600);
        jdbc.sql("delete from chain_step where sequence = :sequence")
                .param("sequence", step.sequence())
                .update();
    }

    @Test
    void measuresHowManyStepsItTakesInASecond() throws Exception {
        List<UUID> datasets = waiting(2_000);
        long start = System.nanoTime();
        release(datasets);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> jdbc.sql("select count(*) from chain_step where state = 'WAITING' and asset_id in (:ids)")
                                .param("ids", datasets)
                                .query(Long.class)
                                .single()
                        == 0);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%d chain steps in %.1f s: %.0f/s%n", datasets.size(), seconds, datasets.size() / seconds);
        assertThat(state(datasets.getLast())).isEqualTo("REGISTERED");
    }

    /** Datasets whose registration is written down and not due yet. */
    private List<UUID> waiting(int count) throws Exception {
        List<UUID> datasets = new ArrayList<>();
        UUID like = registerDataset(TestIdentity.acmeScientist(), random(10));
        for (int i = 0; i < count; i++) {
            UUID id = UUID.randomUUID();
            jdbc.sql("""
                    insert into dataset (id, organization_id, registered_by, state, artifact_id, samples_dimension, metadata)
                    select :id, organization_id, registered_by, 'PENDING', artifact_id, samples_dimension, metadata
                    from dataset where id = :like
                    """).param("id", id).param("like", like).update();
            jdbc.sql("""
                    insert into chain_step (asset_id, kind, request, next_attempt_at)
                    select :id, 'DEPLOY', jsonb_set(request, '{asset_id}', to_jsonb(cast(:id as text))),
                           now() + interval '1 hour'
                    from chain_step where asset_id = :like and kind = 'DEPLOY'
                    """).param("id", id).param("like", like).update();
            datasets.add(id);
        }
        return datasets;
    }

    private void release(List<UUID> datasets) {
        jdbc.sql("update chain_step set next_attempt_at = now() where asset_id in (:ids)")
                .param("ids", datasets)
                .update();
    }

    private String state(UUID dataset) {
        return jdbc.sql("select state from dataset where id = :id")
                .param("id", dataset)
                .query(String.class)
                .single();
    }

    private String step(UUID asset) {
        return jdbc.sql("select state from chain_step where asset_id = :id")
                .param("id", asset)
                .query(String.class)
                .single();
    }

    @Test
    void pausesLongerWithEachFailureUpToALimit() {
        var properties = new AnchoringProperties(
                Duration.ofSeconds(10),
                16,
                2,
                100,
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofSeconds(60));
        assertThat(properties.pause(1)).hasSeconds(1);
        assertThat(properties.pause(3)).hasSeconds(4);
        assertThat(properties.pause(7)).hasSeconds(60);
        assertThat(properties.pause(1_000_000)).hasSeconds(60);
    }
}
