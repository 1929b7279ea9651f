package io.mlaas.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Map<String, String> KUBEFLOW = Map.of(
            "PET_NNODES", "3",
            "PET_NODE_RANK", "1",
            "PET_NPROC_PER_NODE", "2",
            "PET_MASTER_ADDR", "job-node-0-0.job",
            "PET_MASTER_PORT", "29500");

    @Test
    void takesTheEnvironmentThatKubeflowTrainerSets() {
        Plan plan = Plan.of(KUBEFLOW, null).orElseThrow();
        assertThat(plan)
                .isEqualTo(new Plan(3, 1, 2, Map.of("MASTER_ADDR", "job-node-0-0.job", "MASTER_PORT", "29500")));
        assertThat(plan.worldSize()).isEqualTo(6);
    }

    @Test
    void startsNothingForARankOrASingleWorker() {
        assertThat(Plan.of(Map.of("RANK", "0", "WORLD_SIZE", "2"), "4")).isEmpty();
        assertThat(Plan.of(Map.of(), null)).isEmpty();
        assertThat(Plan.of(Map.of("PET_NNODES", "1", "PET_NPROC_PER_NODE", "auto"), null))
                .isEmpty();
        assertThat(Plan.of(Map.of(), "2")).hasValue(new Plan(1, 0, 2, Map.of()));
    }

    @Test
    void refusesWhatIsNoPlan() {
        assertThatThrownBy(() -> Plan.of(Map.of(), "0")).hasMessage("workers: 0 (expected: 1 to 256)");
        assertThatThrownBy(() -> Plan.of(Map.of("PET_NNODES", "2", "PET_NODE_RANK", "2"), null))
                .hasMessage("PET_NODE_RANK: 2 of PET_NNODES: 2 (expected: 0 to 1)");
        assertThatThrownBy(() -> Plan.of(Map.of("PET_NNODES", "2"), null))
                .hasMessage("PET_MASTER_ADDR is missing (expected: the address of node 0, as for torchrun)");
    }
}
