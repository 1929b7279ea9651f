package io.mlaas.bench.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KillCommandTest {

    @Test
    void aWeightTellsHowOftenAMessageWasLearned() {
        double weight = 0;
        for (int times = 0; times <= 3; times++) {
            assertThat(KillCommand.timesOf(weight)).isEqualTo(times);
            weight += 0.5 * (1 - weight);
        }
        assertThat(KillCommand.timesOf(weight)).as("the fourth time").isEqualTo(3);
    }
}
