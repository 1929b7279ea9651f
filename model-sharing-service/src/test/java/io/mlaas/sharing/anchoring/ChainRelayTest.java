package io.mlaas.sharing.anchoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mlaas.api.sharing.RegistryEvents;
import io.mlaas.sharing.RegistryServer;
import io.mlaas.testkit.TestIdentity;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChainRelayTest extends RegistryServer {

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

    private String step(UUID asset) {
        return jdbc.sql("select state from chain_step where asset_id = :id")
                .param("id", asset)
                .query(String.class)
                .single();
    }

    @Test
    void pausesLongerWithEachFailureUpToALimit() {
        var properties = new AnchoringProperties(
                Duration.ofSeconds(10), 16, Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(60));
        assertThat(properties.pause(1)).hasSeconds(1);
        assertThat(properties.pause(3)).hasSeconds(4);
        assertThat(properties.pause(7)).hasSeconds(60);
        assertThat(properties.pause(1_000_000)).hasSeconds(60);
    }
}
