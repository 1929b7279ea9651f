package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.Training;
import io.mlaas.ppfl.protocol.v1.Update;
import io.mlaas.privacy.accounting.GaussianRdp;
import io.mlaas.privacy.accounting.Orders;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the rounds of real federations spend. */
class RoundPrivacyTest extends RealRounds {
    private static final double DELTA = 1e-5;

    @Test
    void fixedClippingIsEnforcedTheNoiseIsDrawnAndWhatRanIsCharged() throws Exception {
        String id = made("fixed", """
                "topology": {"mode": "real", "clients": 3, "quorum": 2, "rounds": 3, "round_timeout_seconds": 60},
                "privacy": {"mechanism": "gaussian", "noise_multiplier": 2, "clipping": {"kind": "fixed", "norm": 0.5}}""");
        try (HandClient a = HandClient.join(kit(id, "fixed-a"));
                HandClient b = HandClient.join(kit(id, "fixed-b"));
                HandClient tooLong = HandClient.join(kit(id, "fixed-long"))) {
            Training first = a.training(a.asked());
            assertThat(first.getClippingNorm()).isEqualTo(0.5);
            assertThat(tooLong.say(HandClient.update(1), SIZE, 0.1f).getReason())
                    .startsWith("round 1: norm: 2.54")
                    .endsWith("(expected: <= 0.500005)");
            assertThat(a.say(HandClient.update(1), SIZE, 0.01f).getAccepted()).isTrue();
            assertThat(b.say(HandClient.update(1), SIZE, 0.01f).getAccepted()).isTrue();
            Training second = a.training(a.asked());
            double[] change = change(first, second);
            // 2 · 0.01 / 3 and N(0, (2 · 0.5 / 3)²): the sum is divided by who was expected
            assertThat(Arrays.stream(change).average().orElseThrow()).isCloseTo(0.0067, within(0.07));
            assertThat(deviation(change)).isCloseTo(1 / 3.0, within(0.06));
            assertThat(second.getClippingNorm()).isEqualTo(0.5);
            assertThat(client(id, "fixed-long").path("state").asString()).isEqualTo("REFUSED");
        }
        double one = epsilon(2, 1, 1);
        JsonNode running = get("/federations/" + id).body();
        assertThat(running.path("rounds").path(0).path("epsilon").asDouble()).isCloseTo(one, within(1e-9));
        assertThat(reported(id)).isCloseTo(one, within(1e-9));

        // the second round was under way: its model may have been seen
        assertThat(delete("/federations/" + id).status()).isLessThan(300);
        JsonNode entry =
                entry("fixed-a", found -> found.path("state").asString().equals("SETTLED"));
        assertThat(entry.path("mechanism").asString()).isEqualTo("gaussian");
        assertThat(entry.path("epsilon").asDouble()).isCloseTo(epsilon(2, 1, 2), within(1e-9));
    }

    @Test
    void adaptiveClippingFollowsTheClientsAndWhatNeverBeganCostsNothing() throws Exception {
        String privacy = """
                "privacy": {"mechanism": "gaussian", "noise_multiplier": 0.3, "accept_weak_privacy": true,
                            "clipping": {"kind": "adaptive", "norm": 1, "quantile": 0.5, "learning_rate": 0.2}}""";
        String id = made("adaptive", """
                "topology": {"mode": "real", "clients": 4, "quorum": 4, "rounds": 2, "round_timeout_seconds": 60},""" + privacy);
        try (HandClient a = HandClient.join(kit(id, "adaptive-a"));
                HandClient b = HandClient.join(kit(id, "adaptive-b"));
                HandClient c = HandClient.join(kit(id, "adaptive-c"));
                HandClient d = HandClient.join(kit(id, "adaptive-d"))) {
            Training first = a.training(a.asked());
            for (HandClient client : new HandClient[] {a, b, c, d}) {
                float[] change = new float[SIZE];
                Update update = Update.newBuilder()
                        .setChange(Vectors.bytes(change))
                        .setSamples(1)
                        .setWithinNorm(client != d)
                        .build();
                assertThat(client.answer(HandClient.update(1), update.toByteString())
                                .getAccepted())
                        .isTrue();
            }
            Training second = a.training(a.asked());
            // three of four were within the norm, a half is wanted: C · exp(-0.2 · 0.25), and noise on the count
            assertThat(second.getClippingNorm()).isBetween(0.9, 1.005).isNotEqualTo(1.0);
            // z_Δ = (0.3⁻² - (2 · 4/20)⁻²)^(-1/2) = 0.4536, on a sum that is divided by four
            assertThat(deviation(change(first, second))).isCloseTo(0.1134, within(0.02));
        }
        assertThat(get("/federations/" + id)
                        .body()
                        .path("rounds")
                        .path(0)
                        .path("epsilon")
                        .asDouble())
                .isCloseTo(epsilon(0.3, 1, 1), within(1e-9));
        assertThat(reported(id)).isCloseTo(epsilon(0.3, 1, 1), within(1e-9));
        assertThat(delete("/federations/" + id).status()).isLessThan(300);

        String never = made("never", """
                "topology": {"mode": "real", "clients": 4, "quorum": 4, "rounds": 2},""" + privacy);
        EnrolmentKit unused = kit(never, "never-came");
        assertThat(entry("never-came", found -> true).path("state").asString()).isEqualTo("RESERVED");
        assertThat(delete("/federations/" + never).status()).isLessThan(300);
        JsonNode released =
                entry("never-came", found -> !found.path("state").asString().equals("RESERVED"));
        assertThat(released.path("state").asString()).isEqualTo("RELEASED");
    }

    private JsonNode entry(String owner, Predicate<JsonNode> wanted) {
        return await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> get("/privacy-budgets/" + owner + "/entries")
                                .body()
                                .path("items")
                                .path(0),
                        wanted);
    }

    private double reported(String federation) throws Exception {
        return get("/federations/" + federation + "/report")
                .body()
                .path("privacy")
                .path("epsilon")
                .asDouble();
    }

    /** By the accountant itself. */
    private static double epsilon(double multiplier, double rate, int rounds) {
        return GaussianRdp.sampled(multiplier, rate, Orders.PATE)
                .times(rounds)
                .guarantee(DELTA)
                .epsilon();
    }

    private static double[] change(Training before, Training after) {
        float[] first = Vectors.floats(before.getWeights());
        float[] second = Vectors.floats(after.getWeights());
        return IntStream.range(0, SIZE).mapToDouble(i -> second[i] - first[i]).toArray();
    }

    private static double deviation(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow());
    }
}
