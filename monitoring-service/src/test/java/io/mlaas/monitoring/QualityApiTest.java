package io.mlaas.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.testkit.TestIdentity;
import java.time.Instant;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a report says beyond drift and performance. */
class QualityApiTest extends RunningService {
    private static final long WINDOW = HOUR.getEpochSecond() / 3600;

    /** Instances, predictions and targets of y = 2a + noise, whose noise grows with |a|. */
    private record Batch(String instances, String predictions, String targets) {

        static Batch of(long seed, int rows, double shift) {
            SplittableRandom random = new SplittableRandom(seed);
            StringJoiner instances = new StringJoiner(",");
            StringJoiner predictions = new StringJoiner(",");
            StringJoiner targets = new StringJoiner(",");
            for (int i = 0; i < rows; i++) {
                double a = random.nextGaussian() + shift;
                double error = (0.1 + 0.3 * Math.abs(a)) * random.nextGaussian();
                instances.add(String.format(Locale.ROOT, "[%.6f, %.6f, \"open\"]", a, a + 0.1 * random.nextGaussian()));
                predictions.add(String.format(Locale.ROOT, "%.6f", 2 * a));
                targets.add(String.format(Locale.ROOT, "%.6f", 2 * a + error));
            }
            return new Batch(instances.toString(), predictions.toString(), targets.toString());
        }
    }

    private String make(String name, String more) throws Exception {
        Batch reference = Batch.of(1, 2000, 0);
        return monitorOf(
                """
                {"name": "%1$s", "learner": "%1$s", "task": "regression",
                 "schema": {"features": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric"},
                                         {"name": "valve", "type": "categorical"}], "segments": ["device"]},
                 "reference": {"instances": [%2$s], "predictions": [%3$s], "targets": [%4$s]},
                 "windows": {"event_time": "PT1H", "lateness": "PT0S", "idle": "PT1S"} %5$s}
                """.formatted(name, reference.instances(), reference.predictions(), reference.targets(), more));
    }

    private void observe(String id, String event, String device, Instant at, Batch batch) throws Exception {
        Answer taken = post("/monitors/" + id + "/observe", """
                {"id": "%s", "event_time": "%s", "device": "%s", "instances": [%s], "predictions": [%s]}
                """.formatted(
                        event, at, device, batch.instances(), batch.predictions()));
        assertThat(taken.status()).as(taken.text()).isEqualTo(202);
    }

    @Test
    void saysHowGoodPredictionsProbablyAreBeforeLabelsComeAndTells() throws Exception {
        String id = make(
                "estimated",
                ", \"alerts\": [{\"name\": \"soon\", \"on\": \"estimated_performance\", \"metric\": \"mae\"}]");
        Batch window = Batch.of(2, 600, 1.5);
        observe(id, "w", "pmu-1", HOUR, window);

        JsonNode unlabelled = report(id, WINDOW, 0);
        assertThat(unlabelled.has("performance")).isFalse();
        assertThat(unlabelled.has("bias")).isFalse();
        assertThat(unlabelled.at("/estimated/method").asString()).isEqualTo("dle");
        JsonNode mae = unlabelled.at("/estimated/metrics/mae");
        assertThat(mae.path("alert").asBoolean()).isTrue();
        assertThat(mae.has("realised")).isFalse();
        assertThat(mae.path("estimate").asDouble())
                .isGreaterThan(mae.path("upper").asDouble());
        JsonNode history = get("/monitors/" + id + "/history").body().path("items");
        assertThat(history.size()).isEqualTo(1);
        assertThat(history.at("/0/kind").asString()).isEqualTo("PERFORMANCE_DEGRADED");
        assertThat(history.at("/0/evidence/finding").asString())
                .startsWith("estimated mae " + mae.path("estimate").asString() + " is outside ");

        StringJoiner labels = new StringJoiner(",");
        String[] targets = window.targets().split(",");
        for (int i = 0; i < targets.length; i++) {
            labels.add("{\"id\": \"w#%d\", \"target\": %s}".formatted(i, targets[i]));
        }
        post("/monitors/" + id + "/feedback", "{\"labels\": [" + labels + "]}");
        JsonNode labelled = report(id, WINDOW, 600);
        JsonNode realised = labelled.at("/estimated/metrics/mae/realised");
        assertThat(realised).isEqualTo(labelled.at("/performance/current/mae"));
        assertThat(realised.asDouble()).isCloseTo(mae.path("estimate").asDouble(), within(0.15));
        assertThat(labelled.at("/bias/0/output").asString()).isEqualTo("prediction");
        assertThat(labelled.at("/bias/0/current/majority/count").asInt()).isEqualTo(540);
        assertThat(labelled.at("/bias/0/reference/underestimation/mean_error").asDouble())
                .isNegative();
        assertThat(labelled.at("/bias/0/numeric/0/current").has("range")).isTrue();
        assertThat(labelled.at("/bias/0/categorical/0/current/all").asString()).isEqualTo("open");
    }

