package io.mlaas.neural.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.mlaas.neural.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Expected rates: torch.optim.lr_scheduler of PyTorch 1.13.1, stepped once per epoch (make_torch_fixtures.py). */
class ScheduleTest {
    private static final JsonNode FIXTURE = Fixtures.json("torch.json").get("schedules");

    @ParameterizedTest
    @ValueSource(strings = {"step", "exponential", "cosine", "plateau"})
    void followsTheSchedulerOfPyTorch(String name) {
        Schedule.Course course = Schedule.parse(FIXTURE.get(name).get(0)).start(0.5, 12);
        for (int epoch = 0; epoch < 12; epoch++) {
            double truth = FIXTURE.get(name).get(1).get(epoch).doubleValue();
            assertThat(course.rate(epoch)).isCloseTo(truth, offset(1e-12));
            course.observe(FIXTURE.get("plateau_losses").get(epoch).doubleValue());
        }
    }

    @Test
    void risesLinearlyWhileWarmingUp() {
        Schedule.Course course = new Schedule(Schedule.Kind.COSINE, 4, 1, 1, 0, 0).start(0.8, 8);
        assertThat(course.rate(0)).isEqualTo(0.2);
        assertThat(course.rate(3)).isEqualTo(0.8);
        assertThat(course.rate(4)).isEqualTo(0.8);
        assertThat(course.rate(6)).isCloseTo(0.4, offset(1e-12));
    }
}
