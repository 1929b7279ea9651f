package io.mlaas.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class IntervalsApiTest extends RunningService {
    private static final String DOCUMENT = """
            {"name": "%s", "algorithm": "linear",
             "configuration": {"optimizer": {"type": "sgd", "learning_rate": "constant", "eta0": 0.02}},
             "schema": {"inputs": [{"name": "a", "type": "numeric"}],
                        "target": {"type": "%s", "%s": ["y", "z"]}},
             "update": {"batch_size": 10, "validation_share": %s}, "intervals": {"level": %s}}
            """;

    /** y is 2a with a normal error, z -a with one that is seldom and large; both errors of deviation 1. */
    private static String noisy(long seed, int rows) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder instances = new StringBuilder();
        StringBuilder targets = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            double a = random.nextDouble(-1, 1);
            double z = -a + random.nextExponential() - 1;
            instances.append(String.format(Locale.ROOT, "%s[%f]", i == 0 ? "" : ",", a));
            targets.append(
                    String.format(Locale.ROOT, "%s[%f, %f]", i == 0 ? "" : ",", 2 * a + random.nextGaussian(), z));
        }
        return "{\"instances\": [" + instances + "], \"targets\": [" + targets + "]}";
    }

    @Test
    void saysHowSureItIs() throws Exception {
        assertThat(post("/learners", DOCUMENT.formatted("sure", "regression", "outputs", 0.2, 0.9))
                        .status())
                .isEqualTo(201);
        JsonNode untaught =
                post("/learners/sure/predict", "{\"instances\": [[0]]}").body().path("intervals");
        post("/learners/sure/update", noisy(1, 2000));

        Answer answer = post("/learners/sure/predict", "{\"instances\": [[0], [0.5]]}");

        assertThat(untaught.path("reason").asString()).isEqualTo("0 rows were held back (expected: 20 or more)");
        JsonNode intervals = answer.body().path("intervals");
        assertThat(intervals.path("level").asDouble()).isEqualTo(0.9);
        assertThat(intervals.path("residuals").asInt()).isEqualTo(200);
        JsonNode normal = intervals.at("/outputs/0");
        assertThat(normal.path("output").asString()).isEqualTo("y");
        assertThat(normal.path("method").asString()).isEqualTo("gaussian");
        assertThat(normal.at("/p_values/shapiro_wilk").asDouble()).isBetween(0.05, 1.0);
        assertThat(normal.at("/lower/1").asDouble()).isCloseTo(1 - 1.645, within(0.4));
        assertThat(normal.at("/upper/1").asDouble()).isCloseTo(1 + 1.645, within(0.4));
        assertThat(intervals.at("/outputs/1/method").asString()).isEqualTo("conformal");
        JsonNode last =
                post("/learners/sure/predict", "{\"instances\": []}").body().path("intervals");
        assertThat(last.at("/outputs/0/lower/0")).isEqualTo(normal.at("/lower/1"));
        assertThat(post("/v1/models/sure:predict", "{\"instances\": [[0]]}")
                        .body()
                        .has("intervals"))
                .isFalse();
    }

    @Test
    void saysItInTheUnitsOfTheUseCase() throws Exception {
        post("/learners", """
                {"name": "watts", "algorithm": "linear",
                 "configuration": {"optimizer": {"type": "sgd", "learning_rate": "constant", "eta0": 0.2}},
                 "update": {"compare_every": 1, "validation_share": 0.5}, "intervals": {},
                 "transformer": {
                   "version": 1,
                   "payload": {"format": "json", "time": {"path": "$.time", "format": "iso_8601"}},
                   "steps": [
                     {"step": "extract", "fields": [{"name": "power", "path": "$.power", "unit": "W"}]},
                     {"step": "resample", "every": "PT1H", "fields": {"power": "mean"}, "lateness": "PT0S", "late": "drop"},
                     {"step": "scale", "method": "min_max", "parameters": {"power": {"minimum": 0, "maximum": 1000}}},
                     {"step": "window", "inputs": ["power"], "targets": ["power"], "in": 1, "out": 1, "stride": 1}]}}
                """);
        SplittableRandom random = new SplittableRandom(3);
        for (int hour = 0; hour < 60; hour++) {
            Instant time = Instant.parse("2026-03-01T00:00:00Z").plusSeconds(3600L * hour);
            double power = 500 + 100 * random.nextGaussian();
            post(
                    "/learners/watts/messages?source=meter",
                    String.format(Locale.ROOT, "{\"time\": \"%s\", \"power\": %f}", time, power));
        }

        JsonNode answer = post("/learners/watts/predict", "{\"instances\": []}").body();

        JsonNode power = answer.at("/predictions/0");
        assertThat(power.path("unit").asString()).isEqualTo("W");
        double width = power.at("/upper/0").asDouble() - power.at("/lower/0").asDouble();
        assertThat(power.at("/values/0").asDouble())
                .isCloseTo(power.at("/lower/0").asDouble() + width / 2, within(1e-6));
        // 2 · 1.645 deviations of 100 W or somewhat more, since the learner follows each hour
        assertThat(width).isBetween(250.0, 700.0);
        assertThat(answer.at("/intervals/level").asDouble()).isEqualTo(0.9);
        assertThat(answer.at("/intervals/outputs/0/output").asString()).isEqualTo("power");
    }

    @Test
    void refusesIntervalsThatCannotBe() throws Exception {
        assertThat(post("/learners", DOCUMENT.formatted("u", "classification", "classes", 0.1, 0.9))
                        .detail())
                .startsWith("$.intervals: of a classification");
        assertThat(post("/learners", DOCUMENT.formatted("u", "regression", "outputs", 0, 0.9))
                        .detail())
                .startsWith("$.update.validation_share: 0");
        assertThat(post("/learners", DOCUMENT.formatted("u", "regression", "outputs", 0.1, 1))
                        .detail())
                .startsWith("$.intervals.level: 1");
    }
}
