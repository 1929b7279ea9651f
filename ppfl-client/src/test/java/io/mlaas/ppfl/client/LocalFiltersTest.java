package io.mlaas.ppfl.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.federated.aggregation.ModelUpdate;
import io.mlaas.federated.aggregation.ParameterLayout;
import io.mlaas.federated.plan.Plan;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.Training;
import io.mlaas.ppfl.protocol.v1.Update;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to an update before it leaves, and that noise covers one of them in each round. */
class LocalFiltersTest {
    private static final int WEIGHTS = 640;
    private static final int SIZE = 650;

    @TempDir
    Path folder;

    @Test
    void whatIsExcludedIsZeroAndTheRestIsShortenedAndCoveredByNoiseThatIsNeverTheSame() {
        Plan plan = plan("""
                [{"kind": "gaussian", "norm": 2, "noise_multiplier": 0.5}, {"kind": "exclude", "variables": ["*.bias"]}]""");
        LocalFilters filters = filters(plan);
        float[] first = filters.apply(update(3), 5, 1).delta();
        float[] again = filters.apply(update(3), 5, 1).delta();
        assertThat(Arrays.copyOfRange(first, WEIGHTS, SIZE)).containsOnly(0);
        // 650 values of 3 have a norm of 76.5, so each becomes 3 · 2 / 76.5; the noise has σ = 1
        assertThat(mean(first, WEIGHTS)).isCloseTo(0.078, within(0.3));
        assertThat(deviation(first, WEIGHTS)).isCloseTo(1, within(0.2));
        assertThat(again).isNotEqualTo(first);
        assertThat(LocalFilters.sentences(plan))
                .containsExactly(
                        "gaussian: norm 2.0 at most and noise of 0.5 times that, drawn here; epsilon 48.802 at delta 1e-05"
                                + " over 10 rounds, against the server too",
                        "exclude: changes of *.bias stay here, zeros leave instead");
    }

    @Test
    void theHeuristicsSayThatTheyPromiseNothingAndAFilterThatFailsIsNamed() {
        Plan plan = plan("""
                [{"kind": "percentile", "percentile": 50, "gamma": 0.01}, {"kind": "sparse_vector", "tau": 1e9}]""");
        assertThat(LocalFilters.sentences(plan))
                .containsExactly(
                        "percentile: the largest changes only; a heuristic, no epsilon",
                        "sparse vector: some of the changes, with noise; a heuristic, no epsilon");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> filters(plan).apply(update(3), 5, 1))
                .withMessageStartingWith("privacy.filters: tau: 1.0E9 (expected: ");
        float[] largest = filters(plan("""
                        [{"kind": "percentile", "percentile": 50, "gamma": 0.01}]"""))
                .apply(new ModelUpdate("a", 1, growing()), 5, 1)
                .delta();
        assertThat(Arrays.copyOf(largest, SIZE / 2)).containsOnly(0);
        assertThat(largest[SIZE - 1]).isEqualTo(0.05f); // 5 steps of γ
    }

    @Test
    void anUpdateUnderNoiseIsToldOnceInEachRoundAndTheSameAfterACrash() {
        AtomicInteger made = new AtomicInteger();
        Update told;
        try (StateDirectory state = StateDirectory.open(folder)) {
            told = new Releases(state, 2).of(1, question(1), () -> made(made));
        }
        try (StateDirectory state = StateDirectory.open(folder)) {
            Releases releases = new Releases(state, 2);
            assertThat(releases.of(1, question(1), () -> made(made))).isEqualTo(told);
            assertThat(made).hasValue(1);
            refuses(releases, 1, 2, "round 1: this client has told a noisy update of round 1 already");
            assertThat(releases.of(2, question(1), () -> made(made))).isNotEqualTo(told);
            refuses(releases, 1, 1, "round 1: this client has told a noisy update of round 2 already");
            refuses(releases, 3, 1, "round 3 (expected: 1 to 2, as the plan says");
            assertThat(made).hasValue(2);
        }
    }

    private static void refuses(Releases releases, int round, float weight, String message) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> releases.of(round, question(weight), () -> {
                    throw new AssertionError("no update is made");
                }))
                .withMessageStartingWith(message);
    }

    private static Update made(AtomicInteger count) {
        return Update.newBuilder().setSamples(count.incrementAndGet()).build();
    }

    private static Training question(float weight) {
        return Training.newBuilder()
                .setWeights(Vectors.bytes(new float[] {weight}))
                .build();
    }

    private static Plan plan(String filters) {
        return Plan.parse("""
                {"topology": {"mode": "real", "rounds": 10}, "privacy": {"filters": %s}, "model": {"net_name": "digits-softmax"}}
                """.formatted(filters));
    }

    private static LocalFilters filters(Plan plan) {
        return new LocalFilters(
                plan, ParameterLayout.of(plan.model().description().resolve(null)));
    }

    private static ModelUpdate update(float value) {
        float[] delta = new float[SIZE];
        Arrays.fill(delta, value);
        return new ModelUpdate("a", 1, delta);
    }

    private static float[] growing() {
        float[] delta = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            delta[i] = i + 1;
        }
        return delta;
    }

    private static double mean(float[] values, int count) {
        return IntStream.range(0, count).mapToDouble(i -> values[i]).average().orElseThrow();
    }

    private static double deviation(float[] values, int count) {
        double mean = mean(values, count);
        return Math.sqrt(IntStream.range(0, count)
                .mapToDouble(i -> (values[i] - mean) * (values[i] - mean))
                .average()
                .orElseThrow());
    }
}
