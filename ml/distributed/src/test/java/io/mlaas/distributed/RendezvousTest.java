package io.mlaas.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RendezvousTest {
    @Test
    void takesTheEnvironmentThatTorchrunSets() {
        assertThat(Rendezvous.of(Map.of(
                        "RANK", "1",
                        "WORLD_SIZE", "4",
                        "MASTER_ADDR", "trainer-0",
                        "MASTER_PORT", "29500",
                        "MLAAS_COLLECTIVE_TIMEOUT", "7")))
                .hasValue(new Rendezvous(
                        1,
                        4,
                        new Rendezvous.Store.Tcp("trainer-0", 29500, false, "mlaas/attempt_0"),
                        Duration.ofSeconds(7)));
        assertThat(Rendezvous.of(Map.of(
                                "RANK", "0",
                                "WORLD_SIZE", "2",
                                "MASTER_ADDR", "a",
                                "MASTER_PORT", "1",
                                "TORCHELASTIC_USE_AGENT_STORE", "True",
                                "TORCHELASTIC_RESTART_COUNT", "3"))
                        .orElseThrow()
                        .store())
                .isEqualTo(new Rendezvous.Store.Tcp("a", 1, true, "mlaas/attempt_3"));
        assertThat(Rendezvous.of(Map.of("RANK", "0", "WORLD_SIZE", "2", "MLAAS_RENDEZVOUS_FILE", "/r"))
                        .orElseThrow()
                        .store())
                .isEqualTo(new Rendezvous.Store.File(Path.of("/r")));
    }

    @Test
    void isEmptyForAWorldOfOne() {
        assertThat(Rendezvous.of(Map.of())).isEmpty();
        assertThat(Rendezvous.of(Map.of("RANK", "0", "WORLD_SIZE", "1"))).isEmpty();
    }

    @Test
    void refusesWhatDescribesNoGroup() {
        assertRefused(Map.of("RANK", "0"), "WORLD_SIZE is missing (expected: both RANK and WORLD_SIZE, or neither)");
        assertRefused(
                Map.of("RANK", "2", "WORLD_SIZE", "2", "MLAAS_RENDEZVOUS_FILE", "/r"),
                "RANK: 2 (expected: 0 to 1, WORLD_SIZE is 2)");
        assertRefused(Map.of("RANK", "0", "WORLD_SIZE", "two"), "WORLD_SIZE: \"two\" (expected: a whole number)");
        assertRefused(
                Map.of("RANK", "0", "WORLD_SIZE", "2", "MASTER_ADDR", "a", "MASTER_PORT", "70000"),
                "MASTER_PORT: 70000 (expected: 1 to 65535)");
        assertRefused(
                Map.of("RANK", "0", "WORLD_SIZE", "2"),
                "MASTER_ADDR is missing (expected: MASTER_ADDR and MASTER_PORT, as for torch.distributed's env://)");
    }

    private static void assertRefused(Map<String, String> environment, String message) {
        assertThatThrownBy(() -> Rendezvous.of(environment))
                .isInstanceOf(InvalidRendezvousException.class)
                .hasMessage(message);
    }

    @Test
    void cutsTensorsIntoBucketsOfWholeTensors() {
        assertThat(ProcessGroup.Range.buckets(List.of(3, 4, 20, 1, 1), 6))
                .containsExactly(
                        new ProcessGroup.Range(0, 7), new ProcessGroup.Range(7, 20), new ProcessGroup.Range(27, 2));
        assertThat(ProcessGroup.Range.buckets(List.of(), 6)).isEmpty();
    }
}
