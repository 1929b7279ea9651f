package io.mlaas.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.transform.payload.Message;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State goes on elsewhere as if it had never stopped, is bounded, and is refused when it is not this document's. */
class StateTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final int MESSAGES = 1500;

    @ParameterizedTest
    @ValueSource(strings = {"""
                {"step": "resample", "every": "PT10S", "fields": {"x": "mean", "y": "last"}, "lateness": "PT5S", "late": "update"},
                {"step": "fill", "method": "linear", "limit": 3},
                {"step": "scale", "method": "standard", "fit": "running", "fields": ["x", "y"], "warm_up": 20},
                {"step": "lag", "field": "x", "lags": [1, 4]},
                {"step": "window", "inputs": ["x", "y", "x_lag_1", "x_lag_4"], "targets": ["x"], "in": 6, "out": 3}""", """
                {"step": "fill", "method": "previous", "limit": 4},
                {"step": "scale", "method": "min_max", "fit": "running", "fields": ["x"], "per": "source", "warm_up": 5},
                {"step": "lag", "field": "x", "lags": [2]},
                {"step": "calendar", "features": ["hour"]},
                {"step": "window", "inputs": ["x", "hour_sin"], "targets": ["y"], "in": 4, "out": 2, "stride": 3}""", """
                {"step": "resample", "every": "PT10S", "fields": {"x": "max"}, "minimum_count": 2, "late": "error"},
                {"step": "fill", "method": "constant", "value": 0},
                {"step": "window", "inputs": ["x"], "in": 3, "out": 1}"""})
    void goesOnElsewhereAsIfItHadNeverStopped(String steps) {
        String document = limited(Pipeline.document(steps), "\"sources\": 3");
        List<Message> messages = messages();
        Transformer whole = Transformer.of(document);
        List<Outcome> expected = new ArrayList<>();
        messages.forEach(message -> expected.add(whole.accept(message)));
        assertThat(expected.stream()
                        .mapToInt(outcome -> outcome.samples().size())
                        .sum())
                .isPositive();

        List<Outcome> outcomes = new ArrayList<>();
        Transformer part = Transformer.of(document);
        for (int i = 0; i < messages.size(); i++) {
            if (i % 97 == 50) {
                byte[] state = part.writeState();
                part = Transformer.of(document);
                part.restore(state);
                assertThat(part.writeState()).isEqualTo(state);
            }
            outcomes.add(part.accept(messages.get(i)));
        }

        assertThat(part.writeState()).isEqualTo(whole.writeState());
        assertThat(part.dropped()).isEqualTo(whole.dropped());
        for (int i = 0; i < outcomes.size(); i++) {
            assertThat(outcomes.get(i).rejections()).isEqualTo(expected.get(i).rejections());
            assertThat(shown(outcomes.get(i))).isEqualTo(shown(expected.get(i)));
        }
    }

    @Test
    void isRefusedWhenItIsNotThisDocumentsOrNotWhole() {
        String steps = "{\"step\": \"window\", \"inputs\": [\"x\"], \"in\": %d, \"out\": 0}";
        Pipeline pipeline = new Pipeline(steps.formatted(3)).at(0, "x=1").at(1, "x=2");
        byte[] state = pipeline.transformer().writeState();
        Transformer same = Transformer.of(Pipeline.document(steps.formatted(3)));

        assertThatThrownBy(() ->
                        Transformer.of(Pipeline.document(steps.formatted(4))).restore(state))
                .hasMessage("state: of another configuration (expected: this document's)");
        for (int length : new int[] {0, 10, 60, state.length - 1}) {
            assertThatThrownBy(() -> same.restore(Arrays.copyOf(state, length)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("state: ");
        }
        byte[] changed = state.clone();
        changed[60] ^= 1;
        assertThatThrownBy(() -> same.restore(changed)).hasMessageStartingWith("state: truncated or changed");
        byte[] newer = state.clone();
        newer[7] = 3;
        assertThatThrownBy(() -> same.restore(newer)).hasMessage("state: version 3 (expected: 1 or 2)");
        same.restore(state);
        assertThat(new Pipeline(same).at(2, "x=3").shown()).containsExactly("2: 1 2 3");
    }

    @Test
    void forgetsTheMostSilentSourceOrRejectsNewOnesWhenThereIsNoRoom() {
        String document = Pipeline.document("{\"step\": \"window\", \"inputs\": [\"x\"], \"in\": 2, \"out\": 0}");
        Pipeline evict = new Pipeline(Transformer.of(limited(document, "\"sources\": 2")));
        evict.from("a", 0, "x=1")
                .from("b", 0, "x=2")
                .from("a", 1, "x=3")
                .from("c", 1, "x=4")
                .from("b", 2, "x=5");
        assertThat(evict.shown()).containsExactly("1: 1 3");
        assertThat(evict.transformer().dropped()).containsEntry("source forgotten", 2L);

        Pipeline reject = new Pipeline(Transformer.of(limited(document, "\"sources\": 1, \"when_full\": \"reject\"")));
        reject.from("a", 0, "x=1").from("b", 0, "x=2").from("a", 1, "x=3");
        assertThat(reject.shown()).containsExactly("1: 1 3");
        assertThat(reject.rejections())
                .containsExactly("source: b (expected: one of the 1 known, since there is no room for more)");
    }

    @Test
    void staysBoundedWhateverArrives() {
        Transformer transformer =
                Transformer.of(limited(Pipeline.document("""
                {"step": "resample", "every": "PT10S", "fields": {"x": "mean"}, "lateness": "PT60S", "late": "update", "keep": 5},
                {"step": "fill", "method": "linear", "limit": 5},
                {"step": "window", "inputs": ["x"], "in": 5, "out": 2}"""), "\"sources\": 3, \"ahead\": \"PT0S\""));
        Random random = new Random(3);
        int largest = 0;
        for (int i = 0; i < 20_000; i++) {
            Instant time = START.plusSeconds(i + random.nextInt(200));
            String json = "{\"s\": \"%s\", \"x\": %d}".formatted(random.nextInt(50) == 0 ? "n" + i : "a", i);
            transformer.accept(Message.of("t", time, json.getBytes(StandardCharsets.UTF_8)));
            if (i % 500 == 0) {
                largest = Math.max(largest, transformer.writeState().length);
            }
        }
        assertThat(largest).isLessThan(5000);
    }

    @Test
    void rejectsWhatComesFromTheFuture() {
        Transformer transformer = Transformer.of("""
                {"payload": {"time": {"path": "$.t", "format": "seconds"}}, "limits": {"ahead": "PT1M"},
                 "steps": [{"step": "extract", "fields": [{"name": "x", "path": "$.x"}]}, {"step": "sample", "inputs": ["x"]}]}""");

        Outcome outcome = transformer.accept(Message.of(
                "s", Instant.ofEpochSecond(1000), "{\"t\": 1061, \"x\": 1}".getBytes(StandardCharsets.UTF_8)));

        assertThat(outcome.rejections())
                .containsExactly(
                        new Rejection(
                                "s",
                                "time: 1970-01-01T00:17:41Z (expected: 1970-01-01T00:17:40Z or before, PT1M after its receipt)"));
    }

    /** Four sources for three places, gaps, disorder, missing values, garbage. */
    private static List<Message> messages() {
        Random random = new Random(11);
        List<Message> messages = new ArrayList<>();
        double second = 0;
        for (int i = 0; i < MESSAGES; i++) {
            second += random.nextInt(400) == 0 ? 60 : random.nextDouble() * 2;
            String source = random.nextInt(60) == 0 ? "rare" + random.nextInt(3) : "often" + random.nextInt(2);
            String x = random.nextInt(8) == 0 ? "null" : String.valueOf(random.nextGaussian());
            String y = random.nextInt(8) == 0 ? "\"no number\"" : String.valueOf(random.nextInt(100));
            Instant time = START.plusMillis(
                    Math.round(1000 * (second - (random.nextInt(5) == 0 ? 15 * random.nextDouble() : 0)) + 30_000));
            String json = "{\"s\": \"%s\", \"x\": %s, \"y\": %s}".formatted(source, x, y);
            messages.add(Message.of("t", time, json.getBytes(StandardCharsets.UTF_8)));
        }
        return messages;
    }

    private static String limited(String document, String limits) {
        return "{\"limits\": {" + limits + "}, " + document.strip().substring(1);
    }

    private static String shown(Outcome outcome) {
        StringBuilder shown = new StringBuilder();
        for (Sample sample : outcome.samples()) {
            shown.append(sample.source()).append(sample.time()).append(Arrays.toString(sample.input()));
            shown.append(Arrays.toString(sample.target())).append(Arrays.toString(sample.scaling()));
        }
        return shown.toString();
    }
}