    @Test
    void watchesFeaturesTogetherInTimeAndBySegmentAsTheDocumentSays() throws Exception {
        String id = make("together", """
                , "tests": {"multivariate": ["pca"], "stream": [{"detector": "page_hinkley", "on": "a", "threshold": 30},
                  {"detector": "kswin", "on": "error", "window": 50, "sample": 20}]}
                """);
        for (int i = 0; i < 10; i++) {
            observe(id, "s" + i, "pmu-" + i % 2, HOUR.plusSeconds(60L * i), Batch.of(10 + i, 50, i < 5 ? 0 : 2));
        }

        JsonNode report = report(id, WINDOW, 0);
        assertThat(report.path("multivariate").size()).isEqualTo(1);
        assertThat(report.at("/multivariate/0/method").asString()).isEqualTo("pca");
        assertThat(report.at("/multivariate/0/features").asInt()).isEqualTo(2);
        JsonNode first = report.at("/stream/0/first/0");
        assertThat(first.path("row").asInt()).isBetween(250, 300);
        assertThat(Instant.parse(first.path("at").asString())).isEqualTo(HOUR.plusSeconds(300));
        assertThat(report.at("/stream/1/rows").asInt()).isZero();
        assertThat(report.at("/segments/0/name").asString()).isEqualTo("device");
        assertThat(report.at("/segments/0/values/0/rows").asInt()).isEqualTo(250);
        assertThat(report.at("/segments/0/values/0/drift_share").asDouble()).isCloseTo(2 / 3.0, within(1e-9));

        Answer changed =
                send("PATCH", "/monitors/" + id, "{\"tests\": {\"multivariate\": []}}", TestIdentity.acmeScientist());
        assertThat(changed.body().at("/document/tests/multivariate").size()).isZero();
        observe(id, "more", "pmu-1", HOUR.plusSeconds(900), Batch.of(30, 10, 0));
        assertThat(report(id, WINDOW, 0).path("rows").asInt()).isEqualTo(510);
        JsonNode without = get("/monitors/" + id + "/report").body();
        assertThat(without.has("multivariate")).isFalse();
        assertThat(without.has("stream")).isFalse();
    }

    @Test
    void judgesIntervalsThatComeWithPredictions() throws Exception {
        String id = monitorOf("""
                {"name": "intervals", "learner": "intervals", "task": "forecasting",
                 "schema": {"features": [{"name": "a", "type": "numeric"}], "outputs": ["h1", "h2"], "interval": 0.8},
                 "reference": {"instances": [[1], [2]], "predictions": [[1, 2], [2, 3]], "targets": [[1, 2], [2, 9]],
                               "lower": [[0, 1], [1, 2]], "upper": [[2, 3], [3, 4]]},
                 "windows": {"event_time": "PT1H", "lateness": "PT0S", "idle": "PT1S"},
                 "alerts": [{"name": "narrow", "on": "performance", "metric": "coverage", "below": 0.7}]}
                """);
        kafka.send(INFERENCE, """
                {"specversion": "1.0", "id": "i", "source": "/l", "type": "io.mlaas.inference.predicted", "time": "%s",
                 "organizationid": "%s", "data": {"model": "intervals", "name": "intervals", "instances": [[1], [2]],
                   "predictions": [[1, 2], [2, 3]], "lower": [[0, 1], [1, 2]], "upper": [[2, 3], [3, 4]]}}
                """.formatted(HOUR, TestIdentity.ACME)).join();
        post("/monitors/" + id + "/feedback", """
                {"labels": [{"id": "i#0", "target": [1.5, 2]}, {"id": "i#1", "target": [4, 7]}]}
                """);

        JsonNode performance = report(id, WINDOW, 2).path("performance");
        assertThat(performance.at("/current/coverage").asDouble()).isEqualTo(0.5);
        assertThat(performance.at("/current/interval_width").asDouble()).isEqualTo(2);
        // (0.1 (1.5 + 1 + 3 + 5) below, 0.1 (0.5 + 1) and 0.9 (1 + 3) above) / 8
        assertThat(performance.at("/current/pinball").asDouble()).isCloseTo(0.6, within(1e-12));
        assertThat(performance.at("/reference/coverage").asDouble()).isEqualTo(0.75);
        assertThat(get("/monitors/" + id + "/history")
                        .body()
                        .at("/items/0/evidence/finding")
                        .asString())
                .isEqualTo("coverage 0.5 is below 0.7");
        assertThat(post("/monitors/" + id + "/observe", "{\"instances\": [[1]], \"lower\": [[1]]}")
                        .detail())
                .isEqualTo("$.lower[0]: [1] (expected: 2 numbers, or one alone)");
    }

    @Test
    void namesWhatIsWrongWithTestsAndRules() throws Exception {
        Answer refused = post("/monitors", """
                {"name": "wrong", "learner": "wrong", "task": "regression", "windows": {"count": 100},
                 "schema": {"features": [{"name": "a", "type": "numeric"}, {"name": "valve", "type": "categorical"}]},
                 "reference": {"instances": [[1, "open"]]},
                 "tests": {"multivariate": ["magic"], "stream": [{"detector": "ddm", "on": "error"},
                   {"detector": "adwin", "on": "valve", "delta": 2}, {"detector": "kswin", "on": "a", "window": 10, "sample": 9}]},
                 "alerts": [{"name": "m", "on": "estimated_performance", "metric": "r2"}]}
                """);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.detail())
                .contains(
                        "$.tests.multivariate: [\"magic\"] (expected: a list of mmd, pca)",
                        "$.tests.stream[0].detector: \"ddm\" (expected: another one, since ddm counts wrong classes (on: error))",
                        "$.tests.stream[1].on: \"valve\" (expected: error, or the name of a numeric feature)",
                        "$.tests.stream[1].delta: 2 (expected: a number from ",
                        "$.tests.stream[2].sample: 9 (expected: at most half the window)",
                        "$.alerts[0].metric: \"r2\" (expected: one of mae, rmse)");
    }
}
