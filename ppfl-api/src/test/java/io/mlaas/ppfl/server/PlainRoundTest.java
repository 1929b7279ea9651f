package io.mlaas.ppfl.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Update;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A round of plain updates, from committed answers alone; one client scales its update by a thousand. */
class PlainRoundTest {
    private static final double STEP = 0.01;
    private static final double NOISE = 0.001;

    @ParameterizedTest
    @ValueSource(strings = {"median", "trimmed_mean", "krum", "multi_krum", "bulyan"})
    void robustStrategiesStayNearAndNameWhoSentIt(String strategy) {
        RoundResult result = aggregate(strategy, 7, 1000);
        assertThat(farthest(result.change())).isLessThan(5 * NOISE);
        assertThat(result.counted()).containsExactly("a", "b", "c", "d", "e", "f");
        assertThat(result.outlying()).containsOnlyKeys("g");
        assertThat(result.outlying().get("g"))
                .startsWith("norm: ")
                .endsWith("10 times the median of the round); it is left to the strategy, which withstands it");
        assertThat(result.given()).isEqualTo(7);
        assertThat(result.refused()).isEmpty();
        assertThat(aggregate(strategy, 7, 1).outlying()).isEmpty();
    }

    @Test
    void theMeanDoesWithoutItAndIsCarriedAwayWhereTooFewAreThereToSeeIt() {
        RoundResult result = aggregate("fedavg", 7, 1000);
        assertThat(farthest(result.change())).isLessThan(5 * NOISE);
        assertThat(result.refused()).containsOnlyKeys("g");
        assertThat(result.counted()).hasSize(6).doesNotContain("g");

        RoundResult ofTwo = aggregate("fedavg", 2, 1000);
        assertThat(ofTwo.counted()).containsExactly("a", "b");
        assertThat(farthest(ofTwo.change())).isGreaterThan(100 * STEP);
    }

    /** All learn about the same; the last one says so a thousandfold. */
    private static RoundResult aggregate(String strategy, int clients, float factor) {
        RunPlan plan = RunPlan.of(
                JsonMapper.builder().build().readTree("""
                {"name": "plain", "engine": "fedavg",
                 "topology": {"mode": "real", "clients": %d, "rounds": 1, "quorum": %d},
                 "aggregation": {"strategy": "%s", "byzantine": %d, "trim": 0.2}, "model": {"net_name": "digits-softmax"}}
                """.formatted(clients, clients, strategy, clients == 7 ? 1 : 0)));
        Random random = new Random(7);
        Map<String, byte[]> answers = new TreeMap<>();
        for (int client = 0; client < clients; client++) {
            float[] change = new float[plan.layout().size()];
            for (int i = 0; i < change.length; i++) {
                change[i] = (float) (STEP + NOISE * random.nextGaussian()) * (client == clients - 1 ? factor : 1);
            }
            Update update = Update.newBuilder()
                    .setChange(Vectors.bytes(change))
                    .setSamples(10)
                    .build();
            answers.put(String.valueOf((char) ('a' + client)), update.toByteArray());
        }
        RoundRecord record = new Committed(plan, answers);
        answers.forEach(
                (name, answer) -> plan.protocol().check(Phase.UPDATE, name, ByteString.copyFrom(answer), record));
        return plan.protocol().aggregate(record);
    }

    private static double farthest(double[] change) {
        double most = 0;
        for (double value : change) {
            most = Math.max(most, Math.abs(value - STEP));
        }
        return most;
    }

    private record Committed(RunPlan plan, Map<String, byte[]> updates) implements RoundRecord {
        @Override
        public Run run() {
            byte[] weights = new byte[plan.layout().size() * Float.BYTES];
            return new Run(new UUID(0, 9), 7, 1, 1, Phase.UPDATE, Instant.now(), weights, null, 0, 0, 0);
        }

        @Override
        public Map<String, byte[]> answers(Phase phase) {
            return updates;
        }

        @Override
        public List<String> asked(Phase phase) {
            return List.copyOf(updates.keySet());
        }

        @Override
        public String authority() {
            throw new UnsupportedOperationException("no certificate is asked for in a plain round");
        }
    }
}
