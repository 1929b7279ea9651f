package io.mlaas.training.job;

import static io.mlaas.training.job.JobState.CANCELLED;
import static io.mlaas.training.job.JobState.FAILED;
import static io.mlaas.training.job.JobState.PREPARING;
import static io.mlaas.training.job.JobState.QUEUED;
import static io.mlaas.training.job.JobState.REGISTERING;
import static io.mlaas.training.job.JobState.SUCCEEDED;
import static io.mlaas.training.job.JobState.TRAINING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobStateTest {

    @Test
    void goesThroughItsStepsInOrder() {
        assertThat(QUEUED.may(PREPARING)).isTrue();
        assertThat(PREPARING.may(TRAINING)).isTrue();
        assertThat(TRAINING.may(REGISTERING)).isTrue();
        assertThat(REGISTERING.may(SUCCEEDED)).isTrue();
    }

    @Test
    void skipsNoStep() {
        assertThat(QUEUED.next()).containsExactlyInAnyOrder(PREPARING, CANCELLED);
        assertThat(PREPARING.may(REGISTERING)).isFalse();
        assertThat(TRAINING.may(SUCCEEDED)).isFalse();
    }

    @Test
    void isNeitherRunAgainNorCancelledOnceItsResultIsBeingRegistered() {
        assertThat(REGISTERING.next()).containsExactlyInAnyOrder(SUCCEEDED, FAILED);
    }

    @ParameterizedTest
    @EnumSource(names = {"SUCCEEDED", "FAILED", "CANCELLED"})
    void staysEnded(JobState state) {
        assertThat(state.ended()).isTrue();
        assertThat(state.next()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"PREPARING", "TRAINING"})
    void returnsToTheQueueWhenThePlatformFailedIt(JobState state) {
        assertThat(state.may(QUEUED)).isTrue();
    }

    @Test
    void reachesEveryStateFromTheQueue() {
        Set<JobState> reached = EnumSet.of(QUEUED);
        while (reached.addAll(reached.stream().flatMap(s -> s.next().stream()).toList())) {
            assertThat(reached).isNotEmpty();
        }
        assertThat(reached).containsExactlyInAnyOrder(JobState.values());
    }

    @Test
    void waitsTwiceAsLongAfterEachFailureUpToALimit() {
        var retry = new JobProperties.Retry(5, 100, 2, Duration.ofSeconds(2), Duration.ofMinutes(5));
        assertThat(retry.delay(1)).isEqualTo(Duration.ofSeconds(2));
        assertThat(retry.delay(2)).isEqualTo(Duration.ofSeconds(4));
        assertThat(retry.delay(5)).isEqualTo(Duration.ofSeconds(32));
        assertThat(retry.delay(90)).isEqualTo(Duration.ofMinutes(5));
    }
}
